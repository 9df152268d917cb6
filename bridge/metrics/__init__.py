"""Numbers for Prometheus: a file for its text file collector, and an address on this machine.

families     every metric: name, kind, help; and their values out of a Situation
exposition   metrics as Prometheus' text, version 0.0.4
textfile     written whole or not at all
server       GET /metrics
"""

"""The doctor: finds what breaks such boxes, and says how to mend it. It changes nothing and prints nothing.

finding        Finding, Severity; findings.toml holds every sentence, in English and Polish
page           docs/findings.md, made from that table
machine        Machine: files, programs, clock and users under a root folder, a double in tests
users          who the daemon runs as, and what that user may do
case           Case: configuration, machine, and ways to ask printers and BaseLinker
ports          brltty, ModemManager, rights, names that change, two programs on one port
power          under-voltage, disk, memory card
network        clock, DNS, certificate, series; series: both sides of them
token_file     whose the token file is
printers       speed, VAT table, daily report
memory         the journal, and one daemon only
examination    examine: all of it, the worst first

Nothing is imported here, so each part costs only itself.
"""

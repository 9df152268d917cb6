"""Benchmarks: what the bridge costs, measured on the real daemon beside bare python-escpos. `python -m benchmarks`.

    effort    how much is measured: FULL, or QUICK for the tests
    table     rows and columns, as text for people and JSON for machines; aims beside figures
    linux     what the system tells of a process: CPU time, memory, wake-ups
    scene     the simulated shop that is measured, and ears on its printer
    bare      the same paper from bare python-escpos, in a process of its own (bare_program)
    bare_posnet   the same frames to a fiscal printer from a plain loop, in a process of its own

    idle      memory, and CPU at rest
    start     process start to first poll
    receipts  CPU and time of a receipt, beside bare python-escpos
    wire      serial lines: how much of the line rate is used
    fiscal    receipts a minute on a fiscal printer
    journal   cost of poll and start by finished receipts
    soak/     whether a daemon that works for long grows: `python -m benchmarks.soak`

Nothing but the soak passes or fails: a figure is read beside its aim and beside what was measured in the same run.
"""

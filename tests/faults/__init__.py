"""The fault harness: the real daemon killed, BaseLinker and printers failing, and everything counted.

    daemon    the real daemon, which kills itself at a chosen step of its journal
    chaos     what goes wrong with printers, from a seed
    person    what a cashier does about a held receipt: look at the paper, decide
    lives     how each life of the daemon ends
    harness   one run and its result
    fiscal    the same with fiscal printers, counted from their fiscal memories

`make faults N=1000 SEED=1` runs it at length; the tests run a short one.
"""

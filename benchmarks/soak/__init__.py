"""Soak: does a daemon that works for a long time grow? `make soak MINUTES=30`.

    judge     samples and counts -> flat or not; pure
    watch     what Linux and the journal's files tell of the daemon at one moment
    shop      the shop: a fiscal printer and a receipt printer on TCP, a receipt printer on a serial line
    troubles  paper, power, lost answers and outages of BaseLinker, one at a time, from a seed
    people    `status` and `check` every minute, and decisions about what is held, each a process of its own
    run       one run from start to end, and its result

    |- warm-up: a fifth -|- first calm -|---- work ----|- last calm -|
                         |<----------- memory is fitted ------------>|

In a calm nothing fails and nothing waits, and each printer has just printed a receipt: there open files and threads
are compared. Unlike the other benchmarks this one passes or fails: exit code 1 when something grows, or when a
receipt was lost or printed twice.
"""

"""A receipt printer that speaks ESC/POS: strict, with real sockets and pseudo-terminals, and faults on demand.

    models      what differs between printers: dots, code pages, identity
    commands    bytes -> buffered commands, one at a time
    realtime    DLE requests, seen the moment they arrive
    condition   sensors, covers and errors, and the status bytes they make
    engine      what a command works on: settings and line (layout), paper feed (mechanism), replies
    formatting, symbols, answers    the commands themselves
    device      all of it together: bytes in, paper and replies out; switches for every fault
    paper       what was printed, slip by slip
    picture     a slip as PNG
    server      the device behind a TCP port or a pseudo-terminal

It shares no code with the driver: what it understands comes from the manuals, so each checks the other.
"""

"""A Polish fiscal printer that speaks POSNET: strict, with a memory on disk and every fault on demand (posnet.md 16).

    memory      what survives a power cut, as frozen values; store keeps it on disk, ledger answers questions
    behaviour   what no document tells, as switches; models: what differs between printers
    framing     bytes -> requests, strictly; fields: the types of their values
    arithmetic, transaction             the rules of a receipt
    status, sale, ending, settings, reports, forms, extras, edocuments    the commands, as pure functions
    layout, printouts                   what stands on the paper
    faults      what goes wrong, at the n-th command of a name or at random
    printer     all of it together: queue, power, paper, answers; interface: one of its two host interfaces
    ports       an interface behind a TCP port or a pseudo-terminal

The CRC and the envelope of a frame come from the driver's frames; nothing else does, so each checks the other.
"""

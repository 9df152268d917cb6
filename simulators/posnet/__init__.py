"""A Polish fiscal printer that speaks POSNET: strict, with a memory on disk and every fault on demand (posnet.md 16).

    memory      what survives a power cut, as frozen values; store keeps it on disk, ledger answers questions
    behaviour   what no document tells, as switches; models: what differs between printers
    framing     bytes -> requests, strictly; fields: the types of their values
    arithmetic, transaction             the rules of a receipt
    status, settings, sale, payments, ending, footers, reports, forms, edocuments, upkeep
                the commands, as pure functions from a call to an outcome (command); registry: all of them by name
    goods, codepages                    the goods database, and what bytes print
    layout, printouts                   what stands on the paper; press: how it gets there
    core        commands decided and outcomes committed; worker: the queue, step by step
    answers, speaker                    what `rpt` remembers, and what the printer says
    faults      what goes wrong, at the n-th command of a name or at random; people: what others do meanwhile
    printer     all of it together, and its power; interface: one of its two host interfaces
    ports       an interface behind a TCP port or a pseudo-terminal; factory: a printer on its first day

The CRC and the envelope of a frame come from the driver's frames; nothing else does, so each checks the other.
"""

"""Fiscal printers that speak the POSNET protocol, online and older ones (posnet.md).

options     what can be set
frames      commands and answers as bytes and values
values      what stands in their fields: amounts, quantities, rates, dates
text        code pages, and text that fits them
errors      error numbers in words, out of errors.json
facts       what a plan has to know of one printer
plan        a receipt -> the exact commands
  rates     VAT rates -> the printer's letters
  lines     lines, their values, discounts
  names     names the printer tells apart
  payments  payment forms, out of payments.toml
  footer    numbers, lines and codes around a receipt
  rules     rules of law that end on a day, out of rules.toml
  commands  one command of a plan
  notes     what ought to be known about a receipt that is printed all the same
readings    counters, totals and the open receipt, out of answers
condition   what the printer says of itself while it works; troubles: the same in sentences
tokens      the numbers of commands
exchange    one command and its answer as a state table, without I/O
wire        the one loop that waits
session     questions, commands, and lost answers
probe       which printer it is and what its firmware can do; clock: its time
printer     one printer as it is known now
goods       names it has locked in a lower rate
sale        a receipt on its way; failures: those that failed before
verdict     what became of it, as a table
reconcile   the questions that lead to a verdict; words: what people read of it
reports     daily reports and copies; testform: the technician's page; attention: beeper and display
errands     all of these by name
sales       what it sold on one day, read back
health      how the printer is; upkeep: its inspections, certificates and memories
driver      all of it joined to the contract
stanza      its table in the example configuration

Importing this package loads options and stanza alone.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from drivers.posnet.options import PosnetOptions as Options
from drivers.posnet.stanza import STANZA

if TYPE_CHECKING:
    from drivers.contract import Surroundings
    from drivers.link import Link
    from drivers.posnet.driver import PosnetDriver

__all__ = ["CALLS_ATTENTION", "STANZA", "Options", "open_driver"]

CALLS_ATTENTION = True

# There is an errand `notice`, but PRINTS_NOTICES is not set: alerts print by themselves, and here that would first make
# the daily report that is due, whose counters a held receipt may have to be compared with, and a text from outside with
# the words "paragon fiskalny" would be refused (posnet.md 13).


def open_driver(options: Options, link: Link, surroundings: Surroundings) -> PosnetDriver:
    """Return the driver of one printer; opens nothing.

    Raises ValueError when the link is one-way.
    """
    from drivers.posnet.driver import PosnetDriver  # noqa: PLC0415 - options alone are read by every command

    return PosnetDriver(options, link, surroundings, wall=time.time)

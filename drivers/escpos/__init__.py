"""Receipt printers that speak ESC/POS: not fiscal, one language with many dialects (escpos.md).

    options     what can be set
    codepages   tables of letters and their numbers
    frames      commands and replies as bytes and values
    condition   what the printer says of itself, out of its replies
    troubles    the same in sentences, with cures
    library     python-escpos, imported safely and late
    encoder     rows -> bytes
    job         one slip ready to send, and how long it may take
    watch       status questions, one at a time
    session     the conversation as a state table, without I/O
    driver      all of it joined to the contract
    testpage    the technician's page

Importing this package loads neither python-escpos nor Pillow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.escpos.options import EscposOptions as Options
from drivers.escpos.stanza import STANZA

if TYPE_CHECKING:
    from drivers.contract import Surroundings
    from drivers.escpos.driver import EscposDriver
    from drivers.link import Link

__all__ = ["PRINTS_NOTICES", "STANZA", "Options", "open_driver"]

PRINTS_NOTICES = True
"""Its printers have the errand `notice`: a short slip with a title and some lines."""


def open_driver(options: Options, link: Link, surroundings: Surroundings) -> EscposDriver:
    """Return the driver of one printer; opens nothing.

    Raises ValueError when the link is one-way and the options ask for a proof.
    """
    from drivers.escpos.driver import EscposDriver  # noqa: PLC0415 - options alone are read by every command

    return EscposDriver(options, link, surroundings)

"""Writes what people read about messages: `python -m bridge.messages doc | catalog | catalog-pl`.

doc          docs/messages.md
catalog      systemd/receipt-bridge.catalog: what `journalctl -x` explains
catalog-pl   systemd/receipt-bridge.pl.catalog
"""

from __future__ import annotations

import logging
import sys
import tomllib
from pathlib import Path

from bridge.messages import Message, catalog

_WORDS = Path(__file__).with_name("words.toml")
_DOC_HEAD = """\
# Log messages

One line a state change, each of a kind that stands here. Under systemd every line carries `MESSAGE_ID` and `EVENT` (the
names below), and where they apply `RECEIPT_ID`, `PRINTER` and `STATE`; `journalctl -x` shows the explanation with the
line. This file is made from [bridge/messages](../bridge/messages) by `python -m bridge.messages doc`.

    journalctl -u receipt-bridge EVENT=receipt_held
    journalctl -u receipt-bridge RECEIPT_ID=1001
    journalctl -u receipt-bridge PRINTER=till -p warning

Say in a program which kinds you mean by `MESSAGE_ID`: it never changes.
"""


def words() -> dict[str, dict[str, str]]:
    """Return when each message is said and what to do (`when`, `todo`, `when_pl`, `todo_pl`), by code."""
    found: dict[str, dict[str, str]] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return found


def document() -> str:
    """Return the text of docs/messages.md."""
    told = words()
    return "\n".join([_DOC_HEAD, *(_section(message, told[message.code]) for message in catalog())])


def _section(message: Message, told: dict[str, str]) -> str:
    level = logging.getLevelName(message.level).lower()
    return (
        f"## {message.code}\n\n"
        f"{level} · `MESSAGE_ID={message.id}`\n\n"
        f"{told['when']} *{told['todo']}*\n\n"
        f"{told['when_pl']} *{told['todo_pl']}*\n"
    )


def journal_catalog(language: str = "") -> str:
    """Return a message catalog of systemd's journal: English, or Polish for `pl`."""
    told, ending = words(), f"_{language}" if language else ""
    entries = [
        _entry(message, told[message.code][f"when{ending}"], told[message.code][f"todo{ending}"])
        for message in catalog()
    ]
    return "# Made by: python -m bridge.messages (do not edit)\n\n" + "\n".join(entries)


def _entry(message: Message, when: str, todo: str) -> str:
    subject, _, further = when.partition(". ")
    body = f"{further}\n\n{todo}" if further else todo
    return (
        f"-- {message.id}\n"
        f"Subject: {subject.rstrip('.')}\n"
        "Defined-By: receipt-bridge\n"
        "Documentation: file:///usr/share/doc/receipt-bridge/messages.md\n\n"
        f"{body}\n"
    )


def main(arguments: list[str]) -> int:
    """Print one of them."""
    match arguments:
        case ["doc"]:
            text = document()
        case ["catalog"]:
            text = journal_catalog()
        case ["catalog-pl"]:
            text = journal_catalog("pl")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The technician's page: a non-fiscal form with ruler, letters and what the printer says of itself (posnet.md 13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.posnet.commands import Command
from drivers.posnet.readings import whole_of
from drivers.posnet.session import Done
from drivers.posnet.text import fit_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from drivers.posnet.probe import Device
    from drivers.posnet.session import Session

_FORM = ("fn", "200")
_FREE_TEXT = "711"
_COLUMNS = 38


def commands(device: Device) -> tuple[Command, ...]:
    """Return the page. No line holds the words of a fiscal receipt, which the printer would refuse."""
    return form(device, "Wydruk testowy", _lines(device))


def form(device: Device, title: str, lines: Iterable[str]) -> tuple[Command, ...]:
    """Return a non-fiscal form of plain lines, cut to what the paper holds."""
    page = device.facts.page
    texts = (fit_text(text, page)[:_COLUMNS] for text in lines)
    return (
        Command("formstart", (_FORM, ("fh", "84"), ("al", fit_text(title, page)[:_COLUMNS]))),
        *(Command("formline", (_FORM, ("fl", _FREE_TEXT), ("s1", text))) for text in texts),
        Command("formend", (_FORM,)),
    )


def _lines(device: Device) -> Iterator[str]:
    yield "1234567890" * 4
    yield "ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż"
    yield device.facts.code_page
    yield device.model
    yield device.number
    yield f"{device.version} {device.program}".strip()
    for letter, rate in zip("ABCDEFG", device.facts.vat, strict=True):
        yield f"{letter} = {rate:f}"


def print_page(session: Session, device: Device) -> int:
    """Print the page and return its printout number. Raises RefusedByPrinterError, AnswerLostError."""
    return print_form(session, commands(device))


def print_form(session: Session, page: Iterable[Command]) -> int:
    """Print a form and return its printout number. Raises as `print_page` does."""
    before = whole_of(session.read("scnt"), "hn")

    def ended() -> Done:
        return Done.YES if whole_of(session.read("scnt"), "hn") > before else Done.NO

    for command in page:
        # A line that came twice is a line too many on a test page, and nothing else.
        done = ended if command.mnemonic == "formend" else _never
        session.change(command, pace=session.timing.commit, done=done)
    return whole_of(session.read("scnt"), "hn")


def _never() -> Done:
    return Done.NO

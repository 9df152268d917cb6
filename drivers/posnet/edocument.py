"""Electronic receipts (posnet.md 12): whose they are, and what becomes of them when the printer refuses.

    eparagonidzcancel   before `trinit`: an id that an earlier receipt left behind must not get this one
    trinit              in block mode, or the printer makes paper as well
    eparagonidznext     inside the receipt: the id is for this one, and no other host's receipt can get it

The printer sends the receipt while `trend` ends it; what it cannot send in time it prints. A refused id never refuses
the receipt: it is cancelled while nothing is sold, and planned again for paper.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.contract import Fault
from drivers.posnet.commands import Command
from drivers.posnet.notes import Note
from drivers.posnet.readings import UnreadableAnswerError, optional_whole, truth_of
from drivers.posnet.text import fit_text

if TYPE_CHECKING:
    from drivers.posnet.facts import DeviceFacts
    from drivers.posnet.frames import Answer
    from drivers.posnet.options import PosnetOptions
    from drivers.posnet.session import RefusedByPrinterError, Session
    from drivers.receipt import Receipt

BIND = "eparagonidznext"
CLEAR = Command("eparagonidzcancel")
LONGEST_ID = 128
REST_SECONDS = 900.0
"""After a refusal that is not about one buyer's id nothing is asked for so long: each try costs a cancelled receipt."""
_WRONG_ID = 4277
_MOST = 50


def service_is_on(session: Session) -> bool | None:
    """Return whether the service is on, None where the firmware does not tell.

    Raises AnswerLostError, UnreadableAnswerError.
    """
    answer = session.optional("eparagonstatusget")
    return None if answer is None else truth_of(answer, "st")


def id_in(answer: Answer | None) -> int | None:
    """Return the id of the eDocument that the printer gave out, None when it is not known."""
    with suppress(UnreadableAnswerError):
        return None if answer is None else optional_whole(answer, "ha")
    return None


@dataclass(frozen=True, slots=True)
class Edocument:
    """What makes a receipt an electronic one: commands before `trinit` and behind it, and why it is paper instead."""

    before: tuple[Command, ...] = ()
    bind: tuple[Command, ...] = ()
    notes: tuple[Note, ...] = ()


def plan_edocument(
    receipt: Receipt, device: DeviceFacts, options: PosnetOptions, refused: Note | None
) -> Edocument:
    """Return how a receipt becomes an electronic one; with nothing to `bind` it is paper.

    `refused` stands when the printer takes no electronic receipt now, in words.
    """
    before = (CLEAR,) if device.edocuments else ()
    if options.edocument == "off" or not receipt.edocument_id:
        return Edocument(before)
    why_not = refused if device.edocuments else _SERVICE_OFF
    fitted = fit_text(receipt.edocument_id, device.page)
    if why_not is None and (fitted != receipt.edocument_id or len(fitted) > LONGEST_ID):
        why_not = _UNFIT
    if why_not is not None:
        return Edocument(before, notes=(why_not,))
    fields = (("id", fitted), ("ad", options.edocument_server))
    return Edocument(before, (Command(BIND, tuple((name, text) for name, text in fields if text)),))


def _paper(code: str, why: str, why_pl: str) -> Note:
    return Note(
        code,
        f"The buyer asked for an electronic receipt and gets paper: {why}",
        f"Kupujący prosił o e-paragon, a dostaje papierowy: {why_pl}",
    )


_SERVICE_OFF = _paper(
    "edocument_off",
    "the service is off in the printer, or its firmware has none",
    "usługa jest wyłączona w drukarce albo jej oprogramowanie jej nie ma",
)
_UNFIT = _paper(
    "edocument_id",
    "the printer cannot take the identifier as it is",
    "drukarka nie przyjmie identyfikatora w tej postaci",
)


class Refusals:
    """What the printer refused in this process: those receipts are paper, and for a while the others too."""

    def __init__(self) -> None:
        self._receipts: dict[Receipt, Note] = {}
        self._latest: Note | None = None
        self._rests_until = float("-inf")

    def of(self, receipt: Receipt, now: float) -> Note | None:
        """Return why a receipt planned now must be paper, None when nothing speaks against asking."""
        return self._receipts.get(receipt) or (self._latest if now < self._rests_until else None)

    def refused(self, receipt: Receipt, cause: RefusedByPrinterError, now: float) -> Fault | None:
        """Note a refused id and return what is told; None when the printer refused something else."""
        if cause.command.mnemonic != BIND:
            return None
        error = cause.error
        note = _paper("edocument_refused", _words(error.text), _words(error.text_pl))
        while len(self._receipts) >= _MOST:
            self._receipts.pop(next(iter(self._receipts)))
        self._receipts[receipt] = note
        if error.frame or error.code != _WRONG_ID:
            self._latest, self._rests_until = note, now + REST_SECONDS
        return Fault(f"{BIND}: {_words(error.text)}", cure=_CURE, code=error.name)


_CURE = "Nothing was sold; the receipt is printed on paper now. Look at the e-receipt settings of the printer"


def _words(sentence: str) -> str:
    return sentence.rstrip(".")

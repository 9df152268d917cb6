"""Finds out whether an ESC/POS printer answers, and which, without printing (escpos.md 2).

    DLE EOT 1   answered at once, also without paper, with fixed bits; nothing of it stays in the print line
    GS I n      maker, model, serial number, firmware: buffered, prints nothing, many clones have not all of them
    GS r 1      the question behind every slip: a printer that leaves it unanswered cannot prove by it

A fiscal printer with the THERMAL language answers a lone DLE with 7xh, which has the same fixed bits while its paper is
out (thermal.md 2): such a byte is not taken for an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivers.detection import Introduction
from drivers.escpos.exchange import Timing
from drivers.escpos.frames import FENCE, AnswerByte, Identity, Question, ReplyParser, StatusByte, ask
from drivers.escpos.inquiry import Inquiry
from drivers.escpos.wire import Wire

if TYPE_CHECKING:
    from drivers.contract import Surroundings
    from drivers.escpos.frames import Reply
    from drivers.link import Link

KINDS = frozenset({"tcp", "serial", "usb", "file", "cups"})
SERIAL_LINES = ("baud=9600", "baud=115200", "baud=19200", "baud=38400")
TCP_PORTS = (9100,)
OWN_VENDORS: frozenset[int] = frozenset()

ANSWER_SECONDS = 1.0
"""Printers answer a real-time question within milliseconds; a serial server adds a few dozen."""
FENCE_SECONDS = 5.0
"""As patient as a driver is: to call a slow printer one that cannot prove would give up its proof for good."""

_THERMAL = 0x70
_MOST_STALE_READS = 100
_TIMING = Timing(
    bytes_per_second=100.0, lines_per_second=8.0, answer_seconds=ANSWER_SECONDS, patience_seconds=2.0
)
_IDENTITIES = (Identity.MAKER, Identity.MODEL, Identity.SERIAL_NUMBER)


def is_answer(replies: tuple[Reply, ...]) -> bool:
    """Whether these replies to DLE EOT 1 are those of an ESC/POS printer."""
    found = [reply.value for reply in replies if isinstance(reply, StatusByte)]
    return len(found) == 1 and found[0] < _THERMAL


def introduce(link: Link, surroundings: Surroundings) -> Introduction | None:
    """Return who answers, None when no ESC/POS printer does. Raises LinkError.

    Over a link that carries no answers somebody is supposed to be there.
    """
    wire = Wire(link, surroundings)
    try:
        link.open()
        if not link.two_way:
            return Introduction(settings={"proof": "none"})
        _drain(link)
        if not is_answer(_replies(link, ask(Question.PRINTER))):
            return None
        return _introduction(wire)
    finally:
        link.close()


def _drain(link: Link) -> None:
    """Throw away what an earlier conversation left."""
    for _ in range(_MOST_STALE_READS):
        if not link.read(0.0):
            return


def _introduction(wire: Wire) -> Introduction:
    inquiry = Inquiry(_TIMING, _IDENTITIES)
    wire.converse(inquiry)
    told = inquiry.identities
    model = " ".join(filter(None, (told.get(Identity.MAKER, ""), told.get(Identity.MODEL, ""))))
    settings: dict[str, Any] = {}
    if wire.error is None and not inquiry.condition.stopped and not _answers_fence(wire.link):
        settings["proof"] = "none"
    return Introduction(model, told.get(Identity.SERIAL_NUMBER, ""), settings)


def _answers_fence(link: Link) -> bool:
    return any(isinstance(reply, AnswerByte) for reply in _replies(link, FENCE, FENCE_SECONDS))


def _replies(link: Link, question: bytes, seconds: float = ANSWER_SECONDS) -> tuple[Reply, ...]:
    link.write(question, seconds)
    return ReplyParser().feed(link.read(seconds))

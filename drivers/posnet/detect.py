"""Finds out whether a POSNET printer answers, and which: prints nothing, changes nothing (posnet.md 7.1).

    sid      name and version of the firmware, of every generation; an error is an answer as well
    !sdev    past the printer's queue: one that stands in its menu or waits for a key answers this alone

A line that repeats what is sent brings the question back as it was: an answer has a field that no question has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.detection import Introduction
from drivers.posnet.commands import Command, Effect
from drivers.posnet.probe import identify
from drivers.posnet.readings import UnreadableAnswerError
from drivers.posnet.session import AnswerLostError, RefusedByPrinterError, Session, Timing
from drivers.posnet.tokens import Tokens
from drivers.posnet.wire import Wire

if TYPE_CHECKING:
    from drivers.contract import Surroundings
    from drivers.link import Link

KINDS = frozenset({"tcp", "serial"})
SERIAL_LINES = ("baud=115200&flow=xonxoff", "baud=9600&flow=xonxoff")
"""As they leave the works: ONLINE models, and older ones (posnet.md 2)."""
TCP_PORTS = (6666,)
OWN_VENDORS = frozenset({0x1424})

ANSWER_SECONDS = 1.5


def introduce(link: Link, surroundings: Surroundings) -> Introduction | None:
    """Return who answers, None when no POSNET printer does. Raises LinkError."""
    wire = Wire(link, surroundings)
    seed = int(surroundings.monotonic() * 1000)
    session = Session(wire, Tokens.from_seed(seed), Timing(question=ANSWER_SECONDS))
    try:
        link.open()
        if not link.two_way:
            return None
        wire.drain()
        if _answers(session, "sid", "nm"):
            return _introduction(session)
        return Introduction() if link.is_open and _answers(session, "!sdev", "ds") else None
    finally:
        wire.close()


def _answers(session: Session, mnemonic: str, field: str) -> bool:
    try:
        answer = session.ask(Command(mnemonic, (), Effect.READS), pace=session.timing.immediate)
    except RefusedByPrinterError:
        return True
    except AnswerLostError:
        return False
    return answer.get(field) is not None


def _introduction(session: Session) -> Introduction:
    try:
        identity = identify(session)
    except (RefusedByPrinterError, AnswerLostError, UnreadableAnswerError):
        return Introduction()
    return Introduction(identity.model, identity.number)

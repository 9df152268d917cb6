"""What the printer says: answers in the forms of its firmware, kept for `rpt`, and spoilt by faults on their way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.posnet.frames import enclose
from simulators.posnet import framing
from simulators.posnet.answers import AnswerStore, Kept
from simulators.posnet.codepages import encode
from simulators.posnet.faults import Kind, Troubles, corrupted
from simulators.posnet.interface import BREAK, POWER, Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.command import Answer, Command
    from simulators.posnet.faults import Fault
    from simulators.posnet.fields import Values
    from simulators.posnet.framing import FrameRefusedError, Request
    from simulators.posnet.interface import HostInterface

    Pairs = Sequence[tuple[str, Answer]]


@dataclass(frozen=True, slots=True)
class Job:
    """A command on its way through the printer; `command` is None for `rpt`, `session` its connection."""

    interface: HostInterface
    request: Request
    command: Command | None
    values: Values
    troubles: Troubles
    session: int


class Speaker:
    """Answers commands. Used under the printer's lock."""

    def __init__(self, behaviour: Behaviour, monotonic: Callable[[], float]) -> None:
        self.kept = AnswerStore()
        self._behaviour = behaviour
        self._monotonic = monotonic

    def done(self, job: Job, pairs: Pairs, page: int) -> None:
        """Answer that a command was carried out."""
        fields = [name.encode("ascii") + encode(_text(value), page) for name, value in pairs]
        self._answer(job, [*_head(job, self._behaviour), *fields])

    def refused(self, job: Job, code: int) -> None:
        """Answer that a command was refused."""
        self._answer(job, [*_head(job, self._behaviour), b"?%d" % code])

    def unacceptable(
        self, interface: HostInterface, error: FrameRefusedError, troubles: Troubles, session: int
    ) -> None:
        """Answer a frame that was no command."""
        pieces = [b"ERR", f"@{error.token}".encode() if error.token else b""]
        pieces.append(f"{self._behaviour.error_field}{error.code}".encode())
        pieces += [f"cm{error.command}".encode("latin-1")] if error.command else []
        pieces += [f"fd{error.name}".encode("latin-1")] if error.name else []
        if error.token and error.code != framing.TOKEN_NOT_FOUND:
            self.kept.keep(Kept(interface.number, error.token, tuple(pieces)))
        self.send(interface, pieces, troubles, session)

    def find(self, job: Job) -> Kept | None:
        """Return the answer that was given to a token before."""
        own_only = self._behaviour.answers_per_interface
        return self.kept.find(job.interface.number, job.request.token, own_only=own_only)

    def repeat(self, job: Job, kept: Kept) -> None:
        """Give an answer again."""
        self.send(job.interface, kept.pieces, job.troubles, job.session)

    def send(
        self, interface: HostInterface, pieces: Sequence[bytes], troubles: Troubles, session: int
    ) -> None:
        """Send an answer to the connection on which was asked, as far as the faults let it."""
        frame = self._framed(pieces)
        if troubles.of(Kind.DROP_ANSWER):
            return
        if (fault := troubles.of(Kind.CORRUPT_ANSWER)) is not None:
            frame = corrupted(frame, fault.at)
        if (fault := troubles.of(Kind.NOISE)) is not None:
            frame = fault.data + frame
        if troubles.of(Kind.DUPLICATE_ANSWER):
            frame += frame
        if (fault := troubles.of(Kind.CLOSE_AFTER)) is not None:
            interface.send(Outgoing(frame[: fault.at % (len(frame) + 1)], session, then=BREAK))
            return
        if (fault := troubles.of(Kind.SPLIT_ANSWER)) is not None:
            place = fault.at % len(frame)
            interface.send(Outgoing(frame[:place], session))
            interface.send(Outgoing(frame[place:], session, self._late(fault)))
            return
        interface.send(self._outgoing(frame, troubles, session))

    def _outgoing(self, frame: bytes, troubles: Troubles, session: int) -> Outgoing:
        late = troubles.of(Kind.DELAY_ANSWER, Kind.LATE_ANSWER)
        outgoing = Outgoing(frame, session, self._late(late) if late else 0.0)
        outgoing.overtaken = late is not None and late.kind is Kind.LATE_ANSWER
        if (power := troubles.of(Kind.POWER_ANSWERED)) is not None:
            outgoing.then, outgoing.seconds = POWER, power.seconds
        return outgoing

    def _late(self, fault: Fault) -> float:
        return math.inf if fault.seconds is None else self._monotonic() + fault.seconds

    def _answer(self, job: Job, pieces: list[bytes]) -> None:
        request = job.request
        if request.token and (not request.immediate or self._behaviour.answers_keep_immediate):
            self.kept.keep(Kept(job.interface.number, request.token, tuple(pieces)))
        self.send(job.interface, pieces, job.troubles, job.session)

    def _framed(self, pieces: Sequence[bytes]) -> bytes:
        if not self._behaviour.error_tab and pieces[-1].startswith(b"?"):
            return enclose(b"\t".join(piece for piece in pieces if piece))
        return framing.answer(pieces)


def _head(job: Job, behaviour: Behaviour) -> list[bytes]:
    request = job.request
    bang = "!" if request.immediate and behaviour.bang_in_answer else ""
    return [
        f"{bang}{request.mnemonic}".encode("ascii"),
        f"@{request.token}".encode() if request.token else b"",
    ]


def _text(value: Answer) -> str:
    if isinstance(value, bool):
        return "T" if value else "N"
    return str(value)

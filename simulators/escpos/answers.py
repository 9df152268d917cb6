"""Buffered commands that are answered: status, identity, process ids, counters; and what may be switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.escpos.commands import UNKNOWN, digit

if TYPE_CHECKING:
    from simulators.escpos.commands import Command
    from simulators.escpos.engine import Engine, Handler, Steps

_PROCESS_ID, _OFFLINE_RESPONSE = 48, 49
_LIFETIME = 128
_LINES_FED, _CUTS = 20, 50


class AnswerCommands:
    """The commands that make the printer talk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reset_at = {_LINES_FED: 0, _CUTS: 0}

    def handlers(self) -> dict[str, Handler]:
        """Return what to call for each command."""
        return {
            "GS r": self._status,
            "ESC v": self._paper_status,
            "ESC u": self._drawer_status,
            "GS a": self._automatic_status,
            "GS I": self._identity,
            "GS ( H": self._response,
            "GS g": self._counter,
            "GS ( D": self._real_time_switch,
        }

    def _status(self, command: Command) -> None:
        """GS r n: 1 paper, 2 drawer, 4 ink (always 0 here)."""
        condition = self._engine.condition
        answers = {1: condition.paper_status(), 2: condition.drawer_status(), 4: 0}
        answer = answers.get(digit(command.data[0]))
        if answer is None:
            self._engine.ignore(command, "no such status")
        elif self._engine.gs_r:
            self._engine.outbox.put("status", bytes([answer]))

    def _paper_status(self, _command: Command) -> None:
        self._engine.outbox.put("status", bytes([self._engine.condition.paper_status()]))

    def _drawer_status(self, _command: Command) -> None:
        self._engine.outbox.put("status", bytes([self._engine.condition.drawer_status()]))

    def _automatic_status(self, command: Command) -> None:
        self._engine.reports.enable_asb(command.data[0])

    def _identity(self, command: Command) -> None:
        """GS I n: one byte for 1..3, a block 5F text 00 for 65..69."""
        model = self._engine.model
        n = command.data[0]
        kind = model.two_byte | model.cutter << 1
        numbers = {1: model.model_id, 49: model.model_id, 2: kind, 50: kind, 3: 1, 51: 1}
        texts = {65: model.firmware, 66: model.maker, 67: model.product, 68: model.serial, 69: ""}
        if n in numbers:
            self._engine.outbox.put("status", bytes([numbers[n]]))
        elif n in texts:
            self._block(texts[n])
        else:
            self._engine.ignore(command, "no such identification")

    def _response(self, command: Command) -> Steps | None:
        """GS ( H pL pH fn m ..: a process id waits for the paper, function 49 takes effect at once."""
        function, rest = command.data[:1], command.data[2:]
        if function == bytes([_PROCESS_ID]) and len(rest) == 4 and all(0x20 <= byte <= 0x7E for byte in rest):
            return self._process_id(rest)
        if function == bytes([_OFFLINE_RESPONSE]) and len(rest) == 1 and digit(rest[0]) <= 2:
            self._engine.reports.enable_offline_response(digit(rest[0]))
        else:
            self._engine.ignore(command, "no such response")
        return None

    def _process_id(self, identity: bytes) -> Steps:
        yield from self._engine.idle()
        self._engine.outbox.put("process-id", b"\x37\x22" + identity + b"\x00")

    def _counter(self, command: Command) -> None:
        """GS g 0 m nL nH sets a counter to 0, GS g 2 m nL nH tells it; 128 more is the one nothing resets."""
        if len(command.data) < 4:
            self._engine.find(UNKNOWN, command)
            return
        number = int.from_bytes(command.data[2:4], "little")
        counts = self._engine.ledger.counts
        total = {_LINES_FED: counts.lines, _CUTS: counts.cuts}.get(number % _LIFETIME)
        if total is None or number >= 2 * _LIFETIME:
            self._engine.ignore(command, "no such counter")
        elif command.data[0] == ord("2"):
            self._block(str(total if number >= _LIFETIME else total - self._reset_at[number]))
        elif number < _LIFETIME:
            self._reset_at[number] = total

    def _real_time_switch(self, command: Command) -> None:
        """GS ( D pL pH 20 [a b]..: b on or off for a = 1 drawer pulse, 2 power off; nothing else can be."""
        pairs = command.data[1:]
        if command.data[:1] != b"\x14" or len(pairs) % 2:
            self._engine.find(UNKNOWN, command)
            return
        for function, on in zip(pairs[::2], pairs[1::2], strict=True):
            if function in self._engine.real_time_allowed:
                self._engine.real_time_allowed[function] = bool(digit(on))
            else:
                self._engine.ignore(command, "no such real-time function")

    def _block(self, text: str) -> None:
        self._engine.outbox.put("block", b"\x5f" + text.encode("ascii") + b"\x00")

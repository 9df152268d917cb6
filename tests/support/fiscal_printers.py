"""A simulated fiscal printer with a host in front of it: no wire, and a clock that moves when it is told to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from drivers.posnet.frames import crc16, enclose
from simulators.posnet.behaviour import Behaviour
from simulators.posnet.factory import new_memory
from simulators.posnet.memory import Counters
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.posnet.interface import HostInterface
    from simulators.posnet.memory import Memory
    from simulators.posnet.models import Model

WARSAW = ZoneInfo("Europe/Warsaw")
MORNING = datetime(2026, 10, 9, 11, 48, 14, tzinfo=WARSAW)
NUMBER = "ZBF 2101002392"


class Time:
    """The moment in Poland and the monotonic seconds, both standing still until `pass_by`."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now = now
        self.seconds = 1000.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)


def as_bytes(payload: str, codec: str = "cp1250") -> bytes:
    """Return a payload as bytes: `␉` stands for TAB, `␊` for a line feed."""
    return payload.replace("␉", "\t").replace("␊", "\n").encode(codec)


def payloads(data: bytes, codec: str = "cp1250") -> list[str]:
    """Return the payloads of whole frames with right CRCs, `␉` for TAB."""
    found = []
    while data:
        assert data[:1] == b"\x02", data
        inside, mark, data = data[1:].partition(b"\x03")
        assert mark, f"a frame without an end: {inside!r}"
        payload, _, crc = inside.rpartition(b"#")
        assert f"{crc16(payload):04X}" == crc.decode()
        found.append(payload.decode(codec).replace("\t", "␉").replace("\n", "␊"))
    return found


class Counter:
    """A printer, its time, and a host on one interface that sends a command and looks at once."""

    def __init__(
        self,
        model: Model = XL2_ONLINE,
        *,
        state: Path | None = None,
        memory: Memory | None = None,
        time: Time | None = None,
        remote: bool = True,
        **behaviour: Any,
    ) -> None:
        self.time = time or Time()
        self.printer = FiscalPrinter(
            model,
            state=state,
            memory=memory or used(model),
            behaviour=Behaviour(**behaviour),
            clock=lambda: self.time.now,
            monotonic=lambda: self.time.seconds,
        )
        if remote and self.printer.powered:
            assert ["windowtimecfgreset␉"] == self.ask("windowtimecfgreset␉ty1␉")

    def ask(self, payload: str, interface: int = 1) -> list[str]:
        """Send a command; return what is answered without waiting."""
        return self.send(enclose(as_bytes(payload)), interface)

    def send(self, data: bytes, interface: int = 1) -> list[str]:
        """Send bytes; return the payloads answered without waiting."""
        self.host(interface).receive(data)
        return self.answers(interface)

    def answers(self, interface: int = 1) -> list[str]:
        """Let the printer go on; return what it has to say."""
        self.printer.work()
        return payloads(self.raw(interface))

    def raw(self, interface: int = 1) -> bytes:
        """Return the bytes the printer has to say."""
        return self.host(interface).replies()

    def tell(self, *commands: str, interface: int = 1) -> None:
        """Send commands that must be answered by their plain names."""
        for command in commands:
            name = command.partition("␉")[0]
            assert [f"{name}␉"] == self.ask(command, interface), command

    def value(self, command: str, field: str) -> str:
        """Return one field of an answer."""
        (answer,) = self.ask(command)
        fields = {piece[:2]: piece[2:] for piece in answer.split("␉")[1:]}
        assert field in fields, answer
        return fields[field]

    def sell(self, *lines: str, nip: str = "", interface: int = 1) -> None:
        """Make a receipt with these lines, or with one of 1.00 in rate A."""
        self.tell("trinit␉bm0␉", interface=interface)
        self.tell(*(lines or ("trline␉naTowar␉vt0␉pr100␉",)), interface=interface)
        if nip:
            self.tell(f"trnipset␉ni{nip}␉", interface=interface)
        self.tell("trend␉", interface=interface)

    def host(self, interface: int) -> HostInterface:
        """Return an interface of the printer."""
        return self.printer.interfaces[interface - 1]

    def wait(self, seconds: float, interface: int = 1) -> list[str]:
        """Let time pass; return what is answered then."""
        self.time.pass_by(seconds)
        return self.answers(interface)


def used(model: Model = XL2_ONLINE, *, fiscal: bool = True, **counters: Any) -> Memory:
    """Return the memory of the printer on which the recordings of posnet.md were made, unless told otherwise."""
    values: dict[str, Any] = {
        "reports": 4,
        "printouts": 55,
        "last_document": 60,
        "last_report": "2026-10-09T11:44:42+02:00",
    }
    return new_memory(model, unique_number=NUMBER, fiscal=fiscal, counters=Counters(**{**values, **counters}))

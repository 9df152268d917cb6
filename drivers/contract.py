"""The contract between the bridge and every driver.

    device  = driver.prepare(agreed)         learns what a plan needs; raises Fault
    plan    = driver.plan(receipt)           pure; raises Refusal
    mark    = driver.mark()                  where the device stood just before; raises Fault, Refusal
    proof   = driver.print(plan)             raises Fault, Refusal (surely not printed) or Unproven (may be printed)
    verdict = driver.verdict(plan, mark)     after Unproven, a crash or a power cut
    status  = driver.status()                never prints, safe at any time
    done    = driver.tend()                  what is due by the device's own calendar, between receipts

    DriverError            what happened, may_be_printed (no / yes / unknown), cure
    ├── Refusal            this receipt can never be printed as it is: bad data (no)
    ├── Fault              the device or the link is not able now: surely not printed (no)
    └── Unproven           the answer is missing: may be printed (unknown); ask `verdict`

A driver object belongs to one thread. Everything that goes into the journal (plan, mark, proof) is plain JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, Self

from drivers.receipt import Receipt
from drivers.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


ATTENTION = "attention"
"""The errand that calls somebody to the device and prints nothing: `text` for a display, empty to clear it; `beep`."""

SILENT_ERRANDS = frozenset({ATTENTION, "status", "day"})
"""Errands that print nothing: `prepare`, which prints what is due before a sale, does not go before them."""


class MayBePrinted(StrEnum):
    """The answer every error owes, whether the receipt may be on paper."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class DriverError(Exception):
    """What happened to which device, whether the receipt may have been printed, and the cure."""

    may_be_printed = MayBePrinted.UNKNOWN

    def __init__(self, what: str, *, cure: str = "", code: str = "", trouble: Trouble | None = None) -> None:
        super().__init__(what)
        self.trouble = trouble
        """The same as one of the device's troubles, which speaks two languages; None where it is none."""
        self.what = what
        self.cure = cure
        self.code = code
        """A short stable word such as `paper_end`, for logs and JSON; empty when there is none."""

    def __str__(self) -> str:
        return sentences(self.what, self.cure)

    def words(self, language: str) -> tuple[str, str]:
        """Return what happened and the cure in a language people are spoken to: `pl` where a trouble has it."""
        return self.trouble.words("pl") if self.trouble and language == "pl" else (self.what, self.cure)


class Refusal(DriverError):
    """A receipt that can never be printed as it is; `field` names the datum (`lines[2].vat_rate`)."""

    may_be_printed = MayBePrinted.NO

    def __init__(self, what: str, *, field: str = "", cure: str = "", code: str = "bad_data") -> None:
        super().__init__(what, cure=cure, code=code)
        self.field = field


class Fault(DriverError):
    """The device or the link cannot print now, and nothing of this receipt was printed: try again later."""

    may_be_printed = MayBePrinted.NO


class Unproven(DriverError):
    """The receipt may have been printed and the proof is missing: only `verdict` can tell."""

    may_be_printed = MayBePrinted.UNKNOWN


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong, or soon will be, with a printer.

    `code` is stable (`paper_end`, `paper_near_end`, `cover_open`, `cutter`, `head_hot`, `unrecoverable`,
    `offline`, `no_answer`, `no_connection`, `busy`, ...); `text` and `cure` are English sentences, `text_pl`
    and `cure_pl` Polish ones. A `warning` does not stop printing.
    """

    code: str
    text: str
    cure: str
    text_pl: str
    cure_pl: str
    warning: bool = False

    def words(self, language: str) -> tuple[str, str]:
        """Return text and cure in a language people are spoken to: `pl`, or else English."""
        return (self.text_pl, self.cure_pl) if language == "pl" else (self.text, self.cure)


@dataclass(frozen=True, slots=True)
class Status:
    """What a device says of itself now. Ready when no trouble other than warnings stands.

    `device` identifies the physical device (serial number) or is empty where it cannot tell; `facts` are
    further plain values for `check` (model, firmware, paper width...).
    """

    troubles: tuple[Trouble, ...] = ()
    device: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether the printer could take a receipt now."""
        return all(trouble.warning for trouble in self.troubles)


@dataclass(frozen=True, slots=True)
class Plan:
    """A receipt checked and translated for one printer before a byte is sent.

    `copy` asks for the COPY banner (non-fiscal slips only); `details` is the driver's own, plain JSON.
    """

    receipt: Receipt
    copy: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON for the journal."""
        return {"receipt": self.receipt.to_json(), "copy": self.copy, "details": dict(self.details)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the plan that `to_json` wrote."""
        return cls(receipt=Receipt.from_json(value["receipt"]), copy=value["copy"], details=value["details"])


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the device stood just before printing: its identity, counters and totals, plain JSON."""

    device: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the mark as JSON for the journal."""
        return {"device": self.device, "values": dict(self.values)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the mark that `to_json` wrote."""
        return cls(device=value["device"], values=value["values"])


@dataclass(frozen=True, slots=True)
class Proof:
    """What the device itself says about the finished receipt.

    `kind` names the evidence: `process-id`, `fence`, `none`, `fiscal`, or `person` when somebody looked at
    the paper. `number` is the device's own number or empty; `printed_at` the device's clock in unix seconds,
    None where it has no clock.
    """

    kind: str
    number: str = ""
    printed_at: int | None = None
    device: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the proof as JSON for the journal."""
        return {
            "kind": self.kind,
            "number": self.number,
            "printed_at": self.printed_at,
            "device": self.device,
            "details": dict(self.details),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the proof that `to_json` wrote."""
        return cls(
            kind=value["kind"],
            number=value["number"],
            printed_at=value["printed_at"],
            device=value["device"],
            details=value["details"],
        )


class VerdictKind(StrEnum):
    """After an interruption: printed, not printed, or nobody can tell."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The device's answer after an interruption. `proof` stands with PRINTED, `reason` with UNKNOWN."""

    kind: VerdictKind
    proof: Proof | None = None
    reason: str = ""


class Driver(Protocol):
    """One configured printer speaking one device language. Not thread-safe: one thread owns it."""

    @property
    def fiscal(self) -> bool:
        """Whether receipts become tax entries."""
        ...

    @property
    def reprints_marked(self) -> bool:
        """Whether a receipt that may have been printed is printed again by itself under a COPY banner.

        Never true of a fiscal printer.
        """
        ...

    @property
    def currency(self) -> str:
        """The currency the printer sells in, as ISO 4217 code."""
        ...

    def prepare(self, agreed: str | None = None) -> str:
        """Learn from the device what a plan needs, do what is due before a sale, and return its id ('' if unknown).

        On another device than the `agreed` one nothing is done that prints. Raises Fault.
        """
        ...

    def plan(self, receipt: Receipt, *, copy: bool = False) -> Plan:
        """Check and translate a receipt; no I/O. Raises Refusal."""
        ...

    def mark(self) -> Mark:
        """Connect, make sure the device can print now, and read where it stands.

        Raises Fault, or Refusal for data of the planned receipt that only the device could judge.
        """
        ...

    def print(self, plan: Plan) -> Proof:
        """Print and return the device's proof. May wait for paper as long as the printer says so.

        Raises Fault when surely nothing was printed; Refusal when so because the device refused the receipt's own
        data, so that trying again would only repeat it; Unproven when it may have been printed.
        """
        ...

    def verdict(self, plan: Plan, mark: Mark) -> Verdict:
        """Tell what became of a plan after an interruption, from the device alone. Raises Fault if away."""
        ...

    def status(self) -> Status:
        """Ask the device how it is. Never prints, never raises: a dead link is a trouble in the answer."""
        ...

    def tend(self) -> str:
        """Do what is due by the device's own calendar; return it as a sentence, '' when nothing was done.

        Called while idle, and behind each `mark` before anything of that receipt is sent, whose plan and mark are then
        made anew if something was done; never while what became of a receipt is unknown. Costs nothing when nothing
        is due, and leaves a device that is away alone. Raises Fault or Unproven: it is called again later, and no
        receipt waits for it.
        """
        ...

    def test_print(self) -> Proof:
        """Print the technician's page: ruler, code page, proof. Raises Fault or Unproven."""
        ...

    @property
    def errands(self) -> tuple[str, ...]:
        """What a person may ask of the device beside receipts: `test`, and for fiscal printers reports and copies.

        One with totals of its own has `day` too, and answers as `drivers.sales_day` says.
        """
        ...

    def errand(self, kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do one of `errands` and return plain facts about it. Raises Fault, Unproven, or Refusal for bad `detail`."""
        ...

    def close(self) -> None:
        """Release the link."""
        ...


class Stop(Protocol):
    """What a driver looks at while it waits: set when the daemon is told to stop (a threading.Event will do).

    It looks every few seconds, however long it waits: a driver that does not look any more counts as hung.
    """

    def is_set(self) -> bool:
        """Whether waiting should end now."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; return whether it is set."""
        ...


def _forget(_facts: Mapping[str, Any]) -> None:
    """Remember nothing: for commands that print no receipt."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a driver is given instead of globals: a monotonic clock, a stop signal, an ear for troubles, a memory.

    `tell` is called while `print` waits, with the status at that moment, each time it changes. `remember` makes facts
    durable with the mark of the receipt that is being printed (a step that cannot be taken back is about to begin);
    `verdict` finds them in `mark.values`.
    """

    monotonic: Callable[[], float]
    stop: Stop
    tell: Callable[[Status], None]
    remember: Callable[[Mapping[str, Any]], None] = _forget

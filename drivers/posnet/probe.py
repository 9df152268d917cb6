"""Getting to know a printer, once per connection: which one it is and what its firmware can do (posnet.md 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drivers.contract import Fault
from drivers.posnet.commands import Command
from drivers.posnet.edocument import service_is_on
from drivers.posnet.facts import (
    OLDER_DESCRIPTION_LENGTH,
    OLDER_NAME_LENGTH,
    ONLINE_DESCRIPTION_LENGTH,
    ONLINE_NAME_LENGTH,
    DeviceFacts,
)
from drivers.posnet.readings import (
    UnreadableAnswerError,
    field_of,
    optional_whole,
    truth_of,
    whole_of,
)
from drivers.posnet.session import RefusedByPrinterError
from drivers.posnet.text import page_of
from drivers.posnet.values import read_number

if TYPE_CHECKING:
    from decimal import Decimal

    from drivers.posnet.frames import Answer
    from drivers.posnet.options import PosnetOptions
    from drivers.posnet.session import Session

_SET_THE_PAGE = "Set code_page to what the printer's menu shows for this interface"


@dataclass(frozen=True, slots=True)
class Device:
    """A printer as it described itself. `number` identifies it; `shown` is what its counters carry.

    `restarts` tells whether receipt numbers begin anew with each daily report, `ram_clears` how often its memory was
    cleared; None where the firmware does not tell.
    """

    number: str
    shown: str
    model: str
    version: str
    program: str
    fiscal: bool
    read_only: bool
    header: bool
    restarts: bool | None
    ram_clears: int | None
    facts: DeviceFacts

    @property
    def told(self) -> dict[str, Any]:
        """What `check` shows of it."""
        return {
            "model": self.model,
            "version": self.version,
            "firmware": self.program,
            "fiscal": self.fiscal,
            "code_page": self.facts.code_page,
            "vat": [f"{rate:f}" for rate in self.facts.vat],
        }


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answers: `getrealid` where there is one, else what `scomm` and `sid` say."""

    number: str
    shown: str
    model: str
    version: str
    program: str
    online: bool


def probe(session: Session, options: PosnetOptions) -> Device:
    """Return the device, and have it show errors without waiting for a key. No receipt may be open.

    Raises Fault for a printer that cannot be used, RefusedByPrinterError, AnswerLostError, UnreadableAnswerError.
    """
    scomm = session.read("scomm")
    identity = identify(session, scomm)
    _show_errors_shortly(session)
    sfsk = session.optional("sfsk")
    numbers = session.optional("eclastdocnoget", ("ty", "0"))
    scnt = session.read("scnt")
    counting = session.optional("billcountercfgget")
    return Device(
        number=identity.number,
        shown=identity.shown,
        model=identity.model,
        version=identity.version,
        program=identity.program,
        fiscal=truth_of(scomm, "fs"),
        read_only=truth_of(scomm, "td"),
        header=truth_of(scomm, "hr"),
        restarts=None if counting is None else truth_of(counting, "dl"),
        ram_clears=None if sfsk is None else optional_whole(sfsk, "cl"),
        facts=DeviceFacts(
            vat=vat_table(session),
            code_page=_code_page(session, options),
            name_length=options.name_length or (ONLINE_NAME_LENGTH if identity.online else OLDER_NAME_LENGTH),
            description_length=ONLINE_DESCRIPTION_LENGTH if identity.online else OLDER_DESCRIPTION_LENGTH,
            nip_command=identity.online,
            transfer_payment=identity.online,
            cancel_counters=scnt.get("bt") is not None,
            document_numbers=numbers is not None,
            edocuments=options.edocument == "on" and service_is_on(session) is True,
        ),
    )


def identify(session: Session, scomm: Answer | None = None) -> Identity:
    """Return who answers. Raises RefusedByPrinterError, AnswerLostError, UnreadableAnswerError."""
    scomm = scomm or session.read("scomm")
    shown = _text(scomm, "nu")
    real = session.optional("getrealid")
    if real is None:
        named = session.optional("sid")
        model, version = (_text(named, "nm"), _text(named, "vr")) if named else ("", "")
        return Identity(shown, shown, model, version, "", online=False)
    model = _text(real, "nm")
    number = _text(real, "nu") or shown
    online = "ONLINE" in model.upper() or real.get("vf") is not None
    return Identity(number, shown, model, _text(real, "vr"), _text(real, "vf"), online=online)


def vat_table(session: Session) -> tuple[Decimal, ...]:
    """Return the seven rates of the printer. Raises as `identify` does."""
    answer = session.read("vatget")
    try:
        return tuple(read_number(field_of(answer, f"v{letter}")) for letter in "abcdefg")
    except ValueError as error:
        raise UnreadableAnswerError(f"vatget: {error}") from None


def _text(answer: Answer, name: str) -> str:
    """Return text that identifies a device: plain in every code page."""
    return (answer.get(name) or b"").decode("ascii", "replace").strip()


def _show_errors_shortly(session: Session) -> None:
    """Set remote mode: otherwise one refused line makes the printer wait for a key (posnet.md 5.2)."""
    try:
        session.change(Command("windowtimecfgreset", (("ty", "1"),)))
    except RefusedByPrinterError as refused:
        if not refused.error.frame:
            raise


def _code_page(session: Session, options: PosnetOptions) -> str:
    if options.code_page != "auto":
        return options.code_page
    answer = session.optional("pccfgget", ("pi", str(options.interface)))
    if answer is None:
        raise Fault("The printer does not tell its code page", cure=_SET_THE_PAGE, code="code_page")
    try:
        return page_of(whole_of(answer, "cp")).name
    except UnreadableAnswerError:
        raise
    except ValueError as error:
        raise Fault(str(error), cure=_SET_THE_PAGE, code="code_page") from None

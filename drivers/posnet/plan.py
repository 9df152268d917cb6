"""A receipt made into the exact commands for one POSNET printer, before a byte is sent; pure (posnet.md 8, 9, 14).

    queries      dbchkplu ...       is a name locked in its rate? asked before the receipt is opened
    commands     eparagonidzcancel  where electronic receipts are on: nothing an earlier receipt left behind
                 qrcode, ftrcfg     codes, numbers and lines of the footer
                 trinit
                 eparagonidznext    for a buyer who asked for an electronic receipt
                 trline ...         with `wa`, which the printer checks against its own product
                 trnipset           the buyer's NIP
                 trpayment
                 trend              with `to` and `fp`, which it checks against its own sums; the only commit

Nothing is sent here and no clock is read. What can never be printed is a Refusal; what is printed but ought to be
known is a Note.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from drivers.contract import Refusal
from drivers.posnet import values
from drivers.posnet.commands import Command, Effect
from drivers.posnet.edocument import plan_edocument
from drivers.posnet.footer import FOOTER_COLUMNS, plan_footer
from drivers.posnet.lines import PlannedLine, plan_lines
from drivers.posnet.notes import Note
from drivers.posnet.payments import PaymentForm, choose_form
from drivers.posnet.rates import RateTable
from drivers.posnet.rules import simplified_invoice_limit
from drivers.posnet.text import cut, fit_text, formatted_length
from drivers.receipt import format_grosze

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from drivers.posnet.facts import DeviceFacts
    from drivers.posnet.lines import PlannedLines
    from drivers.posnet.options import PosnetOptions
    from drivers.receipt import Receipt

CURRENCY = "PLN"
"""The only currency receipts are sold in; the printer's own accounting currency."""

LONGEST_PAYMENT_NAME = 25

_NO_VALUE = "Poz. 0,00"


@dataclass(frozen=True, slots=True)
class PosnetPlan:
    """A receipt for one printer. Amounts are grosze; `totals` are what each of the seven VAT slots is sold for.

    `code_page` is the page all text was fitted for.
    """

    code_page: str
    lines: tuple[PlannedLine, ...]
    totals: tuple[int, ...]
    payment: PaymentForm
    commands: tuple[Command, ...]
    notes: tuple[Note, ...] = ()

    @property
    def total(self) -> int:
        """What is sold, and paid, altogether."""
        return sum(self.totals)

    @property
    def checks(self) -> tuple[tuple[int, str], ...]:
        """Slot and name of each item, once each, in the order of the lines."""
        return tuple(dict.fromkeys((line.slot, line.name) for line in self.lines))

    @property
    def queries(self) -> tuple[Command, ...]:
        """One question about each of the `checks`, in their order: its last rate, and whether it is locked upward."""
        return tuple(
            Command("dbchkplu", (("vt", values.slot(slot)), ("na", name)), Effect.READS)
            for slot, name in self.checks
        )

    def told(self, edocument: int | None) -> dict[str, Any]:
        """Return what a proof says of the plan; `edocument` is the id the printer gave the electronic receipt."""
        known = {} if edocument is None else {"edocument": edocument}
        return {"total": self.total, "notes": [note.to_json() for note in self.notes], **known}

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON, for `drivers.contract.Plan.details`."""
        return {
            "code_page": self.code_page,
            "lines": [line.to_json() for line in self.lines],
            "totals": list(self.totals),
            "payment": self.payment.name.lower(),
            "commands": [command.to_json() for command in self.commands],
            "notes": [note.to_json() for note in self.notes],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the plan that `to_json` wrote."""
        return cls(
            code_page=value["code_page"],
            lines=tuple(PlannedLine.from_json(line) for line in value["lines"]),
            totals=tuple(value["totals"]),
            payment=PaymentForm[value["payment"].upper()],
            commands=tuple(Command.from_json(command) for command in value["commands"]),
            notes=tuple(Note.from_json(note) for note in value["notes"]),
        )


def make_plan(
    receipt: Receipt,
    device: DeviceFacts,
    options: PosnetOptions,
    today: date,
    *,
    edocument_refused: Note | None = None,
) -> PosnetPlan:
    """Return the plan of `receipt` for a printer; `today` decides which rules of law stand. Raises Refusal.

    `edocument_refused` tells why the printer takes no electronic receipt now.
    """
    _check_currency(receipt)
    planned = plan_lines(receipt, device, RateTable(device.vat), options)
    totals = _totals(planned.sold)
    form = _payment_form(receipt, device, options)
    footer = plan_footer(receipt, device, options, tuple(_urgent(receipt, device, planned.left_out)))
    edocument = plan_edocument(receipt, device, options, edocument_refused)
    sale = (
        Command("trinit", (("bm", values.truth(options.block_mode or bool(edocument.bind))),)),
        *edocument.bind,
        *(line.command for line in planned.sold),
        *_nip(receipt, device),
        _payment(receipt, device, form, sum(totals)),
        _end(sum(totals)),
    )
    return PosnetPlan(
        code_page=device.code_page,
        lines=planned.sold,
        totals=totals,
        payment=form,
        commands=(*edocument.before, *footer.commands, *sale),
        notes=(
            *_line_notes(planned),
            *_nip_notes(receipt, sum(totals), today),
            *footer.notes,
            *edocument.notes,
        ),
    )


def _check_currency(receipt: Receipt) -> None:
    if receipt.currency != CURRENCY:
        raise Refusal(
            f"The receipt is in {receipt.currency} and a fiscal printer sells in {CURRENCY}",
            field="currency",
            cure=f"Issue it in {CURRENCY}, or give {receipt.currency} a printer of its own",
            code="currency",
        )


def _totals(lines: tuple[PlannedLine, ...]) -> tuple[int, ...]:
    """Return what each slot is sold for. Raises Refusal when the printer cannot hold it."""
    totals = [0] * values.SLOTS
    for line in lines:
        totals[line.slot] += line.paid
    if sum(totals) > values.HIGHEST_AMOUNT:
        raise Refusal(
            f"The receipt is worth {format_grosze(sum(totals))}, and the printer takes "
            f"{format_grosze(values.HIGHEST_AMOUNT)}",
            field="lines",
            cure="Split the receipt in BaseLinker",
            code="too_large",
        )
    return tuple(totals)


def _payment_form(receipt: Receipt, device: DeviceFacts, options: PosnetOptions) -> PaymentForm:
    form = choose_form(receipt.payment, options.payment_patterns, options.payment_form)
    if form is PaymentForm.TRANSFER and not device.transfer_payment:
        return PaymentForm.OTHER
    return form


def _payment(receipt: Receipt, device: DeviceFacts, form: PaymentForm, total: int) -> Command:
    """Return the payment, under the name BaseLinker gives it."""
    name = cut(fit_text(receipt.payment, device.page), LONGEST_PAYMENT_NAME) or fit_text(
        form.polish, device.page
    )
    fields = (
        ("ty", str(form.value)),
        ("wa", values.amount(total)),
        ("na", name),
        ("re", values.NO),
    )
    return Command("trpayment", fields)


def _end(total: int) -> Command:
    return Command("trend", (("to", values.amount(total)), ("fp", values.amount(total))), Effect.COMMIT)


def _nip(receipt: Receipt, device: DeviceFacts) -> tuple[Command, ...]:
    if receipt.nip and device.nip_command:
        return (Command("trnipset", (("ni", fit_text(receipt.nip, device.page)),)),)
    return ()


def _urgent(receipt: Receipt, device: DeviceFacts, left_out: tuple[int, ...]) -> Iterator[str]:
    """Yield the footer lines that must not be missing."""
    if receipt.nip and not device.nip_command:
        yield f"NIP nabywcy: {receipt.nip}"
    if left_out:
        names = ", ".join(fit_text(receipt.lines[at].name, device.page) for at in left_out)
        line = f"{_NO_VALUE}: {names}"
        yield line if formatted_length(line) <= FOOTER_COLUMNS else f"{_NO_VALUE}: {len(left_out)}"


def _line_notes(planned: PlannedLines) -> Iterator[Note]:
    if planned.left_out:
        numbers = _numbers(planned.left_out)
        yield Note(
            "zero_value",
            f"Lines without a value are left out, as the printer takes none: {numbers}",
            f"Pominięto pozycje bez wartości, których drukarka nie przyjmuje: {numbers}",
        )
    described = tuple(line.index for line in planned.sold if line.description)
    if described:
        numbers = _numbers(described)
        yield Note(
            "fine_price",
            f"The printer cannot hold the exact price or quantity of lines {numbers}; their value is exact, and the "
            "true price and quantity stand below the name",
            f"Drukarka nie przyjmuje dokładnej ceny lub ilości pozycji {numbers}; ich wartość jest dokładna, a "
            "prawdziwa cena i ilość są pod nazwą",
        )


def _numbers(indexes: tuple[int, ...]) -> str:
    return ", ".join(str(at + 1) for at in indexes)


def _nip_notes(receipt: Receipt, total: int, today: date) -> Iterator[Note]:
    """Yield a note where the buyer gave a NIP and the receipt is no simplified invoice all the same."""
    limit = simplified_invoice_limit(today)
    if not receipt.nip or (limit is not None and total <= limit):
        return
    if limit is None:
        yield Note(
            "no_invoice",
            "The receipt has a NIP, but receipts are simplified invoices no more: the buyer may want an invoice",
            "Paragon ma NIP, ale paragony nie są już fakturami uproszczonymi: nabywca może chcieć faktury",
        )
        return
    amount = format_grosze(limit)
    yield Note(
        "no_invoice",
        f"The receipt has a NIP, but over {amount} {CURRENCY} it is no simplified invoice: the buyer may want an "
        "invoice",
        f"Paragon ma NIP, ale powyżej {amount} {CURRENCY} nie jest fakturą uproszczoną: nabywca może chcieć faktury",
    )

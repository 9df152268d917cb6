"""Everything a printer still knows after a power cut, as frozen values.

    Memory ── identity, counters, day, vat, settings, footer, transaction, last, form, code2d, edocuments, upkeep
    Document ── what the protected memory keeps for ever, one for each printout that counts

A command never changes a value, it makes new ones; the printer puts them in place all at once or not at all. Only
numbers, texts and tuples stand here, so that the whole of it is plain JSON. Amounts are grosze, rates hundredths of a
percent, moments ISO 8601 with the offset (empty: never).
"""

from __future__ import annotations

from dataclasses import dataclass

RATES = 7
LETTERS = "ABCDEFG"
EXEMPT, INACTIVE = 100_00, 101_00

Totals = tuple[int, int, int, int, int, int, int]
NOTHING: Totals = (0, 0, 0, 0, 0, 0, 0)

# Kinds of documents as `eclastdocnoget ty` numbers them.
RECEIPT, CANCELLED_RECEIPT, DAILY_REPORT, NON_FISCAL, EVENT = 0, 1, 4, 5, 6
DOCUMENT_KINDS = 14
CERTIFICATE_KINDS = 7


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the printer is. `programmed` is the number that `progid` may overwrite."""

    name: str
    version: str
    unique_number: str
    programmed: str = ""
    shown_name: str = ""
    shown_version: str = ""
    program: str = ""
    factory_number: str = ""

    @property
    def shown_number(self) -> str:
        """The number in `scomm`, `scnt` and `sfsk`."""
        return self.programmed or self.unique_number


@dataclass(frozen=True, slots=True)
class Counters:
    """What is counted (posnet.md 11.1): rd, hn, bn, bc, bt, cl, vt and the last document number of each kind."""

    reports: int = 0
    printouts: int = 0
    finished: int = 0
    cancelled: int = 0
    receipts: int = 0
    ram_clears: int = 0
    rate_changes: int = 0
    power_failures: int = 0
    last_report: str = ""
    report_was_zero: bool = False
    receipts_ever: int = 0
    last_document: int = 0
    by_kind: tuple[int, ...] = (0,) * DOCUMENT_KINDS


@dataclass(frozen=True, slots=True)
class Day:
    """Totals since the last daily report (`stot`)."""

    totals: Totals = NOTHING
    finished: int = 0
    cancelled: int = 0
    cancelled_value: int = 0
    non_fiscal: int = 0
    first: str = ""
    last: str = ""

    @property
    def zero(self) -> bool:
        """Whether nothing was sold."""
        return not any(self.totals)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set once: mode, rates, header, interfaces, clock, ways of counting and of showing errors.

    `code_pages` belong to PC1 and PC2. `error_seconds` None is the standard mode: an error waits for a key.
    `counter_restarts` is fixed at fiscalisation. `ports` and `lines` keep what pccfgset and comcfgset were told.
    """

    fiscal: bool = True
    read_only: bool = False
    rates: tuple[int, ...] = (2300, 800, 500, 0, INACTIVE, INACTIVE, INACTIVE)
    header: tuple[str, ...] = ()
    tax_id: str = ""
    code_pages: tuple[int, int] = (0, 0)
    ports: tuple[tuple[int, int, int], tuple[int, int, int]] = ((4, 6666, 0), (2, 1, 0))
    lines: tuple[tuple[int, int, int, int, int], ...] = ()
    discount_first: bool = False
    error_seconds: int | None = None
    counter_restarts: bool = True
    print_cancelled: bool = True
    clock_offset: int = 0
    cash: int = 0
    planned_rates: tuple[int, ...] = ()
    planned_date: str = ""


@dataclass(frozen=True, slots=True)
class Footer:
    """What stands under the next receipt. `kept` lines and names stay for all receipts to come."""

    cashier: str = ""
    till: str = ""
    once_cashier: str = ""
    once_till: str = ""
    system_number: str = ""
    barcode: str = ""
    code_place: int = 0
    lines: tuple[str, ...] = ()
    kept_lines: tuple[str, ...] = ()
    feed: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened on a receipt, in the order of the paper.

    `kind` is sale, storno, line-discount, rate-discount, promotion, subtotal-discount, bill-discount, subtotal,
    packaging or advance. `value` is the line before its discount, `change` what a discount (negative) or surcharge
    adds to it, `raw` the name as the bytes came, one character a byte.
    """

    kind: str
    name: str = ""
    raw: str = ""
    slot: int = 0
    price: int = 0
    quantity: str = "1"
    unit: str = ""
    description: str = ""
    value: int = 0
    change: int = 0
    percent: int = 0
    change_name: str = ""
    remark: str = ""

    @property
    def net(self) -> int:
        """What it adds to the receipt."""
        return self.value + self.change


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment in or, with `change`, money given back. `currency` fields are those of trpaymentcurr."""

    kind: int
    amount: int
    name: str = ""
    change: bool = False
    currency: str = ""
    currency_amount: int = 0
    rate: int = 0


@dataclass(frozen=True, slots=True)
class FooterLine:
    """A line sent with trftrln."""

    kind: int
    text: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """A receipt under way. `before_bill` are the totals that trsubtotcanc goes back to.

    `document` is set once the receipt is fiscal and only its footer is missing (after `trend fe0`).
    """

    block: bool
    interface: int
    opened: str
    totals: Totals = NOTHING
    entries: tuple[Entry, ...] = ()
    payments: tuple[Payment, ...] = ()
    packs_out: int = 0
    packs_in: int = 0
    nip: str = ""
    nip_caption: str = ""
    nip_bold: bool = True
    before_bill: Totals | None = None
    advance: bool = False
    document: int = 0
    footer_lines: tuple[FooterLine, ...] = ()

    @property
    def total(self) -> int:
        """The fiscal total."""
        return sum(self.totals)

    @property
    def due(self) -> int:
        """What the buyer owes."""
        return self.total + self.packs_out - self.packs_in

    @property
    def paid(self) -> int:
        """The payments in."""
        return sum(payment.amount for payment in self.payments if not payment.change)

    @property
    def change(self) -> int:
        """The money given back so far."""
        return sum(payment.amount for payment in self.payments if payment.change)

    @property
    def sold(self) -> bool:
        """Whether anything stands on it."""
        return any(entry.kind in {"sale", "packaging", "advance"} for entry in self.entries)

    @property
    def settling(self) -> bool:
        """Whether it is past its lines: payments or a discount on the bill came."""
        return bool(self.payments) or self.before_bill is not None


@dataclass(frozen=True, slots=True)
class Last:
    """What `strns` shows of the last receipt, or of the one under way."""

    kind: int = 0
    totals: Totals = NOTHING
    packs_out: int = 0
    packs_in: int = 0
    change: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """A non-fiscal form under way."""

    number: int
    interface: int
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code2D:
    """A 2D code that was prepared and not yet printed; `data` as the bytes came, one character a byte."""

    kind: str
    data: str
    pixels: int = 2
    level: str = "M"


@dataclass(frozen=True, slots=True)
class EDocument:
    """An eDocument in the queue; `status` 0 new, 1 sent, 2 failed, 3 given up, 4 waits for its receipt."""

    handle: int
    customer: str
    server: str
    status: int
    document: int = 0
    receipt_date: str = ""
    http_code: int = 0
    confirmation: str = ""
    printed: bool = False


@dataclass(frozen=True, slots=True)
class EDocuments:
    """The eDocument service: on or off, its settings, the queue, and the id set for the next receipt."""

    enabled: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    queue: tuple[EDocument, ...] = ()
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What service has set. Dates are ISO 8601.

    An empty `inspection` is the end of next year, `authorised_days` None is for ever, an empty date of a certificate is
    none; the protected memory is counted in kilobytes.
    """

    inspection: str = ""
    authorised_days: int | None = None
    subscription_warns: str = "2099-12-01"
    subscription_ends: str = "2099-12-31"
    certificates: tuple[str, ...] = ("2049-12-31", "", *("2049-12-31",) * 5)
    protected_size: int = 7_800_000
    protected_free: int = 7_600_000


@dataclass(frozen=True, slots=True)
class Memory:
    """The whole non-volatile memory of one printer, but for the goods database and the documents."""

    identity: Identity
    counters: Counters = Counters()
    day: Day = Day()
    settings: Settings = Settings()
    footer: Footer = Footer()
    transaction: Transaction | None = None
    last: Last = Last()
    form: Form | None = None
    code2d: Code2D | None = None
    edocuments: EDocuments = EDocuments()
    upkeep: Upkeep = Upkeep()


@dataclass(frozen=True, slots=True)
class Good:
    """A name once sold: its last rate, and whether that rate was ever lowered."""

    name: str
    rate: int
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the protected memory.

    `number` is unique in one device, `printout` the number in its header, `receipt` the number in the footer of a
    receipt (0: none), `report` how many daily reports had been made before. `interface` is 1 or 2, or 3 for the
    printer's own keyboard. Receipts carry their transaction, daily reports the day they closed, all others lines.
    """

    device: str
    number: int
    kind: int
    time: str
    printout: int
    report: int
    receipt: int = 0
    interface: int = 3
    fiscal: bool = True
    transaction: Transaction | None = None
    paid: int = 0
    change: int = 0
    footer: Footer = Footer()
    cashier: str = ""
    till: str = ""
    code2d: Code2D | None = None
    edocument: int = 0
    day: Day | None = None
    rates: tuple[int, ...] = ()
    title: str = ""
    lines: tuple[str, ...] = ()

    @property
    def totals(self) -> Totals:
        """Gross sums per rate."""
        if self.transaction is not None:
            return self.transaction.totals
        return self.day.totals if self.day is not None else NOTHING

    @property
    def total(self) -> int:
        """The gross total."""
        return sum(self.totals)

    @property
    def finished(self) -> bool:
        """Whether this is a receipt that counts as a sale."""
        return self.kind == RECEIPT

    @property
    def sales(self) -> tuple[Entry, ...]:
        """The lines sold and taken back."""
        entries = self.transaction.entries if self.transaction else ()
        return tuple(entry for entry in entries if entry.kind in {"sale", "storno"})

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments as they were sent; none means cash."""
        return self.transaction.payments if self.transaction else ()

    @property
    def nip(self) -> str:
        """The buyer's tax number, or nothing."""
        return self.transaction.nip if self.transaction else ""

    @property
    def footer_text(self) -> str:
        """All the text under the receipt: system number, barcode, footer lines, one a line."""
        sent = self.transaction.footer_lines if self.transaction else ()
        parts = [self.footer.system_number, self.footer.barcode, *self.footer.lines, *self.footer.kept_lines]
        return "\n".join(part for part in [*parts, *(line.text for line in sent)] if part)

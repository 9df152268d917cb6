"""What no document tells about these printers (posnet.md 18 and the places marked U), each as a switch.

A `Behaviour` belongs to one printer and may be changed while it runs; the next command feels it. `CODES` holds the
number a printer gives for each thing it refuses; where several numbers would fit, the choice is ours and may be
changed per printer with `Behaviour.codes`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fate(StrEnum):
    """What becomes of a transaction that was open when the power failed, or was left alone for too long."""

    RESUME = "resume"
    CANCEL = "cancel"
    DROP = "drop"


class KnownToken(StrEnum):
    """What a printer does with a command whose token it has just answered."""

    EXECUTE = "execute"
    REPEAT_ANSWER = "repeat the answer"
    REFUSE = "refuse"


class Spread(StrEnum):
    """How a percent discount on several rates is rounded: each rate by itself, or the sum, which is then spread."""

    EACH_RATE = "each rate"
    SUM = "sum"


class Refusal(StrEnum):
    """Why a command is refused."""

    INTERRUPTED = "the operator cancelled"
    OTHER_INTERFACE = "the other interface owns the transaction"
    ZERO_REPORT = "second zero report"
    NO_RECORD = "no such record"
    AUTHORISED = "authorised for ever"
    NEGATIVE_CASH = "the drawer would owe money"
    DATE = "not today's date"
    PAYMENT_TOO_BIG = "payment too big"
    PAYMENTS_TOO_BIG = "sum of payments too big"
    COVERED = "payments cover the due"
    CHANGE_TOO_BIG = "change too big"
    TOTAL_TOO_BIG = "total out of range"
    ZERO_PAYMENT = "payment of zero"
    ADVANCE_RANGE = "advance out of range"
    ADVANCE_BASE = "base of the advance out of range"
    ZERO_ADVANCE = "advance of zero"
    DISCOUNT_BASE_RANGE = "base of the discount out of range"
    AFTER_RANGE = "value after the surcharge out of range"
    DISCOUNT_BASE = "base of the discount not positive"
    ZERO_DISCOUNT = "discount of zero"
    AFTER_DISCOUNT = "value after the discount not positive"
    DISCOUNT_STATE = "no discount in this state"
    EMPTY = "no items"
    SLOT = "bad or inactive rate"
    NOT_WHOLE = "quantity not whole"
    NO_HEADER = "no header"
    NO_RATES = "no active rate"
    NO_TRANSACTION = "no transaction"
    PRICE = "price not positive"
    QUANTITY = "quantity not positive"
    LINE_TOTAL = "line value out of range"
    ZERO_LINE = "line value zero"
    DAY_FULL = "day totals full"
    CLOCK_STATE = "totals not zero"
    CLOCK_STEP = "clock step too big"
    SAME_RATES = "identical rates"
    ALL_INACTIVE = "all rates inactive"
    RATE_VALUES = "bad rate values"
    TRAINING = "not fiscal"
    TOTALS = "totals not zero yet"
    READ_ONLY = "read-only"
    OPEN = "a transaction is open"
    ZERO_RECEIPT = "receipt of zero"
    TOO_MANY_LINES = "too many lines"
    CHANGE_GIVEN = "change was given already"
    UNCOVERED = "payments do not cover the due"
    EMPTY_TEXT = "empty text"
    STATE = "wrong state"
    PARAMETER = "bad parameter"
    NOTHING_OPEN = "nothing is open"
    FOOTER_STATE = "footer not begun"
    NAME = "bad name"
    DATABASE_RATE = "inactive rate in the goods database"
    LOCKED = "goods locked in that rate"
    FORM = "wrong form"
    FORM_LINE = "wrong line of the form"
    FORM_NOT_OPEN = "form not started"
    FORM_OPEN = "form started already"
    FORM_COMMAND = "wrong form command"
    FORM_WIDTH = "wide form on narrow paper"
    BAD_LINE = "a line that may not stand in a form"
    FOOTER_LINE = "wrong footer line"
    FOOTER_LINES = "too many footer lines"
    PAYMENT_TYPE = "wrong payment type"
    DISCOUNT_CHECK = "discount differs"
    LINE_CHECK = "line value differs"
    PACK_CHECK = "packaging value differs"
    CURRENCY_CHECK = "currency value differs"
    TOTAL_CHECK = "total differs"
    PACKS_OUT_CHECK = "packaging given differs"
    PACKS_IN_CHECK = "packaging returned differs"
    PAID_CHECK = "payments differ"
    CHANGE_CHECK = "change differs"
    STORNO_QUANTITY = "storno of a quantity not sold"
    STORNO_VALUE = "storno of a value not sold"
    STORNO_PACK = "storno of a packaging not sold"
    NO_DOCUMENT = "document not found"
    CODE_MISSING = "no 2D code prepared"
    CODE_SCALE = "wrong scale of a 2D code"
    CODE_LENGTH = "2D code too long"
    HEX_COUNT = "odd count of hex digits"
    HEX_DIGIT = "bad hex digit"
    BARCODE = "wrong barcode"
    CODE_LEVEL = "wrong correction level of a 2D code"
    START_DATE = "start later than today"
    DATE_ORDER = "start later than end"
    RATES_DUE = "a change of rates is due"
    EDOCUMENT_FULL = "eDocument queue full"
    EDOCUMENT_LAST = "the last receipt has an eDocument"
    EDOCUMENT_SET = "an id is set"
    EDOCUMENT_SERVER = "no eDocument server"
    EDOCUMENT_LINK = "eDocument test failed"
    EDOCUMENT_ID = "bad eDocument id"
    REPORT_DUE = "yesterday has no daily report"


CODES: Mapping[Refusal, int] = MappingProxyType(
    {
        Refusal.INTERRUPTED: 30,
        Refusal.OTHER_INTERFACE: 41,
        Refusal.ZERO_REPORT: 382,
        Refusal.REPORT_DUE: 383,
        Refusal.NO_RECORD: 384,
        Refusal.AUTHORISED: 480,
        Refusal.NEGATIVE_CASH: 503,
        Refusal.DATE: 723,
        Refusal.PAYMENT_TOO_BIG: 1951,
        Refusal.PAYMENTS_TOO_BIG: 1952,
        Refusal.COVERED: 1953,
        Refusal.CHANGE_TOO_BIG: 1961,
        Refusal.TOTAL_TOO_BIG: 1950,
        Refusal.ZERO_PAYMENT: 1962,
        Refusal.ADVANCE_RANGE: 1963,
        Refusal.ADVANCE_BASE: 1964,
        Refusal.ZERO_ADVANCE: 1966,
        Refusal.DISCOUNT_BASE_RANGE: 1980,
        Refusal.AFTER_RANGE: 1981,
        Refusal.DISCOUNT_BASE: 1983,
        Refusal.ZERO_DISCOUNT: 1984,
        Refusal.AFTER_DISCOUNT: 1985,
        Refusal.DISCOUNT_STATE: 1991,
        Refusal.EMPTY: 1992,
        Refusal.SLOT: 2000,
        Refusal.NOT_WHOLE: 2001,
        Refusal.NO_HEADER: 2002,
        Refusal.NO_RATES: 2004,
        Refusal.NO_TRANSACTION: 2005,
        Refusal.PRICE: 2006,
        Refusal.QUANTITY: 2007,
        Refusal.LINE_TOTAL: 2008,
        Refusal.ZERO_LINE: 2009,
        Refusal.DAY_FULL: 2010,
        Refusal.CLOCK_STATE: 2020,
        Refusal.CLOCK_STEP: 2023,
        Refusal.SAME_RATES: 2028,
        Refusal.RATE_VALUES: 2029,
        Refusal.ALL_INACTIVE: 2030,
        Refusal.TRAINING: 2034,
        Refusal.TOTALS: 2035,
        Refusal.READ_ONLY: 2036,
        Refusal.OPEN: 2038,
        Refusal.ZERO_RECEIPT: 2041,
        Refusal.TOO_MANY_LINES: 2052,
        Refusal.UNCOVERED: 2054,
        Refusal.EMPTY_TEXT: 2056,
        Refusal.BARCODE: 2059,
        Refusal.STATE: 2060,
        Refusal.PARAMETER: 2063,
        Refusal.NOTHING_OPEN: 2064,
        Refusal.FOOTER_STATE: 2066,
        Refusal.CHANGE_GIVEN: 2094,
        Refusal.HEX_COUNT: 2080,
        Refusal.HEX_DIGIT: 2081,
        Refusal.DATABASE_RATE: 2102,
        Refusal.NAME: 2104,
        Refusal.LOCKED: 2106,
        Refusal.FORM: 2501,
        Refusal.FORM_LINE: 2502,
        Refusal.FORM_NOT_OPEN: 2505,
        Refusal.FORM_OPEN: 2506,
        Refusal.FORM_COMMAND: 2507,
        Refusal.FORM_WIDTH: 2508,
        Refusal.BAD_LINE: 2055,
        Refusal.FOOTER_LINE: 2702,
        Refusal.FOOTER_LINES: 2703,
        Refusal.PAYMENT_TYPE: 2705,
        Refusal.DISCOUNT_CHECK: 2801,
        Refusal.LINE_CHECK: 2802,
        Refusal.PACK_CHECK: 2803,
        Refusal.CURRENCY_CHECK: 2804,
        Refusal.TOTAL_CHECK: 2805,
        Refusal.PACKS_OUT_CHECK: 2806,
        Refusal.PACKS_IN_CHECK: 2807,
        Refusal.PAID_CHECK: 2808,
        Refusal.CHANGE_CHECK: 2809,
        Refusal.STORNO_QUANTITY: 2851,
        Refusal.STORNO_VALUE: 2852,
        Refusal.STORNO_PACK: 2853,
        Refusal.NO_DOCUMENT: 2930,
        Refusal.CODE_MISSING: 3200,
        Refusal.CODE_SCALE: 3202,
        Refusal.CODE_LENGTH: 3206,
        Refusal.CODE_LEVEL: 3209,
        Refusal.START_DATE: 2045,
        Refusal.DATE_ORDER: 2050,
        Refusal.RATES_DUE: 3084,
        Refusal.EDOCUMENT_FULL: 4250,
        Refusal.EDOCUMENT_LAST: 4257,
        Refusal.EDOCUMENT_SET: 4258,
        Refusal.EDOCUMENT_SERVER: 4273,
        Refusal.EDOCUMENT_LINK: 4275,
        Refusal.EDOCUMENT_ID: 4277,
    }
)


class RefusedError(Exception):
    """A command is refused: `reason`, or a number given by a fault. Nothing has changed."""

    def __init__(self, reason: Refusal | int) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(slots=True)
class Behaviour:
    """How one printer does what no document tells. The defaults are the plainest guess.

    Power and time: `open_transaction` is the fate at power loss (18.1); after `inactivity_limit` seconds without a
    command of its host an open transaction meets `inactivity_fate` (18.5; None: never). With `commit_last` the
    commit point of `trend` lies behind the printing. A power failure is an event with a document number of its own
    unless `power_failure_is_event` is off.

    Answers: whether the store of `rpt` survives a restart and the end of a connection, is kept per interface
    (18.2), and takes the answers to `!` commands; whether what waits in the queue survives the end of a
    connection; whether answers to `!` commands repeat the `!` (18.3); whether `trend` is answered before its
    printing ends (18.4); what is done with a token answered before (18.6). `error_tab` and `error_field` are the
    forms of an error in 4.4, rule 6.

    Frames: `queue_depth` and `frame_bytes` (18.7); what else than four capital digits passes as CRC (18.8);
    `unknown_fields` are fields this firmware does not take, as (command, field).

    Arithmetic: `line_rounding` is a rounding of `decimal`, `percent_spread` its fellow for discounts (18.9).

    Counters: `counted_at_footer_end` moves `bn` and `bt` with `trftrend` instead of `trend fe0` (18.10);
    `finished_restarts` restarts `bn` and `bc` at the daily report although `bt` goes on (18.11);
    `printout_at_header` moves `hn` when a receipt is opened; `printout_of_silent_cancel` when a receipt is cancelled
    in block mode without paper (18.14).

    Rules: `idle_cancel` is the number `prncancel` gives with nothing open, None for a normal answer (18.12);
    `line_after_payment` lets a sale follow a payment (18.13); `report_due` refuses a receipt while the sales of an
    earlier day have no daily report; `everything_waits_for_paper` lets reads wait for the paper as well;
    `busy_until_answered` makes `qe` count the running command; in standard error mode `error_answer_first` answers
    a refused command before the key is pressed; in remote mode `error_window_blocks` lets nothing run until the error
    is off the display.

    Electronic receipts: `edocuments_known` is off for firmware without any of their commands; `edocument_refusal` is
    the number with which every id is refused; `edocument_server` tells whether the server takes what is sent, and
    `edocument_seconds` how long that takes at the end of a receipt. `edocument_survives_cancel` keeps the id of a
    receipt that is cancelled for the next one; `idle_idzcancel` is the number `eparagonidzcancel` gives when there is
    no id, None for a normal answer.
    """

    open_transaction: Fate = Fate.RESUME
    inactivity_limit: float | None = None
    inactivity_fate: Fate = Fate.CANCEL
    commit_last: bool = False
    power_failure_is_event: bool = True

    answers_survive_restart: bool = False
    answers_survive_reconnect: bool = True
    answers_per_interface: bool = False
    answers_keep_immediate: bool = False
    queue_survives_reconnect: bool = True
    bang_in_answer: bool = True
    trend_answers_first: bool = False
    known_token: KnownToken = KnownToken.EXECUTE
    error_tab: bool = True
    error_field: str = "?"

    queue_depth: int = 16
    frame_bytes: int = 8192
    short_crc: bool = False
    small_crc: bool = False
    unknown_fields: frozenset[tuple[str, str]] = frozenset()

    line_rounding: str = ROUND_HALF_UP
    percent_spread: Spread = Spread.EACH_RATE

    counted_at_footer_end: bool = False
    finished_restarts: bool = True
    printout_at_header: bool = False
    printout_of_silent_cancel: bool = True

    idle_cancel: int | None = None
    line_after_payment: bool = False
    report_due: bool = False
    everything_waits_for_paper: bool = True
    busy_until_answered: bool = True
    error_answer_first: bool = True
    error_window_blocks: bool = False

    edocuments_known: bool = True
    edocument_refusal: int | None = None
    edocument_server: bool = True
    edocument_seconds: float = 0.0
    edocument_survives_cancel: bool = False
    idle_idzcancel: int | None = None
    command_seconds: float = 0.0
    codes: dict[Refusal, int] = field(default_factory=dict)

    def knows(self, mnemonic: str) -> bool:
        """Whether the firmware has a command that not every printer of its generation has."""
        return self.edocuments_known or not mnemonic.startswith("eparagon")

    def code(self, refused: RefusedError) -> int:
        """Return the number this printer gives."""
        reason = refused.reason
        return self.codes.get(reason, CODES[reason]) if isinstance(reason, Refusal) else reason

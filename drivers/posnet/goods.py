"""Names the printer has locked in a lower VAT rate, found before a receipt is opened (posnet.md 14, `dbchkplu`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.contract import Refusal
from drivers.posnet.names import comparable
from drivers.posnet.readings import UnreadableAnswerError, field_of, truth_of
from drivers.posnet.session import RefusedByPrinterError
from drivers.posnet.values import EXEMPT, INACTIVE, read_number, slot_letter

if TYPE_CHECKING:
    from decimal import Decimal

    from drivers.posnet.frames import Answer
    from drivers.posnet.plan import PosnetPlan
    from drivers.posnet.session import Session

_CURE = "Change the name in BaseLinker, by a letter or a digit: the printer takes no higher rate for this one"


class GoodsCheck:
    """Asks about each name in each rate once; a printer without the question is not asked again."""

    def __init__(self) -> None:
        self._known: set[tuple[int, str]] = set()
        self._possible = True

    def forget(self) -> None:
        """Ask about every name again: the rates of the printer may be others."""
        self._known.clear()
        self._possible = True

    def check(self, session: Session, plan: PosnetPlan, vat: tuple[Decimal, ...]) -> None:
        """Raise Refusal for a name that is locked, with the line named; AnswerLostError, UnreadableAnswerError."""
        for query, (slot, name) in zip(plan.queries, plan.checks, strict=True):
            key = (slot, comparable(name))
            if not self._possible or key in self._known:
                continue
            try:
                answer = session.read(query.mnemonic, *query.fields)
            except RefusedByPrinterError as refused:
                self._refused(refused, plan, slot, name)
                continue
            if _locked(answer, vat[slot]):
                raise _refusal(
                    plan, (slot, name), "is locked in a lower rate", code="goods_locked", cure=_CURE
                )
            self._known.add(key)

    def _refused(self, refused: RefusedByPrinterError, plan: PosnetPlan, slot: int, name: str) -> None:
        if refused.unknown_command:
            self._possible = False
            return
        error = refused.error
        why = f"is refused: {error.text.rstrip('.')}"
        raise _refusal(plan, (slot, name), why, code=error.name, cure=error.cure)


def _refusal(plan: PosnetPlan, item: tuple[int, str], why: str, *, code: str, cure: str) -> Refusal:
    slot, name = item
    index = next(line.index for line in plan.lines if (line.slot, line.name) == item)
    return Refusal(
        f'The name "{name}" in rate {slot_letter(slot)} {why}',
        field=f"lines[{index}].name",
        cure=cure,
        code=code,
    )


def _locked(answer: Answer, rate: Decimal) -> bool:
    """Whether the name is locked below `rate`."""
    try:
        last = read_number(field_of(answer, "vv"))
    except ValueError as error:
        raise UnreadableAnswerError(f"dbchkplu: {error}") from None
    return truth_of(answer, "bl") and last != INACTIVE and _height(rate) > _height(last)


def _height(rate: Decimal) -> Decimal:
    """Return how high a rate is; exempt is below 0 %."""
    return -rate if rate == EXEMPT else rate

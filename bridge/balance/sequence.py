"""Which numbers of a printer nobody here knows. A cancelled receipt has a number too (posnet.md 11.1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from drivers.sales_day import Period

_WIDEST = 20_000
"""Numbers further apart than two days of the busiest printer belong to no sequence."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is wrong with the numbers of a period.

    `missing` are numbers without a receipt, some of which may be cancelled ones; `more` receipts were sold besides
    whose numbers nobody can say, `fewer` than the journal has were sold.
    """

    missing: tuple[int, ...] = ()
    twice: tuple[int, ...] = ()
    beyond: tuple[int, ...] = ()
    more: int = 0
    fewer: int = 0


def gaps(period: Period, numbers: Collection[int], unnumbered: int, *, restarts: bool | None) -> Gaps:
    """Return the gaps. `numbers` are those of the journal's receipts, `unnumbered` counts the receipts without one."""
    expected, whole = _expected(period, numbers, restarts=restarts)
    present = set(numbers)
    missing = tuple(number for number in expected if number not in present)
    others = period.finished - len(numbers) - unnumbered
    unexplained = len(missing) > (period.cancelled or 0) + unnumbered
    if others <= 0 and not unexplained:
        missing = ()
    return Gaps(
        missing=missing,
        twice=tuple(sorted(number for number, count in Counter(numbers).items() if count > 1)),
        beyond=tuple(sorted(present - set(expected))) if whole else (),
        more=max(0, others - len(missing)),
        fewer=max(0, -others),
    )


def _expected(period: Period, numbers: Collection[int], *, restarts: bool | None) -> tuple[range, bool]:
    """Return the numbers the printer gave, and whether these are all of them."""
    given = period.finished + (period.cancelled or 0)
    if restarts:
        return range(1, given + 1), True
    if period.last_number is not None:
        return range(period.last_number - given + 1, period.last_number + 1), True
    if not numbers or max(numbers) - min(numbers) > _WIDEST:
        return range(0), False
    return range(min(numbers), max(numbers) + 1), False

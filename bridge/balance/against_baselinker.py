"""Each receipt of the journal against what BaseLinker shows of it, and what BaseLinker shows besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.balance.differences import CANNOT_TELL, NOT_ASKED, NOTHING, Difference, Kind, Says, Word
from bridge.balance.periods import printer_says
from bridge.baselinker.receipts import LONGEST_NUMBER, LONGEST_PRINTER_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bridge.balance.sources import Elsewhere, Issued, Office, Pending, Sold, Till

_STATES = {
    "confirmed": Word.CONFIRMED,
    "dismissed": Word.PUT_AWAY,
    "held": Word.HELD,
    "waiting": Word.WAITING,
}


def against_baselinker(sold: Sequence[Sold], till: Till, office: Office) -> Iterator[Difference]:
    """Yield what BaseLinker has differently of the receipts of a day."""
    told = numbers_told(sold, office)
    for one in sold:
        issued = office.issued.get(one.receipt_id)
        if issued is None:
            if one.receipt_id in office.refused:
                yield about(one, Kind.NOT_IN_BASELINKER, till, NOTHING)
            elif not one.confirmed:
                yield about(one, Kind.NOT_CONFIRMED, till, NOT_ASKED)
            continue
        kind = _of_number(one, issued, told=told)
        if kind is not None:
            yield about(one, kind, till, issued_says(issued))
        yield from _of_content(one, issued, till)


def numbers_told(sold: Iterable[Sold], office: Office) -> bool:
    """Whether BaseLinker shows a printer's number for any of them.

    Whether getReceipt returns what setOrderReceipt was told is not known of every account (baselinker-api.md 5.4).
    """
    return any(
        issued is not None and issued.numbered
        for issued in (office.issued.get(one.receipt_id) for one in sold)
    )


def _of_number(one: Sold, issued: Issued, *, told: bool) -> Kind | None:
    """Return what is wrong with the number BaseLinker has of a receipt."""
    if issued.number is None or (one.confirmed and not told):
        return None if one.confirmed else Kind.NOT_CONFIRMED
    if any(_same(issued.number, number) for number in _right_numbers(one)):
        return None if issued.number or one.confirmed else Kind.NOT_CONFIRMED
    return Kind.OTHER_NUMBER if issued.numbered else Kind.NOT_CONFIRMED


def _right_numbers(one: Sold) -> tuple[str, ...]:
    """Return what BaseLinker may have been told as the number of a receipt (courier/confirm.py)."""
    number = one.number or one.own_number
    if not number or len(number) > LONGEST_NUMBER:
        return ("", one.own_number)
    return (number,) if one.number else (number, "")


def _same(theirs: str, ours: str) -> bool:
    """Whether two numbers are the same; a person may have left out the zeros in front."""
    if theirs.isdecimal() and ours.isdecimal():
        return int(theirs) == int(ours)
    return theirs == ours


def _of_content(one: Sold, issued: Issued, till: Till) -> Iterator[Difference]:
    if issued.total is not None and one.total is not None and issued.total != one.total:
        yield about(one, Kind.OTHER_TOTAL, till, issued_says(issued))
    elif issued.rates is not None and one.total is not None and dict(issued.rates) != dict(one.rates):
        yield about(one, Kind.OTHER_RATES, till, issued_says(issued))
    if issued.printer and issued.printer != one.printer[:LONGEST_PRINTER_NAME]:
        yield about(one, Kind.OTHER_PRINTER, till, issued_says(issued))


def about(one: Sold, kind: Kind, till: Till, baselinker: Says) -> Difference:
    """Return a difference about a receipt of the journal."""
    word = _STATES.get(one.state, Word.PRINTED)
    return Difference(
        kind,
        one.printer,
        journal=Says(word, one.number, one.total),
        device=printer_says(one, till.day),
        baselinker=baselinker,
        receipt_id=one.receipt_id,
        order_id=one.order_id,
        number=one.number,
        report=one.report,
    )


def issued_says(issued: Issued) -> Says:
    """Return what BaseLinker says of a receipt it shows."""
    number = issued.number if issued.numbered else ""
    return Says(Word.ISSUED, number or "", issued.total, issued.printer or "")


def of_pending(one: Pending, office: Office) -> Difference:
    """Return the difference that a receipt without a proof is."""
    issued = office.issued.get(one.receipt_id)
    unknown = one.may_be_printed == "unknown"
    word = Word.MAY_BE_PRINTED if unknown else _STATES.get(one.state, Word.HELD)
    return Difference(
        Kind.PENDING,
        one.printer,
        journal=Says(word, "", one.total),
        device=CANNOT_TELL,
        baselinker=NOT_ASKED if issued is None else issued_says(issued),
        receipt_id=one.receipt_id,
        order_id=one.order_id,
    )


def of_elsewhere(one: Elsewhere) -> Difference:
    """Return the difference that a receipt is which this bridge has not printed."""
    issued = one.issued
    printed = issued.numbered or (issued.printer is not None and issued.printer != one.printer)
    return Difference(
        Kind.OTHER_PRINTER if printed else Kind.NOT_IN_JOURNAL,
        one.printer,
        journal=NOTHING,
        device=CANNOT_TELL,
        baselinker=issued_says(issued),
        receipt_id=issued.receipt_id,
        order_id=issued.order_id,
        number=issued.number or "" if issued.numbered else "",
    )

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.posnet import values

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (values.amount(0), "0"),
        (values.amount(9_999_999_999), "9999999999"),
        (values.quantity(Decimal("2.50")), "2.5"),
        (values.quantity(Decimal(100)), "100"),
        (values.quantity(Decimal("1E+2")), "100"),
        (values.quantity(Decimal("1E-8")), "0.00000001"),
        (values.percent(Decimal(15)), "1500"),
        (values.percent(Decimal("0.01")), "1"),
        (values.slot(6), "6"),
        (values.slot_letter(6), "G"),
        (values.truth(value=True), "1"),
        (values.truth(value=False), "0"),
        (values.day(date(2026, 1, 9)), "2026-01-09"),
        (values.minute(datetime.fromisoformat("2026-10-09T11:48")), "2026-10-09;11:48"),
    ],
)
def test_values_as_they_are_sent(written: str, expected: str) -> None:
    assert expected == written


@pytest.mark.parametrize(
    "write",
    [
        lambda: values.amount(-1),
        lambda: values.amount(10_000_000_000),
        lambda: values.quantity(Decimal(0)),
        lambda: values.quantity(Decimal(-1)),
        lambda: values.quantity(Decimal("1E-9")),
        lambda: values.quantity(Decimal("9999999999.5")),
        lambda: values.percent(Decimal(100)),
        lambda: values.percent(Decimal("0.001")),
        lambda: values.percent(Decimal(-1)),
        lambda: values.slot(7),
        lambda: values.slot(-1),
    ],
)
def test_what_a_field_cannot_hold_is_refused(write: Callable[[], str]) -> None:
    with pytest.raises(ValueError):
        write()


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (values.read_whole(b"61"), 61),
        (values.read_whole(b"-5"), -5),
        (values.read_number(b"23,00"), Decimal(23)),
        (values.read_number(b"12.5"), Decimal("12.5")),
        (values.read_number(b"101,00"), values.INACTIVE),
        *((values.read_truth(yes), True) for yes in (b"1", b"t", b"T", b"Y", b"y")),
        *((values.read_truth(no), False) for no in (b"0", b"n", b"N")),
        (values.read_day(b"2026-10-09"), date(2026, 10, 9)),
        (values.read_day(b"2026/10/09"), date(2026, 10, 9)),
        (values.read_day(b"2026.10.09"), date(2026, 10, 9)),
        *(
            (
                values.read_minute(b"2000-01-01" + separator + b"01:00"),
                datetime.fromisoformat("2000-01-01T01:00"),
            )
            for separator in (b";", b",", b" ")
        ),
        (
            values.read_instant(b"2026-10-09T11:48:15+02:00"),
            datetime(2026, 10, 9, 11, 48, 15, tzinfo=timezone(timedelta(hours=2))),
        ),
    ],
)
def test_values_as_printers_answer_them(read: object, expected: object) -> None:
    assert expected == read


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (values.read_whole, b""),
        (values.read_whole, b"1.5"),
        (values.read_whole, b" 1"),
        (values.read_number, b"1,"),
        (values.read_number, b"NaN"),
        (values.read_number, b"1_0"),
        (values.read_truth, b""),
        (values.read_truth, b"true"),
        (values.read_day, b"2026-13-01"),
        (values.read_day, b"2026-1-1"),
        (values.read_minute, b"2026-10-09"),
        (values.read_minute, b"2026-10-09;25:00"),
        (values.read_instant, b"2026-10-09T11:48:15"),
        (values.read_instant, b"\xff"),
        (values.read_instant, b"yesterday"),
    ],
)
def test_anything_else_is_no_value(read: Callable[[bytes], object], data: bytes) -> None:
    with pytest.raises(ValueError):
        read(data)


@given(st.integers(0, values.HIGHEST_AMOUNT))
def test_amounts_come_back(grosze: int) -> None:
    assert grosze == values.read_whole(values.amount(grosze).encode())


@given(st.decimals("0.00000001", values.HIGHEST_QUANTITY, places=8))
def test_quantities_come_back(number: Decimal) -> None:
    assert number == values.read_number(values.quantity(number).encode())

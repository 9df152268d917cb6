"""A block's end is read right in whichever zone BaseLinker tells it, and no wait is endless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker.blocked_until import (
    DEFAULT_BLOCK,
    LONGEST_BLOCK,
    seconds_blocked,
    seconds_to_retry,
    wall_text,
)

NOW = datetime(2026, 5, 3, 15, 5, 34, tzinfo=UTC).timestamp()
zones = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=2))])


def message(end: float, zone: timezone = UTC) -> str:
    stated = datetime.fromtimestamp(end, zone).strftime("%Y-%m-%d %H:%M:%S")
    return f"Query limit exceeded, token blocked until {stated}"


@given(
    now=st.integers(min_value=1_600_000_000, max_value=2_000_000_000),
    ahead=st.integers(min_value=0, max_value=900),
    zone=zones,
)
def test_the_end_is_found_in_utc_and_in_polish_time_of_both_seasons(
    now: int, ahead: int, zone: timezone
) -> None:
    assert seconds_blocked(message(now + ahead, zone), now) == ahead + 1


def test_the_doubled_hour_of_autumn_is_no_trap() -> None:
    # 2026-10-25: 02:30 happens twice in Warsaw, at 00:30 and at 01:30 UTC.
    for hour in (0, 1):
        now = datetime(2026, 10, 25, hour, 25, tzinfo=UTC).timestamp()
        assert seconds_blocked("token blocked until 2026-10-25 02:30:00", now) == 301


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Account blocked",
        "blocked until 2026-13-40 99:99:99",
        message(NOW - 60),
        message(NOW + 1000),
        message(NOW - 86400 * 365),
        "blocked until 0000-00-00 00:00:00",
        "blocked until 0001-01-01 00:00:00",
        "blocked until 9999-12-31 23:59:59",
    ],
)
def test_a_time_that_cannot_be_right_means_ten_minutes(words: str) -> None:
    assert seconds_blocked(words, NOW) == DEFAULT_BLOCK


@given(st.text())
def test_any_text_gives_a_wait_between_one_second_and_sixteen_minutes(words: str) -> None:
    assert 1 <= seconds_blocked(words, NOW) <= LONGEST_BLOCK + 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("30", 30),
        (" 30 ", 30),
        ("0", 1),
        ("99999", LONGEST_BLOCK),
        ("Sun, 03 May 2026 15:06:04 GMT", 30),
        ("Sun, 03 May 2026 15:06:04", 30),
        ("Sun, 03 May 2020 15:06:04 GMT", 1),
        ("Sun, 03 May 2046 15:06:04 GMT", LONGEST_BLOCK),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after_in_seconds_and_as_date(header: str | None, expected: float | None) -> None:
    assert seconds_to_retry(header, NOW) == expected


@given(st.text())
def test_any_retry_after_gives_a_sensible_wait_or_none(header: str) -> None:
    found = seconds_to_retry(header, NOW)
    assert found is None or 1 <= found <= LONGEST_BLOCK


def test_the_time_for_people_names_its_zone() -> None:
    assert wall_text(NOW) == "2026-05-03 15:05:34 UTC"

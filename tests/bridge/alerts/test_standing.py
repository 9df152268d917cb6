"""Which alerts stand, from a situation alone; and that the document tells of every one of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from support.situations import START, api_beat, held, poll_beat, printer_beat, seen

from bridge.alerts.standing import Alert, Limits, standing
from bridge.alerts.words import ALERTS
from bridge.journal.overview import LEAST_ROOM

LIMITS = Limits(printer_seconds=300, poll_seconds=300, report_seconds=3600)
OUT: dict[str, Any] = {"ready": False, "code": "paper_end", "text": "No paper.", "cure": "New roll."}
OTHER: dict[str, Any] = {
    "series_id": 7,
    "count": 3,
    "receipt_id": 1,
    "number": "9/2026",
    "name": "kasa",
    "at": int(START.wall),
}
PAGE = Path(__file__).resolve().parents[3] / "docs" / "alerts.md"


def due(now: object, language: str = "en") -> dict[str, Alert]:
    return {alert.key: alert for alert in standing(now, LIMITS, language).alerts if alert.due}  # type: ignore[arg-type]


def stands(now: object) -> set[str]:
    return {alert.key for alert in standing(now, LIMITS, "en").alerts}  # type: ignore[arg-type]


def test_where_all_is_well_nothing_stands() -> None:
    assert set() == stands(seen())
    assert {"till"} == standing(seen(), LIMITS, "en").ready


def test_a_held_receipt_is_told_at_once_with_what_to_do() -> None:
    alert = due(seen(held=(held(),)))["receipt_held:123:interrupted"]

    assert "Receipt 123 (123/2026) for printer till is held: torn" == alert.what
    assert "receipt-bridge resolve 123 printed" in alert.todo
    assert ("till", 123) == (alert.printer, alert.receipt_id)


def test_the_same_receipt_held_for_another_reason_is_another_alert() -> None:
    assert due(seen(held=(held(),))).keys() != due(seen(held=(held(code="confirm_refused"),))).keys()


def test_a_printer_is_told_once_it_has_been_out_for_its_time() -> None:
    first = seen(printer_beat(**OUT))
    soon = seen(printer_beat(**OUT), at=299.0, before=first)
    late = seen(printer_beat(**OUT), at=300.0, before=soon)

    assert {} == due(soon)
    assert {"printer_out:till"} == stands(soon)
    alert = due(late)["printer_out:till"]
    assert ("Printer till has been out for 5 min: No paper.", "New roll.") == (alert.what, alert.todo)


def test_a_printer_nobody_has_looked_at_stands_and_is_told_after_its_time() -> None:
    first = seen(printer_beat(run="earlier"))
    late = seen(printer_beat(run="earlier"), at=400.0, before=first)

    assert {} == due(first)
    assert "the daemon has not looked at it yet" in due(late)["printer_out:till"].what


def test_an_overdue_report_is_told_after_its_time() -> None:
    warned = printer_beat(warnings=["report_due"])
    first = seen(warned)

    assert {} == due(first)
    assert (
        "Make it: receipt-bridge report daily till"
        == due(seen(warned, at=3600.0, before=first))["report_overdue:till"].todo
    )


def test_silence_of_baselinker_is_told_with_its_reason() -> None:
    silent = [poll_beat(), api_beat("unreachable", "no connection")]
    first = seen(*silent)
    late = seen(*silent, at=360.0, before=first)

    assert set() == stands(first)
    assert "BaseLinker has not listed receipts for 6 min: no connection" == due(late)["no_poll"].what


def test_before_its_first_poll_a_daemon_ends_no_silence_that_was_told_before() -> None:
    now = seen(poll_beat(run="earlier"))

    assert {"no_poll"} == stands(now)
    assert {} == due(now)


@pytest.mark.parametrize(("state", "key"), [("blocked", "token_blocked"), ("bad_token", "token_refused")])
def test_a_token_that_is_blocked_or_refused_is_told(state: str, key: str) -> None:
    first = seen(api_beat(state, "why"))
    assert f"BaseLinker {'blocks' if state == 'blocked' else 'does not accept'} the API token: why" == (
        due(seen(api_beat(state, "why"), at=60.0, before=first))[key].what
    )
    assert (state == "bad_token") == (key in due(first))


def test_a_pause_of_the_own_budget_is_no_blocked_token() -> None:
    paused = seen(api_beat("blocked", "the request budget is used up"))
    on = seen(at=30.0, before=paused)
    again = seen(api_beat("blocked", "the request budget is used up"), at=65.0, before=on)

    assert {} == due(paused) | due(again)


def test_what_an_earlier_daemon_found_of_the_token_stands_and_is_no_news() -> None:
    now = seen(api_beat("bad_token", "why", run="earlier"))

    assert {"token_refused"} == stands(now)
    assert {} == due(now)


def test_a_full_disk_is_told_and_over_only_with_twice_the_room() -> None:
    assert {"disk_full"} == due(seen(free_bytes=LEAST_ROOM - 1)).keys()
    assert {} == due(seen(free_bytes=LEAST_ROOM))
    assert {"disk_full"} == stands(seen(free_bytes=2 * LEAST_ROOM - 1))
    assert set() == stands(seen(free_bytes=2 * LEAST_ROOM))


def everything() -> object:
    """Return a situation in which every alert is due."""
    bad = [
        printer_beat(ready=False, warnings=["report_due"]),
        poll_beat(),
        api_beat("blocked", "why"),
    ]
    facts = {"held": (held(),), "free_bytes": 0, "safe_mode": ("restored",), "others": (OTHER,)}
    return seen(*bad, at=5000.0, before=seen(*bad, **facts), **facts)  # type: ignore[arg-type]


def test_safe_mode_is_told_with_its_causes_for_as_long_as_it_lasts() -> None:
    alert = due(seen(safe_mode=("restored", "other_machine")))["safe_mode:restored+other_machine"]

    assert "the journal comes from a backup; the journal belongs to another machine" in alert.what
    assert "receipt-bridge accept --journal" in alert.todo
    assert set() == stands(seen())


def test_who_else_numbers_a_series_is_told_and_over_after_a_day_without_another() -> None:
    alert = due(seen(others=(OTHER,)))["series_shared:7"]

    assert "Somebody else ('kasa') numbers receipts of series 7: 3 so far, the last 9/2026." == alert.what
    assert "Somebody else numbers" in due(seen(others=({**OTHER, "name": ""},)))["series_shared:7"].what
    assert {"series_shared:7"} == stands(seen(others=(OTHER,), at=86_399.0))
    assert set() == stands(seen(others=(OTHER,), at=86_400.0))


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_was_wrong_keeps_no_such_alert(years: int) -> None:
    assert set() == stands(seen(others=({**OTHER, "at": OTHER["at"] + years * 31_536_000},)))


def test_every_alert_of_the_table_can_be_raised_in_both_languages_and_no_other() -> None:
    refused = seen(api_beat("bad_token", "why"))
    for language in ("en", "pl"):
        alerts = [*due(everything(), language).values(), *due(refused, language).values()]
        assert set(ALERTS) == {alert.code for alert in alerts}
        assert all(alert.what and alert.todo and "{" not in alert.what + alert.todo for alert in alerts)
    assert due(everything())["disk_full"].what != due(everything(), "pl")["disk_full"].what


def test_the_document_tells_of_every_alert_and_of_no_other() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert [(code, words.when, words.todo, words.todo_pl) for code, words in ALERTS.items()] == rows

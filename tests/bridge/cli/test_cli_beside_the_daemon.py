"""Every command while the real daemon runs: none disturbs it, and what a person decides reaches it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.commands import run_at_terminal, run_command
from support.shops import issue, quick_shop, start, times_printed, wait_for_state
from support.waiting import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with quick_shop(tmp_path_factory.mktemp("shop")) as opened:
        start(opened)
        yield opened
        assert 0 == opened.stop_daemon()


def test_status_shows_the_running_daemon(shop: Shop) -> None:
    receipts = issue(shop)
    assert shop.wait_until_confirmed(receipts, LONGEST)
    wait_for_state(shop, receipts[0], "confirmed")

    ended = run_command("status", "--json", config=shop.config_file)

    answer = json.loads(ended.out)
    assert {"running": True, "pid": shop.daemon.pid if shop.daemon else 0} == answer["daemon"]
    assert "ok" == answer["baselinker"]["state"]
    assert 0 <= answer["baselinker"]["last_poll_seconds_ago"] < LONGEST
    assert (
        f"running (process {answer['daemon']['pid']})"
        in run_at_terminal("status", config=shop.config_file).out
    )


def test_receipts_and_check_answer_meanwhile(shop: Shop) -> None:
    receipts = issue(shop)
    assert shop.wait_until_confirmed(receipts, LONGEST)
    wait_for_state(shop, receipts[0], "confirmed")

    shown = json.loads(run_command("receipts", str(receipts[0]), "--json", config=shop.config_file).out)
    checked = json.loads(run_command("check", "--json", config=shop.config_file).out)

    assert ["listed", "intend", "prove", "confirm"] == [change["event"] for change in shown["history"]]
    assert checked["ok"]
    assert "seen by the daemon" in checked["findings"][-1]["finding"]


def test_a_receipt_that_a_person_lets_print_is_printed_by_the_running_daemon(shop: Shop) -> None:
    (receipt,) = issue(shop, nip="526-104-08-29")
    wait_for_state(shop, receipt, "held")
    shown = json.loads(run_command("status", "--json", config=shop.config_file).out)
    assert [receipt] == [held["receipt_id"] for held in shown["held"]]

    ended = run_at_terminal("resolve", str(receipt), "print", "--note", "no NIP", config=shop.config_file)

    assert (0, f"receipt {receipt} is now waiting\n") == (ended.code, ended.out)
    assert shop.wait_until_confirmed([receipt], LONGEST)
    assert 1 == times_printed(shop, receipt)


def test_a_dismissed_receipt_is_not_printed_and_baselinker_is_told_nothing(shop: Shop) -> None:
    (receipt,) = issue(shop, nip="526-104-08-29")
    wait_for_state(shop, receipt, "held")

    assert 0 == run_command("resolve", str(receipt), "dismiss", config=shop.config_file).code

    others = issue(shop)
    assert shop.wait_until_confirmed(others, LONGEST)
    assert 0 == times_printed(shop, receipt)
    assert () == shop.server.ledger.confirmations(receipt) + shop.server.ledger.reports(receipt)


def test_a_device_can_be_accepted_meanwhile(shop: Shop) -> None:
    assert 0 == run_command("accept", "till", config=shop.config_file).code


def test_a_second_daemon_is_turned_away(shop: Shop) -> None:
    ended = run_command("run", config=shop.config_file)

    assert (75, "") == (ended.code, ended.out)
    assert "already works on this journal" in ended.err

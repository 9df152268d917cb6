"""Backups, copied cards and other BaseLinkers with the real daemon; what was printed is counted from the paper."""

from __future__ import annotations

import shutil
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from support.commands import run_command
from support.fiscal_shops import fiscal_shop
from support.shops import entry_of, issue, quick_shop, said, start, times_printed, wait_for_state
from support.waiting import LONGEST, wait_for

from bridge.guards.epoch import epoch_file, read_epoch

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.shop import Shop

ON_ANOTHER_MACHINE = """
import sys
from bridge import service
from bridge.cli import main
from bridge.guards.machine import Identity

service.identify = lambda: Identity("another machine")
sys.exit(main(sys.argv[1:]))
"""
IN_SAFE_MODE = "safe mode, nothing is printed"


def beside(shop: Shop) -> list[str]:
    return sorted(path.name for path in shop.folder.iterdir() if path.name.startswith("journal.sqlite"))


def command(shop: Shop, *words: str, code: int = 0) -> str:
    """Run a command of the bridge; return what it said."""
    ended = run_command(*words, config=shop.config_file)
    assert code == ended.code, ended
    return ended.out


def print_all(shop: Shop, count: int) -> list[int]:
    receipts = issue(shop, count, seed=len(shop.server.receipts))
    assert shop.wait_until_confirmed(receipts, LONGEST)
    for receipt in receipts:
        wait_for_state(shop, receipt, "confirmed")
    return receipts


def polls_go_on(shop: Shop, count: int = 3) -> None:
    """Wait until so many more polls were answered: what was to be printed would be printed by then."""
    before = len(shop.server.ledger.of("getNewReceipts"))
    assert shop.server.ledger.wait_for(
        lambda ledger: sum(call.method == "getNewReceipts" for call in ledger.since(0)) >= before + count,
        LONGEST,
    )


def forget_confirmation(shop: Shop, receipt: int) -> None:
    """Let BaseLinker list a printed receipt again, as if its confirmation had been lost with the machine."""
    shop.server.edit_receipt(receipt, listed=True, printed=False, external_receipt_number="")


def held(shop: Shop) -> dict[int, str]:
    return {one["receipt_id"]: one["reason_code"] for one in shop.ask("status")["held"]}


def test_an_old_backup_prints_nothing_twice_and_says_what_may_be_on_paper(tmp_path: Path) -> None:
    archive = str(tmp_path / "old.backup")
    with quick_shop(tmp_path / "shop") as shop:
        start(shop)
        before = print_all(shop, 2)
        command(shop, "backup", archive)
        after = print_all(shop, 3)
        assert 75 == run_command("restore", archive, config=shop.config_file).code
        assert 0 == shop.stop_daemon(signal.SIGTERM)

        command(shop, "restore", archive)
        forget_confirmation(shop, after[0])
        (new,) = issue(shop, seed=90)
        start(shop, until=IN_SAFE_MODE)
        polls_go_on(shop)
        assert "restored" == shop.ask("status")["safe_mode"]["causes"]
        assert "safe mode" in command(shop, "check", code=1)
        assert 0 == times_printed(shop, new)
        assert None is entry_of(shop, new)

        command(shop, "accept", "--journal")
        wait_for_state(shop, new, "held")
        polls_go_on(shop)
        assert {after[0]: "restored", new: "restored"} == held(shop)
        command(shop, "resolve", str(after[0]), "printed")
        command(shop, "resolve", "--all", "restored", "print")
        assert shop.wait_until_confirmed([new], LONGEST)
        last = print_all(shop, 2)
        assert 0 == shop.stop_daemon()

        assert [1] * 8 == [times_printed(shop, one) for one in [*before, *after, new, *last]]
        assert [] == shop.audit().twice


def test_after_a_restore_the_fiscal_memory_has_every_receipt_once(tmp_path: Path) -> None:
    archive = str(tmp_path / "old.backup")
    with fiscal_shop(tmp_path / "shop") as (shop, printer):
        start(shop)
        print_all(shop, 1)
        command(shop, "backup", archive)
        after = print_all(shop, 2)
        shop.stop_daemon(signal.SIGKILL)
        command(shop, "restore", archive)
        for receipt in after:
            forget_confirmation(shop, receipt)
        start(shop, until=IN_SAFE_MODE)
        command(shop, "accept", "--journal")
        for receipt in after:
            wait_for_state(shop, receipt, "held")
        polls_go_on(shop)
        command(shop, "resolve", "--all", "restored", "printed")
        print_all(shop, 1)
        assert 0 == shop.stop_daemon()

        assert 4 == len(printer.fiscal.receipts)


def copy_card(shop: Shop, to: Path) -> None:
    """Copy everything the shop's machine has on its card."""
    to.mkdir()
    for path in shop.folder.iterdir():
        if path.is_file():
            shutil.copy(path, to)


def test_the_copy_of_a_card_in_another_machine_prints_and_confirms_nothing(tmp_path: Path) -> None:
    with quick_shop(tmp_path / "shop") as shop:
        start(shop)
        printed = print_all(shop, 2)
        (held_one,) = issue(shop, nip="123", seed=7)
        wait_for_state(shop, held_one, "held")
        assert 0 == shop.stop_daemon()
        copy_card(shop, tmp_path / "copy")
        waiting = issue(shop, 3, seed=50)

        original, shop.folder = shop.folder, tmp_path / "copy"
        shop.command = (sys.executable, "-c", ON_ANOTHER_MACHINE, "run")
        before = len(shop.server.ledger.requests)
        start(shop, until=IN_SAFE_MODE)
        polls_go_on(shop)
        assert "other_machine" == shop.ask("status")["safe_mode"]["causes"]
        assert 0 == shop.stop_daemon()

        assert {"getNewReceipts"} == {call.method for call in shop.server.ledger.requests[before:]}
        assert [0] * 3 == [times_printed(shop, one) for one in waiting]

        shop.folder, shop.command = original, (sys.executable, "-m", "bridge", "run")
        start(shop)
        assert shop.wait_until_confirmed(waiting, LONGEST)
        assert 0 == shop.stop_daemon()
        assert [1] * 5 == [times_printed(shop, one) for one in [*printed, *waiting]]


def test_a_card_moved_to_a_new_machine_prints_again_when_a_person_has_said_so(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        start(shop)
        print_all(shop, 1)
        assert 0 == shop.stop_daemon()
        shop.command = (sys.executable, "-c", ON_ANOTHER_MACHINE, "run")
        (waiting,) = issue(shop, seed=50)
        start(shop, until=IN_SAFE_MODE)

        command(shop, "accept", "--journal")
        wait_for_state(shop, waiting, "held")
        command(shop, "resolve", "--all", "restored", "print")
        assert shop.wait_until_confirmed([waiting], LONGEST)
        assert 0 == shop.stop_daemon()
        start(shop)
        last = print_all(shop, 1)
        assert 0 == shop.stop_daemon()

        assert [1, 1] == [times_printed(shop, one) for one in [waiting, *last]]
        command(shop, "accept", "--journal", code=76)


def test_a_journal_file_that_somebody_copied_back_by_hand_is_noticed(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        journal = shop.folder / "journal.sqlite"
        start(shop)
        print_all(shop, 1)
        assert 0 == shop.stop_daemon()
        old = journal.read_bytes()
        start(shop)
        (printed,) = print_all(shop, 1)
        assert 0 == shop.stop_daemon()
        assert read_epoch(epoch_file(journal)) is not None
        journal.write_bytes(old)
        forget_confirmation(shop, printed)

        start(shop, until=IN_SAFE_MODE)
        polls_go_on(shop)
        assert 0 == shop.stop_daemon()

        assert said(shop, "knows less than the one that was here before")
        assert 1 == times_printed(shop, printed)


def test_a_journal_that_was_deleted_prints_nothing_by_itself(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        start(shop)
        (printed,) = print_all(shop, 1)
        shop.stop_daemon(signal.SIGKILL)
        epoch_file(shop.folder / "journal.sqlite").write_text("4\n", encoding="ascii")
        for ending in ("", "-wal", "-shm"):
            (shop.folder / f"journal.sqlite{ending}").unlink(missing_ok=True)
        forget_confirmation(shop, printed)

        start(shop, until=IN_SAFE_MODE)
        polls_go_on(shop)
        assert 0 == shop.stop_daemon()

        assert 1 == times_printed(shop, printed)


def test_a_receipt_in_work_is_left_to_the_device_s_word_after_a_restore(tmp_path: Path) -> None:
    archive = str(tmp_path / "midway.backup")
    with quick_shop(tmp_path / "shop") as shop:
        device = shop.printers["till"].device
        device.paper_lines = 12
        (receipt,) = issue(shop)
        start(shop, until="printing")
        device.wait_until(lambda printer: printer.paper_out, LONGEST)
        command(shop, "backup", archive)
        shop.stop_daemon(signal.SIGKILL)
        command(shop, "restore", archive)
        device.new_roll()
        start(shop, until=IN_SAFE_MODE)
        polls_go_on(shop)
        entry = entry_of(shop, receipt)
        assert entry is not None
        assert "intent" == entry.state

        command(shop, "accept", "--journal")
        wait_for(lambda: (entry_of(shop, receipt) or entry).state != "intent")
        polls_go_on(shop)
        assert 0 == shop.stop_daemon()

        assert [] == shop.audit().twice


@pytest.mark.parametrize("decision", ["print", "dismiss"])
def test_a_long_queue_at_the_first_start_is_asked_about_once(tmp_path: Path, decision: str) -> None:
    with quick_shop(tmp_path, backlog={"max_receipts": 3}) as shop:
        receipts = issue(shop, 4)
        start(shop)
        assert dict.fromkeys(receipts, "backlog") == held(shop)

        assert "4 receipts are now" in command(shop, "resolve", "--all", "backlog", decision)
        if decision == "print":
            assert shop.wait_until_confirmed(receipts, LONGEST)
        last = print_all(shop, 1)
        assert 0 == shop.stop_daemon()

        assert [int(decision == "print")] * 4 == [times_printed(shop, one) for one in receipts]
        assert 1 == times_printed(shop, last[0])

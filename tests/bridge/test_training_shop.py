"""A whole shop in training: the real daemon, its commands, and a printer that is none."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from support.commands import run_command
from support.desks import TechniciansDesk
from support.programs import Program
from support.shops import issue, said, start, wait_for_state
from support.training import documents, slips, training_folder, training_shop
from support.waiting import LONGEST, wait_for

from simulators.posnet.factory import new_memory
from simulators.posnet.memory import EXEMPT, INACTIVE, RECEIPT, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.training import BANNER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.shop import Shop

DEVICE = "ZBF 2101002392"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with training_shop(tmp_path / "shop") as opened:
        yield opened


def sold(shop: Shop) -> Counter[int]:
    """Return how often each receipt is a sale in the memory of the till."""
    return Counter(int(one.footer.system_number) for one in documents(shop) if one.kind == RECEIPT)


@pytest.fixture
def program(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(TechniciansDesk(shop.folder, shop.config_file), capsys)


def configure(shop: Shop, old: str, new: str) -> None:
    text = shop.config_file.read_text(encoding="utf-8")
    assert old in text
    shop.config_file.write_text(text.replace(old, new), encoding="utf-8")


def test_receipts_are_sold_in_the_training_memory_confirmed_and_on_paper(shop: Shop) -> None:
    receipts = issue(shop, 3)
    start(shop)
    assert shop.wait_until_confirmed(receipts, LONGEST)
    assert 0 == shop.stop_daemon()

    assert dict.fromkeys(receipts, 1) == sold(shop)
    numbers = {int(one.footer.system_number): f"{one.receipt:05d}" for one in documents(shop) if one.receipt}
    assert numbers == {one: shop.server.receipts[one].external_receipt_number for one in receipts}
    assert 3 == len(slips(shop))
    assert all(text.lstrip().startswith(BANNER) for text in slips(shop))
    assert 3 == len([*training_folder(shop).glob("slip-*.png")])


def test_a_killed_daemon_finds_its_memory_again_and_sells_nothing_twice(shop: Shop) -> None:
    receipts = issue(shop, 12)
    for printed in (2, 5):
        daemon = shop.start_daemon()
        wait_for(lambda printed=printed: said(shop, "receipt printed", times=printed))  # type: ignore[misc]
        assert daemon.poll() is None
        shop.stop_daemon(signal.SIGKILL)
    shop.start_daemon()

    assert shop.wait_until_confirmed(receipts, LONGEST)
    assert 0 == shop.stop_daemon()
    assert dict.fromkeys(receipts, 1) == sold(shop)
    assert {one.device[:4] for one in documents(shop)} == {"SIM "}
    assert 1 == len({one.device for one in documents(shop)})


def test_a_receipt_printer_in_training_leaves_slips_and_no_memory(tmp_path: Path) -> None:
    with training_shop(tmp_path / "shop", "escpos", paper_mm=58) as shop:
        receipts = issue(shop, 2)
        start(shop)
        assert shop.wait_until_confirmed(receipts, LONGEST)
        assert 0 == shop.stop_daemon()

        assert 2 == len(slips(shop))
        assert all(text.lstrip().startswith(BANNER) for text in slips(shop))
        assert all(any(str(one) in text for text in slips(shop)) for one in receipts)


def test_the_daemon_says_at_its_start_that_nothing_is_fiscal(shop: Shop) -> None:
    start(shop)
    shop.stop_daemon()

    (line,) = [
        one for one in shop.log_file.read_text(encoding="utf-8").splitlines() if "is a simulator" in one
    ]
    assert f"warning  printer till is a simulator: nothing is fiscal paper={training_folder(shop)}" in line


def test_where_it_is_wanted_the_daemon_says_that_baselinker_takes_it_for_real(shop: Shop) -> None:
    configure(shop, 'name = "till"', 'name = "till"\ntraining = true')

    start(shop)

    assert said(shop, "nothing is fiscal; its receipts are confirmed to BaseLinker as if they were printed")


def test_check_and_status_say_so_too(shop: Shop, program: Program) -> None:
    down = [one for one in program.json("check")["findings"] if one["what"] == "till"]
    start(shop)
    wait_for(lambda: program.json("status")["printers"][0]["ready"])
    running = [one for one in program.json("check")["findings"] if one["what"] == "till"]

    for first, second in (down, running):
        assert ("warning", "is a simulator: nothing is fiscal") == (first["result"], first["finding"])
        assert f"Its paper lies in {training_folder(shop)}" == first["todo"]
        assert "ok" == second["result"]
    assert down[1]["finding"].startswith("ready at simulator://posnet: model POSNET")
    assert program.json("status")["printers"][0]["simulator"]
    assert "SIMULATOR, nothing is fiscal" in program("status").out


@pytest.mark.parametrize("running", [True, False])
def test_every_command_that_uses_a_printer_works_with_the_simulator(
    shop: Shop, program: Program, running: bool
) -> None:
    receipts = issue(shop, 1)
    start(shop)
    assert shop.wait_until_confirmed(receipts, LONGEST)
    wait_for_state(shop, receipts[0], "confirmed")
    if not running:
        shop.stop_daemon()

    done = [
        program(*words)
        for words in (
            ("test-print", "till"),
            ("copy", str(receipts[0])),
            ("report", "daily", "till"),
            ("report", "status", "till"),
        )
    ]

    assert [0, 0, 0, 0] == [one.code for one in done], done
    note = f"till is a simulator: nothing is fiscal. Its paper lies in {training_folder(shop)}\n"
    assert [note] * 4 == [one.err for one in done]
    assert 4 == len(slips(shop))  # the receipt, the page, the copy, the report
    assert all(text.lstrip().startswith(BANNER) for text in slips(shop))


def test_a_real_printer_in_its_place_prints_nothing_until_somebody_agrees(shop: Shop) -> None:
    first = issue(shop, 1)
    start(shop)
    assert shop.wait_until_confirmed(first, LONGEST)
    shop.stop_daemon()
    simulated = documents(shop)[0].device
    settings = Settings(
        header=("SKLEP",), tax_id="5222628262", rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE)
    )
    device = FiscalPrinter(memory=new_memory(XL2_ONLINE, unique_number=DEVICE, settings=settings))

    with PosnetTcp(device.pc1) as port:
        configure(shop, "simulator://posnet", port.address)
        second = issue(shop, 1, seed=3)
        message = f"another device answers as printer till: {DEVICE}, until now it was {simulated}"
        start(shop, until=message)
        assert said(shop, "receipt-bridge accept till")
        assert () == tuple(device.fiscal.receipts)

        assert 0 == run_command("accept", "till", config=shop.config_file).code
        assert shop.wait_until_confirmed(second, LONGEST)
        assert 0 == shop.stop_daemon()
    assert 1 == len(device.fiscal.receipts)
    device.close()


def test_a_second_daemon_is_turned_away_by_the_journal_not_by_the_simulator(shop: Shop) -> None:
    start(shop)

    ended = run_command("run", config=shop.config_file)

    assert 75 == ended.code
    assert "already works on this journal" in ended.err

"""The real command at a real terminal, with simulated printers and BaseLinker; and the same without a person."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.commands import Ended, run_command
from support.device_trees import DeviceTree
from support.shops import issue, papers, quick_shop
from support.wizards import CTRL_C, CTRL_D, Technician

from bridge.config.credentials import read_token
from bridge.config.reading import load_config
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.device import Device
from simulators.escpos.models import MODELS
from simulators.escpos.server import PtyPrinter, TcpPrinter
from simulators.posnet.ports import PosnetPty, PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

TRANSCRIPT = Path(__file__).resolve().parents[3] / "docs" / "setup.md"


@pytest.fixture
def account() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as server:
        yield server


@pytest.fixture
def till() -> Iterator[TcpPrinter]:
    with TcpPrinter() as printer:
        yield printer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a machine without devices."""
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "etc" / "config.toml"


def words(account: BaseLinkerServer, root: Path, config: Path, *more: str) -> list[str]:
    return ["setup", "--config", str(config), "--root", str(root), "--url", account.url, *more]


def unattended(
    account: BaseLinkerServer, root: Path, config: Path, *more: str, token: str | None = None
) -> Ended:
    file = root / "token.txt"
    file.write_text(f"{token or account.token}\n", encoding="utf-8")
    return run_command(*words(account, root, config, "--yes", "--token-file", str(file), *more))


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def slips(printer: TcpPrinter | PtyPrinter) -> list[str]:
    return [slip.to_text() for slip in printer.device.ledger.slips]


# -- a person at a terminal ----------------------------------------------------------------------------------------


def set_up_one_printer(technician: Technician, account: BaseLinkerServer, address: str) -> None:
    technician.answers(
        ("(it is not shown): ", account.token),
        ("another one: type its address\n[1]: ", ""),
        ("/dev/ttyUSB0, cups://QUEUE): ", address),
        ("Its name [till]: ", ""),
        ("[all]: ", "1"),
        ("[1]: ", ""),  # no more printers
        ("above each slip (empty: none): ", "Kwiaty Ewa"),
        ("Address of the shop (empty: none): ", "ul. Długa 1, Kraków"),
        ("Print a calibration slip on till? [yes/n]: ", ""),
        ("[1]: ", ""),  # rulers
        ("0: none) [1]: ", ""),
        ("[1]: ", ""),  # cut
        ("[1]: ", "2"),  # the drawer opened
        ("config.toml? [yes/n]: ", "y"),
        ("Print an acceptance slip on till? [yes/n]: ", ""),
    )


def test_a_technician_sets_up_a_printer_and_the_page_of_the_documents_shows_it(
    account: BaseLinkerServer, till: TcpPrinter, root: Path, config: Path
) -> None:
    with Technician(*words(account, root, config)) as technician:
        set_up_one_printer(technician, account, till.address)
        assert 0 == technician.leaves()

    written = load_config(config, {})
    (printer,) = written.printers
    assert ("till", "escpos", till.address, (1,)) == (
        printer.name,
        printer.driver,
        printer.address,
        printer.series,
    )
    options = printer.options.model_dump()
    assert (("Kwiaty Ewa", "ul. Długa 1, Kraków"), "pin2", "partial") == (
        options["header"],
        options["drawer"],
        options["cut"],
    )
    assert account.token == read_token(written, {}).reveal()
    assert 0o600 == stat.S_IMODE(written.baselinker.token_file.stat().st_mode)
    calibration, acceptance = slips(till)
    assert "ĄĆĘŁŃÓŚŹŻąćęłńóśźż" in calibration
    for word in ("READY", "Kwiaty Ewa", "ul. Długa 1, Kraków", "till", till.address, "1 Paragony"):
        assert word in acceptance
    assert account.token not in technician.shown
    assert_documented(technician.shown, account, till, root, config)


def assert_documented(
    shown: str, account: BaseLinkerServer, till: TcpPrinter, root: Path, config: Path
) -> None:
    """Hold what the terminal showed against the transcript in docs/setup.md, word for word."""
    for found, meant in (
        (str(config), "/etc/receipt-bridge/config.toml"),
        (str(config.parent), "/etc/receipt-bridge"),
        (till.address, "tcp://192.0.2.10:9100"),
        (str(root), "/"),
    ):
        shown = shown.replace(found, meant)
    page = TRANSCRIPT.read_text(encoding="utf-8")
    block = re.search(r"```text\n\$ sudo receipt-bridge setup\n(.*?)```", page, re.DOTALL)
    assert block is not None
    assert block[1] == shown


def test_what_was_set_up_prints_receipts(tmp_path: Path, root: Path) -> None:
    with quick_shop(tmp_path / "shop") as shop:
        config = shop.folder / "own" / "config.toml"
        ended = unattended(
            shop.server,
            root,
            config,
            "--printer",
            f"address={shop.printers['till'].address}",
            "--no-test-print",
        )
        shop.config_file.write_text(
            config.read_text().replace("[baselinker]", "[baselinker]\npoll_seconds = 0.2")
        )
        shop.config_file.with_name("api-token").unlink(missing_ok=True)
        config.with_name("api-token").rename(shop.config_file.with_name("api-token"))
        (receipt,) = issue(shop)
        shop.start_daemon()
        assert shop.server.ledger.wait_for(lambda ledger: bool(ledger.confirmations(receipt)), 45)
        assert 0 == shop.stop_daemon()

    assert (0, "") == (ended.code, ended.err)
    assert str(receipt) in papers(shop)


def test_polish_is_spoken_where_the_terminal_speaks_it(
    account: BaseLinkerServer, root: Path, config: Path
) -> None:
    with Technician(*words(account, root, config), LC_ALL="pl_PL.UTF-8") as technician:
        technician.answers(("Token API (nie będzie widoczny): ", account.token))
        technician.reads("BaseLinker przyjmuje token. Serie paragonów:")
        technician.types(CTRL_C)
        assert 130 == technician.leaves()
    assert "Przerwano. Nic nie zapisano." in technician.shown


def test_a_wrong_token_is_asked_for_again_and_never_shown(
    account: BaseLinkerServer, root: Path, config: Path
) -> None:
    with Technician(*words(account, root, config, "--language", "en")) as technician:
        technician.answers(
            ("(it is not shown): ", "0000-0000-OTHER-FAKE"),
            ("The token cannot be used: ", ""),
            ("that is no token", account.token),
        )
        technician.reads("BaseLinker accepts the token")
        technician.types(CTRL_C)
        assert 130 == technician.leaves()
    assert "0000-0000-OTHER-FAKE" not in technician.shown


@pytest.mark.parametrize("answered", range(15))
def test_interrupted_at_any_question_nothing_is_half_written_and_what_stands_is_told(
    account: BaseLinkerServer, till: TcpPrinter, root: Path, config: Path, answered: int
) -> None:
    with Technician(*words(account, root, config)) as technician:
        with _typing_ctrl_c_after(technician, answered):
            set_up_one_printer(technician, account, till.address)
        assert 130 == technician.leaves()
    assert "Traceback" not in technician.shown
    if answered < 14:
        assert "Interrupted. Nothing was written." in technician.shown
        assert [] == names_in(config.parent)
    else:
        assert (
            f"What stands:\n  Written: {config.parent / 'api-token'}\n  Written: {config}\n"
            in technician.shown
        )
        assert {"api-token", "config.toml"} == set(names_in(config.parent))
        assert load_config(config, {}).printers


class _typing_ctrl_c_after:  # noqa: N801 - reads as a sentence
    """Let a technician answer so many questions, and type Ctrl-C at the next one."""

    def __init__(self, technician: Technician, answered: int) -> None:
        self._technician = technician
        self._left = answered

    def __enter__(self) -> None:
        typed = self._technician.types

        def types(text: str) -> None:
            if self._left == 0:
                typed(CTRL_C)
                raise _Left
            self._left -= 1
            typed(text)

        self._technician.types = types  # type: ignore[method-assign]

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is _Left


class _Left(Exception):
    """The technician has gone."""


def test_a_closed_terminal_ends_it_with_nothing_written(
    account: BaseLinkerServer, root: Path, config: Path
) -> None:
    with Technician(*words(account, root, config)) as technician:
        technician.reads("(it is not shown): ")
        technician.types(CTRL_D)
        assert 78 == technician.leaves()
    assert "The input ended before the set-up did" in technician.shown
    assert [] == names_in(config.parent)


def test_what_is_seen_on_the_calibration_slip_becomes_settings(
    account: BaseLinkerServer, root: Path, config: Path
) -> None:
    with (
        TcpPrinter(Device(MODELS["epson-58"])) as printer,
        Technician(
            *words(account, root, config, "--printer", f"name=till,driver=escpos,address={printer.address}"),
            "--shop",
            "Kwiaty",
        ) as technician,
    ):
        technician.answers(
            ("(it is not shown): ", account.token),
            ("slip on till? [yes/n]: ", ""),
            ("[1]: ", "4"),  # 32 columns
            ("0: none) [1]: ", "2"),
            ("[1]: ", "2"),  # not cut
            ("[1]: ", ""),
            ("config.toml? [yes/n]: ", ""),
            ("acceptance slip on till? [yes/n]: ", "n"),
        )
        assert 0 == technician.leaves()

    options = load_config(config, {}).printers[0].options.model_dump()
    found = [options[key] for key in ("paper_mm", "code_page", "code_page_number", "cut", "drawer")]
    assert [58, "CP852", 54, "none", "none"] == found


# -- nobody at the terminal ----------------------------------------------------------------------------------------


def test_unattended_finds_out_language_and_line_of_each_printer(
    account: BaseLinkerServer, till: TcpPrinter, root: Path, config: Path
) -> None:
    fiscal, older = FiscalPrinter(), FiscalPrinter()
    with PtyPrinter() as kitchen, PosnetTcp(fiscal.pc1) as desk, PosnetPty(older.pc1) as line:
        addresses = {
            "till": till.address,
            "kitchen": kitchen.address,
            "desk": desk.address,
            "line": line.address,
        }
        options = [
            word
            for number, (name, address) in enumerate(addresses.items(), 1)
            for word in (
                "--printer",
                f"name={name},address={address.partition('?')[0]},series={number}",
            )
        ]
        ended = unattended(account, root, config, *options, "--json", "--shop", "Kwiaty Ewa")
    fiscal.close()
    older.close()

    answer = json.loads(ended.out)
    assert (0, True) == (ended.code, answer["ok"]), ended.err
    assert ["escpos", "escpos", "posnet", "posnet"] == [one["driver"] for one in answer["printers"]]
    assert ["fence"] * 4 == [one["proof"] for one in answer["printers"]]
    assert [(1,), (2,), (3,), (4,)] == [one.series for one in load_config(config, {}).printers]
    assert "POSNET" in answer["printers"][2]["model"]
    assert 0 == len(fiscal.fiscal.receipts)


def test_a_second_run_keeps_what_it_does_not_ask_and_a_copy_of_the_old_file(
    account: BaseLinkerServer, till: TcpPrinter, root: Path, config: Path
) -> None:
    address = f"--printer=name=till,driver=escpos,address={till.address}"
    assert 0 == unattended(account, root, config, address, "--no-test-print").code
    old = config.read_text(encoding="utf-8") + '\n[outbox]\npath = "outbox"\nsettle_seconds = 7.5\n'
    config.write_text(old, encoding="utf-8")

    ended = run_command(*words(account, root, config, "--yes", "--json", "--no-test-print"))

    answer = json.loads(ended.out)
    (copy,) = (Path(name) for name in answer["copies"])
    assert old == copy.read_text(encoding="utf-8")
    assert re.fullmatch(r"config\.toml\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(-\d)?", copy.name)
    written = load_config(config, {})
    assert (7.5, "till") == (written.outbox.settle_seconds, written.printers[0].name)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "No answer to: Address"),
        (["--printer", "address=tcp://127.0.0.1:1"], "nobody answers at tcp://127.0.0.1:1"),
        (["--printer", "driver=escpos,address=tcp://127.0.0.1:1,paper_mm=59"], "paper_mm"),
        (
            [
                "--printer=name=a,driver=escpos,address=tcp://127.0.0.1:1,series=1",
                "--printer=name=b,driver=escpos,address=tcp://127.0.0.1:2,series=1",
            ],
            "series 1 is served twice",
        ),
    ],
)
def test_unattended_with_an_answer_missing_or_wrong_writes_nothing(
    account: BaseLinkerServer, root: Path, config: Path, options: list[str], said: str
) -> None:
    ended = unattended(account, root, config, *options)

    assert 78 == ended.code
    assert said in ended.err
    assert "Nothing was written." in ended.err
    assert [] == names_in(config.parent)


def test_a_token_that_is_refused_writes_nothing(account: BaseLinkerServer, root: Path, config: Path) -> None:
    ended = unattended(account, root, config, token="0000-0000-OTHER-FAKE")

    assert 78 == ended.code
    assert "OTHER-FAKE" not in ended.out + ended.err
    assert [] == names_in(config.parent)


def test_offline_asks_nobody(account: BaseLinkerServer, root: Path, config: Path) -> None:
    printer = "--printer=name=till,driver=escpos,address=tcp://192.0.2.1:9100,series=1"
    ended = unattended(account, root, config, "--offline", "--no-test-print", printer)

    assert 0 == ended.code
    assert 0 == len(account.ledger.requests)


@pytest.mark.parametrize(
    "text", ["till", "name=till", "name=a,name=b,address=x", "address=tcp://h:1,series=x"]
)
def test_a_printer_that_cannot_be_read_is_a_wrong_command_line(text: str) -> None:
    ended = run_command("setup", "--printer", text)

    assert 2 == ended.code
    assert "argument --printer" in ended.err


# -- with a service ------------------------------------------------------------------------------------------------

SYSTEMCTL = """#!/bin/sh
echo "$@" >> "$SYSTEMCTL_LOG"
case "$1" in
  is-system-running) echo running ;;
  cat) echo "ExecStart=/usr/bin/receipt-bridge run --config $SYSTEMCTL_CONFIG" ;;
esac
"""


def test_the_service_is_enabled_where_its_unit_reads_this_configuration(
    account: BaseLinkerServer, root: Path, config: Path, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(SYSTEMCTL, encoding="utf-8")
    program.chmod(0o755)
    token = root / "token.txt"
    token.write_text(account.token, encoding="utf-8")
    printer = "--printer=name=till,driver=escpos,address=tcp://192.0.2.1:9100"
    log = tmp_path / "systemctl.log"

    def run(unit_config: Path) -> str:
        log.write_text("", encoding="utf-8")
        ended = run_command(
            *words(
                account, root, config, "--yes", "--json", "--no-test-print", printer, f"--token-file={token}"
            ),
            PATH=f"{program.parent}:{os.environ['PATH']}",
            SYSTEMCTL_LOG=str(log),
            SYSTEMCTL_CONFIG=str(unit_config),
        )
        assert 0 == ended.code, ended.err
        return str(json.loads(ended.out)["service"]["state"])

    assert "started" == run(config)
    assert "enable --now receipt-bridge.service\n" in log.read_text(encoding="utf-8")
    assert "other_config" == run(tmp_path / "another.toml")
    assert "enable" not in log.read_text(encoding="utf-8")


def test_a_running_daemon_is_told_and_its_printers_are_left_alone(tmp_path: Path, root: Path) -> None:
    with quick_shop(tmp_path / "shop") as shop:
        shop.start_daemon()
        assert shop.server.ledger.wait_for(lambda ledger: bool(ledger.requests), 45)
        ended = run_command(
            "setup", "--yes", "--no-service", "--root", str(root), config=shop.config_file, LANG="C.UTF-8"
        )
        assert 0 == shop.stop_daemon()

    assert 0 == ended.code, ended.err
    assert re.search(r"The bridge is running \(process \d+\)", ended.out)
    assert "" == papers(shop)


# -- devices that are plugged in -----------------------------------------------------------------------------------


def test_a_serial_adapter_is_found_asked_and_given_to_the_service_by_a_rule(
    account: BaseLinkerServer, root: Path, config: Path
) -> None:
    tree = DeviceTree(root)
    (root / "etc/udev/rules.d").mkdir(parents=True)
    tree.serial(
        "ttyUSB0",
        tree.usb("1-1", "0403", "6001", "ff", serial="A10", name="FT232R"),
        by_id="usb-FTDI_A10-if00-port0",
    )
    with PtyPrinter() as printer:
        (root / "dev/ttyUSB0").symlink_to(printer.address.removeprefix("serial://").partition("?")[0])
        ended = unattended(account, root, config, "--json", "--shop", "Kwiaty Ewa")

    answer = json.loads(ended.out)
    rule = root / "etc/udev/rules.d/61-receipt-bridge-till.rules"
    assert (0, [str(rule)]) == (ended.code, answer["rules"]), ended.err
    assert (
        f"serial://{root}/dev/serial/by-id/usb-FTDI_A10-if00-port0?baud=9600"
        == answer["printers"][0]["address"]
    )
    assert 'ENV{ID_SERIAL_SHORT}=="A10", GROUP="receipt-bridge"' in rule.read_text(encoding="utf-8")
    assert 2 == len(slips(printer))


def test_without_the_folder_of_rules_the_rule_is_shown(
    account: BaseLinkerServer, root: Path, config: Path
) -> None:
    tree = DeviceTree(root)
    tree.serial(
        "ttyUSB0", tree.usb("1-1", "0403", "6001", "ff", serial="A10"), by_id="usb-FTDI_A10-if00-port0"
    )
    with PtyPrinter() as printer:
        (root / "dev/ttyUSB0").symlink_to(printer.address.removeprefix("serial://").partition("?")[0])
        ended = unattended(account, root, config, "--no-test-print")

    assert 0 == ended.code
    assert 'SYMLINK+="receipt-bridge/till"' in ended.out

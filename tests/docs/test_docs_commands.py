"""docs/commands.md against the program: every command, its help, its exit codes and its JSON, key by key."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.desks import (
    AT,
    DISMISSED,
    INTERRUPTED,
    NIP,
    PRINTED,
    REFUSED,
    TOKEN,
    WAITING,
    fill,
    technicians_desk,
)
from support.device_trees import DeviceTree
from support.journals import enter, found, intend
from support.programs import Program

from bridge.cli import main
from bridge.cli.exits import Exit
from bridge.cli.main import COMMANDS
from bridge.config.reading import DEFAULT_FILE, VARIABLE
from bridge.decisions import possible
from bridge.guards.safe_mode import Cause
from bridge.journal import DaemonLock, Journal, State
from bridge.reasons import REASONS, Decision
from drivers.contract import Proof
from simulators.baselinker.model import Product
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.server import PtyPrinter, TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
REFUSED_NUMBER = 1100
_KEY = re.compile(r"^\| `([a-z_0-9.\[\]]+)` \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int,),
    "number or null": (int, type(None)),
    "true or false": (bool,),
    "object": (dict,),
}


def section(name: str) -> str:
    part = re.search(rf"^## {name}$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert part is not None, f"docs/commands.md has no section '{name}'"
    return part[1]


def pasted_help(*words: str) -> str:
    command = " ".join(["receipt-bridge", *words, "--help"])
    block = re.search(rf"```text\n\$ {command}\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None, f"docs/commands.md does not show {command}"
    return block[1]


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)], ids=" ".join)
def test_the_help_in_the_page_is_the_program_s(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    with pytest.raises(SystemExit):
        main([*words, "--help"])

    # Versions of Python differ in where they break lines, not in words.
    assert capsys.readouterr().out.split() == pasted_help(*words).split()


def test_commands_stand_in_the_order_of_the_help() -> None:
    headings = re.findall(r"^## ([a-z-]+)$", PAGE, re.MULTILINE)

    assert list(COMMANDS) == headings


def test_every_exit_code_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| (\d+) \| `([A-Z_]+)` \| \S.+ \|$", section("Exit codes"), re.MULTILINE)

    assert [(str(code.value), code.name) for code in Exit] == rows


def test_every_word_a_script_may_meet_is_named() -> None:
    words = [
        *State,
        *Decision,
        *REASONS,
        *Cause,
        "bad_data",
        "unreachable",
        "blocked",
        "refused",
        "bad_token",
        "not_seen",
    ]

    assert [] == [word for word in words if f"`{word}`" not in PAGE]


def keys(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every key path of an answer with its value; the detail of a change is free."""
    if isinstance(value, dict) and not path.endswith(".detail"):
        for key, inner in value.items():
            yield from keys(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, f"{path}[]")
    else:
        yield path, value


def documented(name: str) -> dict[str, str]:
    return {key: kind for key, kind, _meaning in _KEY.findall(section(name))}


def compare(name: str, *answers: Any) -> None:
    """Hold the keys and types of some answers, taken together, against the page's table."""
    table = documented(name)
    pairs = [pair for answer in answers for pair in keys(answer)]
    assert {key for key, _ in pairs} == table.keys()
    for key, value in pairs:
        allowed = _TYPES[table[key]]
        assert isinstance(value, allowed), (key, value)
        assert not (isinstance(value, bool) and bool not in allowed), (key, value)


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    desk = technicians_desk(tmp_path / "desk")
    fill(desk)
    return Program(desk, capsys)


def test_the_keys_of_status(program: Program) -> None:
    compare("status", program.json("status"))


def test_the_keys_of_receipts(program: Program) -> None:
    listed = program.json("receipts")
    shown = [program.json("receipts", str(receipt)) for receipt in (PRINTED, INTERRUPTED)]

    assert ["receipts"] == list(listed)
    assert {*listed["receipts"][0]} == {
        key for key in shown[0] if key not in ("possible_decisions", "history", "files")
    }
    compare("receipts", *shown)


def test_the_keys_of_resolve(program: Program) -> None:
    compare("resolve", program.json("resolve", str(INTERRUPTED), "printed"))


def test_the_keys_of_backup_restore_and_support(program: Program, tmp_path: Path) -> None:
    archive = str(tmp_path / "archive")

    for name in ("backup", "restore", "support"):
        compare(name, program.json(name, archive))


def test_the_keys_of_balance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with BaseLinkerServer() as server:
        tea = Product("Herbata", Decimal("10.50"))
        receipt = server.add_receipt((tea,), listed=False, printed=True, external_receipt_number="W-99")
        program = Program(technicians_desk(tmp_path / "desk", url=server.url), capsys)
        products = [{"name": "Herbata", "price_brutto": "10.50", "tax_rate": 23, "quantity": 1}]
        content = json.dumps({"receipt_id": receipt.receipt_id, "products": products})
        with Journal.create(program.desk.folder / "journal.sqlite", time.time) as journal:
            intend(journal, enter(journal, receipt.receipt_id, content=content))
            journal.printed(receipt.receipt_id, Proof("process-id", "W-17", AT))

        compare("balance", program.json("balance", "--day", f"{datetime.fromtimestamp(AT):%Y-%m-%d}"))  # noqa: DTZ006


def test_the_keys_of_check(program: Program) -> None:
    with DaemonLock(program.desk.folder / "journal.sqlite"):
        compare("check", program.json("check"))


def test_the_keys_of_the_list_of_methods(program: Program) -> None:
    compare("api", program.json("api", "--list", "receipt"))


@pytest.mark.parametrize("command", ["api --list receipt", "api getNewReceipts --help", "api getSeries"])
def test_what_the_page_shows_of_the_api_is_what_the_program_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    shown = re.search(
        rf"^\$ receipt-bridge {command}\n(.*?)(?=```|^\$)", section("api"), re.MULTILINE | re.DOTALL
    )
    assert shown is not None
    with BaseLinkerServer() as server:
        server.add_receipt([])
        said = Program(technicians_desk(tmp_path / "desk", url=server.url), capsys)(*command.split()).out

    assert shown[1].strip().splitlines() == said.strip().splitlines()


def test_the_keys_of_doctor(program: Program) -> None:
    with DaemonLock(program.desk.folder / "journal.sqlite"):
        compare("doctor", program.json("doctor", "--offline"), program.json("doctor"))


def test_the_keys_of_test_print(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = technicians_desk(tmp_path / "desk")
    program = Program(desk, capsys)
    failed = program.json("test-print", "till")
    with TcpPrinter() as printer:
        text = desk.config.read_text(encoding="utf-8").replace('tcp://127.0.0.1:1"', f'{printer.address}"')
        desk.write("config.toml", text)
        compare("test-print", failed, program.json("test-print", "till"))


def test_the_keys_of_alert_test(program: Program) -> None:
    text = program.desk.config.read_text(encoding="utf-8")
    mail = '[alerts]\nmail_to = ["shop@example.com"]\nmail_server = "127.0.0.1"\nmail_port = 1\n'
    program.desk.write("config.toml", f"{text}{mail}")

    compare("alert-test", program.json("alert-test"))


def test_the_keys_of_setup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = DeviceTree(tmp_path / "root")
    (tree.root / "etc/udev/rules.d").mkdir(parents=True)
    tree.serial("ttyUSB0", tree.usb("1-1", "0403", "6001", "ff", serial="A10"))
    (tree.root / "token").write_text(TOKEN, encoding="utf-8")
    answers = []
    with BaseLinkerServer(token=TOKEN) as server, PtyPrinter() as printer:
        (tree.root / "dev").mkdir()
        (tree.root / "dev/ttyUSB0").symlink_to(printer.address.removeprefix("serial://").partition("?")[0])
        address = f"address=serial://{tree.root}/dev/ttyUSB0"
        words = [
            "setup",
            "--config",
            str(tmp_path / "config.toml"),
            "--root",
            str(tree.root),
            "--url",
            server.url,
        ]
        words += ["--yes", "--json", "--no-test-print", "--token-file", str(tree.root / "token")]
        for more in ([], ["--printer", f"name=other,driver=escpos,series=1,{address}"]):
            assert 0 == main([*words, *more])
            answers.append(json.loads(capsys.readouterr().out))

    compare("setup", *answers)


def test_the_keys_of_demo_are_those_its_module_writes() -> None:
    source = (Path(__file__).resolve().parents[2] / "bridge" / "cli" / "demo.py").read_text(encoding="utf-8")
    written = {*re.findall(r'^        "([a-z_]+)": row\.', source, re.MULTILINE)}

    assert {"ok", *(f"receipts[].{key}" for key in written)} == documented("demo").keys()


@pytest.mark.parametrize(
    ("label", "receipt"),
    [
        ("held, surely not printed", NIP),
        ("held, may be on paper", INTERRUPTED),
        ("held, printed, the number refused by BaseLinker", REFUSED_NUMBER),
        ("refused or reported", REFUSED),
        ("waiting", WAITING),
        ("dismissed, not printed for sure", DISMISSED),
    ],
)
def test_what_is_possible_is_what_the_page_says(program: Program, label: str, receipt: int) -> None:
    with Journal(program.desk.folder / "journal.sqlite", lambda: 0.0) as journal:
        intend(journal, enter(journal, REFUSED_NUMBER))
        journal.printed(REFUSED_NUMBER, Proof("fence"))
        journal.hold(REFUSED_NUMBER, "confirm_refused", "BaseLinker refused the call")
        decisions = [str(decision) for decision in possible(found(journal, receipt))]

    rows = dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", section("resolve"), re.MULTILINE))
    assert decisions == re.findall(r"`(\w+)`", rows[label])


def test_the_usual_configuration_is_named() -> None:
    assert f"`{VARIABLE}`" in PAGE
    assert f"`{DEFAULT_FILE}`" in PAGE

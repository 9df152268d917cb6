from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.commands import PROGRAM, run_at_terminal, run_command, surroundings

from bridge import __version__
from bridge.cli.exits import Exit, exit_for
from bridge.cli.main import COMMANDS, build_parser, load, main
from bridge.config.mistakes import ConfigError, Mistake
from bridge.decisions import DecisionError, UnknownReceiptError
from bridge.journal import JournalDamagedError, JournalError, JournalFullError, JournalLockedError

if TYPE_CHECKING:
    from pathlib import Path

    from support.desks import TechniciansDesk
    from support.programs import Program


def test_help_lists_every_command_with_its_summary() -> None:
    ended = run_command("--help", COLUMNS="80")

    assert (0, "") == (ended.code, ended.err)
    words = " ".join(ended.out.split())
    for name in COMMANDS:
        assert f"{name} {load(name).SUMMARY}" in words
    assert max(map(len, ended.out.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    told = capsys.readouterr().out
    assert 0 == ended.value.code
    assert " ".join(load(name).DESCRIPTION.split()) in " ".join(told.split())
    assert "\nexamples:\n" in told
    assert f"  receipt-bridge {name}" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_80_columns(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main([name, "--help"])

    assert [] == [line for line in capsys.readouterr().out.splitlines() if len(line) > 80]


def test_help_is_wrapped_to_a_narrow_terminal() -> None:
    ended = run_at_terminal("resolve", "--help", columns=60, NO_COLOR="1")

    assert 0 == ended.code
    prose = [line for line in ended.out.splitlines() if not line.startswith("  ")]
    assert max(map(len, prose)) <= 60


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])

    assert f"receipt-bridge {__version__}\n" == capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["print"], ["status", "--verbose"], ["status", "extra"], ["--config"]])
def test_a_wrong_command_line_ends_with_2_and_the_usage(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)

    said = capsys.readouterr()
    assert (2, "") == (ended.value.code, said.out)
    assert said.err.startswith("usage: receipt-bridge")


def test_all_commands_but_the_demo_take_a_configuration() -> None:
    for name in COMMANDS:
        options = [name, "--config", "x.toml"]
        options += {"resolve": ["1", "print"], "test-print": ["till"], "accept": ["till"]}.get(name, [])
        options += {"report": ["daily", "till"], "copy": ["1"], "balance": ["--day", "today"]}.get(name, [])
        options += ["file"] if name in ("backup", "restore", "support") else []
        if name == "demo":
            continue
        assert "x.toml" == str(build_parser().parse_args(options).config)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError([]), 78),
        (JournalLockedError("x"), 75),
        (JournalError("x"), 74),
        (JournalDamagedError("x"), 74),
        (JournalFullError("x"), 74),
        (UnknownReceiptError("x"), 66),
        (DecisionError("x"), 76),
        (KeyError("a bug"), None),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: Exception, code: int | None) -> None:
    assert code == exit_for(error)


def test_exit_codes_are_what_scripts_were_promised() -> None:
    assert {
        "OK": 0,
        "TROUBLE": 1,
        "USAGE": 2,
        "UNKNOWN_RECEIPT": 66,
        "FAILED": 70,
        "JOURNAL": 74,
        "RUNNING": 75,
        "NOT_POSSIBLE": 76,
        "CONFIG": 78,
        "INTERRUPTED": 130,
    } == {code.name: code.value for code in Exit}


def test_every_mistake_of_the_configuration_is_told_at_once(program: Program, desk: TechniciansDesk) -> None:
    text = desk.config.read_text(encoding="utf-8")
    desk.write(
        "config.toml", text.replace('language = "en"', 'language = "de"').replace('"escpos"', '"epson"', 1)
    )

    ended = program("status")

    assert (78, "") == (ended.code, ended.out)
    assert 2 == len(ended.err.splitlines())
    assert "log.language: " in ended.err
    assert "printers[0].driver: " in ended.err


def test_a_missing_configuration_says_how_to_name_one(tmp_path: Path) -> None:
    ended = run_command("status", config=tmp_path / "none.toml")

    assert (78, "") == (ended.code, ended.out)
    assert (
        f"receipt-bridge: {tmp_path}/none.toml: there is no such file; name another with --config"
        in ended.err
    )


def test_the_environment_may_name_the_configuration(filled: TechniciansDesk) -> None:
    ended = run_command("receipts", "--limit", "1", RECEIPT_BRIDGE_CONFIG=str(filled.config))

    assert (0, 2) == (ended.code, len(ended.out.splitlines()))


def test_a_bug_has_its_traceback_and_an_exit_code_of_its_own(
    program: Program, filled: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.cli.opening.open_journal", lambda _config: 1 / 0)

    ended = program("receipts")

    assert (70, "") == (ended.code, ended.out)
    assert ended.err.startswith("Traceback")
    assert "ZeroDivisionError" in ended.err


def test_ctrl_c_ends_a_command_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, program: Program, filled: object
) -> None:
    def interrupted(_name: str) -> object:
        raise KeyboardInterrupt

    # The module, which the function of the same name hides from an import statement.
    module = sys.modules["bridge.cli.main"]
    parser = build_parser()
    monkeypatch.setattr(module, "build_parser", lambda: parser)
    monkeypatch.setattr(module, "load", interrupted)

    ended = program("status")

    assert (130, "", "") == (ended.code, ended.out, ended.err)


def test_ctrl_c_at_the_terminal_ends_a_test_print_that_waits(desk: TechniciansDesk) -> None:
    import socket

    from support.waiting import wait_for

    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        text = desk.config.read_text(encoding="utf-8").replace(
            'tcp://127.0.0.1:1"', f'tcp://127.0.0.1:{port}"'
        )
        desk.write("config.toml", text)
        silent.settimeout(60)
        with subprocess.Popen(
            [*PROGRAM, "test-print", "till", "--config", str(desk.config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=surroundings(),
        ) as process:
            connection, _ = silent.accept()
            with connection:
                wait_for(lambda: process.poll() is None)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=60)

    assert (130, b"", b"") == (process.returncode, out, err)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_without_polish_letters_gets_their_numbers(program: Program, encoding: str) -> None:
    from support.desks import fill, technicians_desk

    fill(technicians_desk(program.desk.folder, language="pl"))

    done = subprocess.run(
        [*PROGRAM, "status", "--config", str(program.desk.config)],
        capture_output=True,
        check=False,
        env=surroundings(PYTHONIOENCODING=encoding, PYTHONUTF8="0"),
        timeout=60,
    )

    assert (1, b"") == (done.returncode, done.stderr)
    assert b"Sp\\xf3jrz" in done.stdout or "Spójrz".encode("latin-1") in done.stdout


def test_an_answer_that_cannot_be_written_is_told(filled: TechniciansDesk) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [*PROGRAM, "receipts", "--config", str(filled.config)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=surroundings(),
            timeout=60,
        )

    assert 70 == done.returncode
    assert b"No space left on device" in done.stderr


def test_reading_the_command_line_loads_nothing_heavy() -> None:
    code = (
        "import sys; from bridge.cli.main import build_parser; build_parser();"
        "print([name for name in ('pydantic', 'httpx', 'sqlite3', 'rich', 'escpos') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert "[]\n" == done.stdout


def test_mistakes_print_one_a_line() -> None:
    from pathlib import Path

    error = ConfigError([Mistake(Path("a.toml"), "is wrong", 3, "key"), Mistake(Path("a.toml"), "is empty")])

    assert "a.toml:3: key: is wrong\na.toml: is empty" == str(error)

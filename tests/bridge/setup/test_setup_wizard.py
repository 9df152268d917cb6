from __future__ import annotations

import os
import pwd
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from support.scripted_setup import TOKEN, PaperMachine, script_of, scripted

from bridge.config.reading import load_config
from bridge.setup import machine as real
from bridge.setup import service
from bridge.setup.asking import SetupError
from bridge.setup.service import Presence
from bridge.setup.wizard import run
from drivers.link.finding import Place

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "tcp://192.0.2.10:9100"
ADAPTER = Place("serial", "serial:///dev/ttyUSB0", "FT232R", 0x0403, 0x6001, "A10", "ttyUSB0")
TILL: dict[str, Any] = {"name": "till", "driver": "escpos", "address": ADDRESS}


def tables(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "etc" / "config.toml").read_text(encoding="utf-8"))


def test_the_steps_go_in_their_order_and_nothing_is_done_before_it_is_agreed_to(tmp_path: Path) -> None:
    machine = PaperMachine({ADDRESS: "escpos"})
    scene = scripted(tmp_path, machine, {"Which one": ["type its address", "no more"], "Address (": ADDRESS})

    assert run(scene)
    assert [
        "series",
        f"detect {ADDRESS}",
        "calibrate on till",
        "write api-token",
        "write config.toml",
        "start",
        "notice on till",
    ] == machine.did
    assert ["Written: ", "Written: ", "The service runs."] == [
        deed[:9] if "Written" in deed else deed for deed in scene.deeds
    ]


def test_a_no_before_writing_writes_nothing(tmp_path: Path) -> None:
    machine = PaperMachine()
    scene = scripted(tmp_path, machine, {"Write ": False}, printers=(TILL,))

    assert not run(scene)
    assert [] == [*(tmp_path / "etc").iterdir()]
    assert "start" not in machine.did


def test_two_printers_get_their_series_and_none_has_one_twice(tmp_path: Path) -> None:
    machine = PaperMachine({ADDRESS: "escpos", "tcp://192.0.2.11:6666": "posnet"})
    addresses = [ADDRESS, "tcp://192.0.2.11:6666"]
    answers = {
        "Which one": ["address", "address", "no more"],
        "Address (": addresses,
        "Series it": ["1", "2"],
    }

    assert run(scripted(tmp_path, machine, answers))
    assert [("till", "escpos", [1]), ("till-2", "posnet", [2])] == [
        (one["name"], one["driver"], one["series"]) for one in tables(tmp_path)["printers"]
    ]


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (["1", "1"], "another printer has series 1"),
        (["9"], "no series 9"),
        (["all", "all"], "series all"),
        (["x"], "'x'"),
    ],
)
def test_a_series_that_cannot_be_is_said(tmp_path: Path, series: list[str], said: str) -> None:
    machine = PaperMachine({ADDRESS: "escpos", "tcp://192.0.2.11:9100": "escpos"})
    answers = {
        "Which one": ["address", "address"],
        "Address (": [ADDRESS, "tcp://192.0.2.11:9100"],
        "Series it": series,
    }

    with pytest.raises(SetupError, match=said):
        run(scripted(tmp_path, machine, answers))


def test_series_nobody_prints_are_named(tmp_path: Path) -> None:
    scene = scripted(tmp_path, PaperMachine(), printers=({**TILL, "series": [1]},))

    run(scene)
    assert any("Nobody prints series 2 (Hurt)" in text for text in script_of(scene).said)


def test_a_silent_printer_is_used_only_when_somebody_insists_and_knows_its_language(tmp_path: Path) -> None:
    machine = PaperMachine(found=(ADAPTER,))
    answers = {
        "Which one": ["nobody answers", "no more"],
        "Use it all the same": True,
        "language does it": "posnet",
    }

    assert run(scripted(tmp_path, machine, answers))
    assert "posnet" == tables(tmp_path)["printers"][0]["driver"]


def test_unlikely_places_are_asked_only_when_they_are_chosen(tmp_path: Path) -> None:
    office = Place("usb", "usb://03f0:0c17", "LaserJet", 0x03F0, 0x0C17, likely=False)
    machine = PaperMachine({ADAPTER.address: "escpos"}, found=(office, ADAPTER))

    assert run(scripted(tmp_path, machine))
    assert "detect usb://03f0:0c17" not in machine.did


@pytest.mark.parametrize("times", [1, 2])
def test_only_the_first_configuration_says_that_an_old_queue_is_held(tmp_path: Path, times: int) -> None:
    for _ in range(times):
        scene = scripted(tmp_path, PaperMachine(), printers=(TILL,))
        run(scene)

    said = [text for text in script_of(scene).said if "resolve --all backlog print" in text]
    assert (times == 1) == bool(said)
    assert all("older than 48 h, or all when more than 30 wait" in text for text in said)


# -- a machine that has been set up before -------------------------------------------------------------------------


def set_up(folder: Path, **more: Any) -> None:
    run(scripted(folder, PaperMachine(), printers=({**TILL, **more},)))


def test_a_running_daemon_is_told_and_its_printers_are_neither_asked_nor_calibrated(tmp_path: Path) -> None:
    set_up(tmp_path)
    held = Place("serial", ADDRESS, "the same")
    machine = PaperMachine(process=4711, found=(held,))
    scene = scripted(tmp_path, machine)

    assert run(scene)
    assert "process 4711" in "".join(script_of(scene).said)
    assert ["series", "write config.toml", "restart", "daemon: notice on till"] == machine.did


def test_a_daemon_is_restarted_only_after_a_yes_and_otherwise_left_with_its_printers(tmp_path: Path) -> None:
    set_up(tmp_path)
    machine = PaperMachine(process=4711)
    scene = scripted(tmp_path, machine, {"Restart it now": False})

    assert run(scene)
    assert "left" == scene.result["service"]["state"]
    assert not [deed for deed in machine.did if "restart" in deed or "notice" in deed]


def test_the_journal_stays_the_same_whatever_is_changed(tmp_path: Path) -> None:
    set_up(tmp_path)
    file = tmp_path / "etc" / "config.toml"
    file.write_text(file.read_text().replace('path = "journal.sqlite"', 'path = "memory/of/old.sqlite"'))
    before = load_config(file, {}).journal.path

    run(scripted(tmp_path, PaperMachine(), printers=({**TILL, "name": "new"},)))
    assert before == load_config(file, {}).journal.path
    assert ["new"] == [one["name"] for one in tables(tmp_path)["printers"]]


def test_a_configuration_with_mistakes_is_not_replaced_as_it_names_the_journal(tmp_path: Path) -> None:
    set_up(tmp_path)
    file = tmp_path / "etc" / "config.toml"
    file.write_text("[journal\n")

    with pytest.raises(SetupError, match="has mistakes.*move the file away"):
        run(scripted(tmp_path, PaperMachine(), printers=(TILL,)))
    assert "[journal\n" == file.read_text()


def test_the_token_that_is_there_is_kept_after_a_yes_and_tested(tmp_path: Path) -> None:
    set_up(tmp_path)
    machine = PaperMachine()
    scene = scripted(tmp_path, machine, {"API token (": "never asked"})

    assert run(scene)
    assert f"{TOKEN}\n" == (tmp_path / "etc" / "api-token").read_text()
    assert "write api-token" not in machine.did
    assert "series" in machine.did


# -- what may go wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "state"),
    [
        (Presence.NO_SYSTEMD, "no_systemd"),
        (Presence.NO_UNIT, "no_unit"),
        (Presence.OTHER_CONFIG, "other_config"),
    ],
)
def test_without_a_service_of_this_configuration_the_command_is_said(
    tmp_path: Path, unit: Presence, state: str
) -> None:
    scene = scripted(tmp_path, PaperMachine(unit=unit), printers=(TILL,))

    assert run(scene)
    command = f"receipt-bridge run --config {tmp_path / 'etc' / 'config.toml'}"
    assert {"state": state, "command": command} == scene.result["service"]
    assert f"To start it: {command}" in script_of(scene).said


def test_a_service_that_does_not_start_is_no_success(tmp_path: Path) -> None:
    scene = scripted(tmp_path, PaperMachine(complaint="Job failed"), printers=(TILL,))

    assert not run(scene)
    assert "The service did not start: Job failed" in script_of(scene).said


def test_a_slip_that_does_not_come_is_no_success_and_nothing_is_lost_by_it(tmp_path: Path) -> None:
    slip = {"ok": False, "what": "the paper has run out", "cure": "put in a roll"}
    scene = scripted(tmp_path, PaperMachine(slip=slip), printers=(TILL,))

    assert not run(scene)
    assert "till: the paper has run out. Put in a roll." in script_of(scene).said
    assert "till" == tables(tmp_path)["printers"][0]["name"]


def test_without_test_prints_nothing_is_printed(tmp_path: Path) -> None:
    machine = PaperMachine()

    assert run(scripted(tmp_path, machine, printers=(TILL,), test_print=False))
    assert ["series", "write api-token", "write config.toml", "start"] == machine.did


def test_a_rule_is_written_only_after_a_yes_and_shown_where_it_cannot_be(tmp_path: Path) -> None:
    rules = tmp_path / "rules.d"
    rules.mkdir()
    for answer, folder in ((False, rules), (True, None), (True, rules)):
        machine = PaperMachine({ADAPTER.address: "escpos"}, found=(ADAPTER,), rules=folder)
        scene = scripted(tmp_path / str(answer) / str(folder is None), machine, {"Write the rule": answer})
        run(scene)
        written = answer and folder is not None
        assert written == (rules / "till.rules").exists() == ("apply rules" in machine.did)
        assert (folder is None) == any("SUBSYSTEM" in text for text in script_of(scene).said)


def test_the_acceptance_slip_says_what_stands_where_since_when(tmp_path: Path) -> None:
    details: list[Any] = []

    class Listening(PaperMachine):
        def errand(self, printer: Any, kind: str, detail: Any) -> dict[str, Any]:
            details.append(detail)
            return super().errand(printer, kind, detail)

    scene = scripted(tmp_path, Listening(), printers=({**TILL, "series": [2]},), shop=("Kwiaty Ewa",))
    run(scene)

    assert {
        "title": "READY",
        "lines": [
            "Kwiaty Ewa",
            "Printer: till",
            f"Address: {ADDRESS}",
            "Series: 2 Hurt",
            "Date: 2026-11-22 10:15",
        ],
    } == details[-1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_token_is_root_s_where_systemd_hands_it_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "USER", "nobody")
    unit = tmp_path / "usr/lib/systemd/system/receipt-bridge.service"
    unit.parent.mkdir(parents=True)
    unit.write_text("[Service]\nLoadCredential=api-token:/etc/receipt-bridge/api-token\n", encoding="utf-8")
    os.chown(tmp_path, pwd.getpwnam("nobody").pw_uid, -1)
    machine = real.Machine(tmp_path, "en", lambda _text: None, lambda *_: {})
    machine.write(tmp_path / "token", "x", secret=True)

    found = (tmp_path / "token").stat()
    assert (0, 0, 0o600) == (found.st_uid, found.st_gid, found.st_mode & 0o777)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_token_belongs_to_the_service_s_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "USER", "nobody")
    machine = real.Machine(tmp_path, "en", lambda _text: None, lambda *_: {})
    machine.write(tmp_path / "token", "x", secret=True)

    found = (tmp_path / "token").stat()
    assert (pwd.getpwnam("nobody").pw_uid, 0o600) == (found.st_uid, found.st_mode & 0o777)

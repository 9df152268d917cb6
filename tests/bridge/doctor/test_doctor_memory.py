from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.journals import enter
from support.machines import Box, case_of, codes, shop_config

from bridge.doctor import memory
from bridge.journal import Event, Journal
from bridge.journal.guard import SAFE_MODE

if TYPE_CHECKING:
    from pathlib import Path


def made(box: Box) -> Path:
    """Make the journal of the shop; return its path."""
    path = case_of(box).config.journal.path
    Journal.create(path, lambda: 1.0).close()
    return path


def test_no_journal_yet_and_a_sound_one_are_no_findings(box: Box) -> None:
    case = case_of(box)
    before = codes(memory.journal(case))
    made(box)

    assert ([], []) == (before, codes(memory.journal(case)))


def test_a_journal_of_a_newer_program_is_told_and_left_alone(box: Box) -> None:
    path = made(box)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()

    (finding,) = memory.journal(case_of(box))

    assert ("journal_newer", str(path)) == (finding.code, finding.subject)
    assert "version 99" in finding.what_pl
    assert before == path.read_bytes()


@pytest.mark.parametrize("how", ["foreign", "torn"])
def test_a_damaged_journal_is_told(box: Box, how: str) -> None:
    path = made(box)
    content = path.read_bytes()
    if how == "foreign":
        path.write_bytes(b"Dear diary, " * 1000)
    else:
        path.write_bytes(content[: len(content) // 2])

    assert [("journal_damaged", str(path))] == codes(memory.journal(case_of(box)))


def test_a_journal_that_cannot_be_opened_is_told_with_the_journal_s_own_cure(box: Box) -> None:
    path = case_of(box).config.journal.path
    path.mkdir()

    (finding,) = memory.journal(case_of(box))

    assert "journal_unusable" == finding.code
    assert "belong to the service's user" in finding.cure


def test_safe_mode_is_told_with_its_causes_in_both_languages(box: Box) -> None:
    assert [] == codes(memory.stopped(case_of(box)))
    with Journal.existing(made(box), lambda: 1.0) as journal:
        assert [] == codes(memory.stopped(case_of(box)))
        journal.guard.write(SAFE_MODE, {"causes": ["restored"]})

    (finding,) = memory.stopped(case_of(box))

    assert ("safe_mode", "comes from a backup" in finding.what) == (finding.code, True)
    assert "kopii zapasowej" in finding.what_pl
    assert "receipt-bridge accept --journal" in finding.cure
    assert "receipt-bridge accept --journal" in finding.cure_pl


@pytest.mark.parametrize(("count", "told"), [(4, False), (5, True)])
def test_a_long_queue_held_after_a_pause_is_told_with_how_to_print_it(
    box: Box, count: int, told: bool
) -> None:
    with Journal.existing(made(box), lambda: 1.0) as journal:
        enter(journal, 99, Event.HOLD, reason_code="nip_invalid", reason="nip")
        for receipt_id in range(count):
            enter(journal, receipt_id + 1, Event.HOLD, reason_code="backlog", reason="old")
    findings = list(memory.stopped(case_of(box)))

    assert told == bool(findings)
    for finding in findings:
        assert ("backlog_held", "5 receipts") == (finding.code, finding.what[:10])
        assert "resolve --all backlog print" in finding.cure


def test_of_a_journal_that_cannot_be_read_safe_mode_is_not_told(box: Box) -> None:
    case_of(box).config.journal.path.mkdir()

    assert [] == codes(memory.stopped(case_of(box)))


@pytest.mark.parametrize("ending", ["", "-wal", ".lock"])
def test_a_journal_of_another_user_is_told(box: Box, ending: str) -> None:
    path = made(box)
    file = path.with_name(path.name + ending)
    file.touch()
    for one in (path.parent, path, file):
        box.owned(one, 990, 0o600)
    assert [] == codes(memory.journal_rights(case_of(box)))

    box.owned(file, 0, 0o600)
    (finding,) = memory.journal_rights(case_of(box))

    assert "journal_rights" == finding.code
    assert f"{file} (owner root)" in finding.what
    assert f"chown -R receipt-bridge: {path.parent}" in finding.cure


# -- daemons -------------------------------------------------------------------------------------------------------

INSTALLED = ("/usr/lib/receipt-bridge/bin/python", "-I", "/usr/bin/receipt-bridge", "run")


def with_config(box: Box, folder: str, **changes: str) -> str:
    """Make another configuration on the machine; return its path there."""
    config = shop_config(box.root / folder, **changes)
    return f"/{config.file.relative_to(box.root)}"


@pytest.mark.parametrize("how", ["--config", "--config=", "relative"])
def test_two_daemons_for_one_account_are_told(box: Box, how: str) -> None:
    path = with_config(box, "srv/second")
    box.process(10, "python", *INSTALLED, "--config", "/etc/receipt-bridge/config.toml")
    if how == "relative":
        box.process(20, "python3", "python3", "-m", "bridge", "run", "--config", "config.toml")
        box.link("/proc/20/cwd", "../../srv/second")
    else:
        words = (how, path) if how == "--config" else (f"{how}{path}",)
        box.process(20, "python3", "python3", "-m", "bridge", "run", *words)

    (finding,) = memory.daemons(case_of(box, daemon=10))

    assert ("two_daemons", "daemon") == (finding.code, finding.subject)
    assert "10, 20" in finding.what


@pytest.mark.parametrize(
    "words",
    [
        ("sudo", "receipt-bridge", "run"),
        ("/usr/bin/receipt-bridge", "status"),
        ("python3", "-m", "bridge", "doctor"),
        ("vim", "receipt-bridge", "run"),
        ("python3", "train.py", "bridge", "run"),
        ("",),
    ],
)
def test_what_is_no_daemon_is_not_counted(box: Box, words: tuple[str, ...]) -> None:
    box.process(10, "python", *INSTALLED)
    box.process(20, "x", *words)

    assert [] == codes(memory.daemons(case_of(box, daemon=10)))


@pytest.mark.parametrize("other", ["url", "token"])
def test_a_daemon_for_another_account_is_no_rival(box: Box, other: str) -> None:
    path = with_config(box, "srv/second", **({"url": "http://127.0.0.1:9/"} if other == "url" else {}))
    if other == "token":
        (box.root / "srv/second/api-token").write_text("1111-FAKE-TOKEN")
    box.process(20, "python3", "python3", "-m", "bridge", "run", "--config", path)

    assert [] == codes(memory.daemons(case_of(box, daemon=10)))


@pytest.mark.parametrize("same", [True, False])
def test_a_daemon_in_a_container_is_judged_by_the_files_it_sees_itself(box: Box, same: bool) -> None:
    path = with_config(box, "proc/20/root/etc/receipt-bridge")
    (box.root / path.lstrip("/")).with_name("api-token").write_text(
        f"{'0000' if same else '1111'}-FAKE-TOKEN"
    )
    (box.root / "proc/20/fd").mkdir()
    box.file("/proc/20/comm", "python")
    box.file("/proc/20/cmdline", "\0".join([*INSTALLED, ""]))

    assert ([("two_daemons", "daemon")] if same else []) == codes(memory.daemons(case_of(box, daemon=10)))


def test_a_daemon_whose_configuration_cannot_be_read_counts(box: Box) -> None:
    box.process(20, "python", *INSTALLED)

    assert [("two_daemons", "daemon")] == codes(memory.daemons(case_of(box, daemon=10)))
    assert [] == codes(memory.daemons(replace(case_of(box), daemon=20)))
    assert [] == codes(memory.daemons(case_of(box)))

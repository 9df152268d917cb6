"""Backups and the way back, with processes that are killed at any moment of it."""

from __future__ import annotations

import base64
import gzip
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desks import PRINTED, TOKEN, WAITING, TechniciansDesk, fill, technicians_desk
from support.journals import enter, found
from support.programs import Program

from bridge.backup import BackupError, make_backup, read_backup, restore_backup
from bridge.blotting import forms, without_people, without_tokens
from bridge.guards.safe_mode import Cause, safe_mode_of
from bridge.journal import DaemonLock, Journal, JournalLockedError, JournalNewerError, State
from bridge.journal.schema import MIGRATIONS
from bridge.whole_file import whole_file

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_790_000_000.0


@pytest.fixture
def desk(tmp_path: Path) -> TechniciansDesk:
    made = technicians_desk(tmp_path / "desk")
    fill(made)
    return made


@pytest.fixture
def program(desk: TechniciansDesk, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(desk, capsys)


@pytest.fixture
def journal(desk: TechniciansDesk) -> Path:
    return desk.folder / "journal.sqlite"


@pytest.fixture
def archive(tmp_path: Path, journal: Path) -> Path:
    path = tmp_path / "archive"
    make_backup(journal, "config", path, NOW)
    return path


def known(journal: Path) -> dict[int, State]:
    with Journal(journal, time.time) as opened:
        return {entry.receipt_id: entry.state for entry in opened.receipts()}


def causes(journal: Path) -> tuple[Cause, ...]:
    with Journal(journal, time.time) as opened:
        safe_mode = safe_mode_of(opened)
        return () if safe_mode is None else safe_mode.causes


def forget(journal: Path, receipt: int = 4000) -> None:
    """Let the journal learn something after the backup."""
    with Journal(journal, time.time) as opened:
        enter(opened, receipt)


# -- the archive -------------------------------------------------------------------------------------------------


def test_a_backup_holds_the_whole_journal_while_it_is_written_to(journal: Path, tmp_path: Path) -> None:
    with Journal(journal, time.time) as writer:
        enter(writer, 4000)
        with writer.transaction():
            writer.note(4000, {"number": "in a transaction that is not done"})
            made = make_backup(journal, "config", tmp_path / "archive", NOW)

    assert (int(NOW), "config") == (made.made_at, made.config)
    restored = tmp_path / "other" / "journal.sqlite"
    restored.parent.mkdir()
    assert restore_backup(tmp_path / "archive", restored) is None
    assert known(journal) == known(restored)
    with Journal(restored, time.time) as opened:
        assert "1/2026" == found(opened, 4000).number


def test_the_archive_is_for_its_owner_alone_and_nothing_is_left_beside_it(
    archive: Path, tmp_path: Path, journal: Path
) -> None:
    assert 0o600 == archive.stat().st_mode & 0o777
    assert ["archive", "desk"] == sorted(path.name for path in tmp_path.iterdir())
    with tarfile.open(archive) as opened:
        assert ["backup.json", "config.toml", "journal.sqlite"] == sorted(opened.getnames())


def test_an_archive_that_cannot_be_written_says_so(journal: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="No such file"):
        make_backup(journal, "", tmp_path / "nowhere" / "archive", NOW)


@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_no_damaged_archive_is_ever_taken_for_another_backup(
    place: float, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    journal = folder / "journal.sqlite"
    with Journal.create(journal, time.time) as opened:
        enter(opened, 1)
    archive = folder / "archive"
    whole = make_backup(journal, "config", archive, NOW)
    content = bytearray(archive.read_bytes())
    content[int(place * len(content))] ^= flip
    archive.write_bytes(content)

    try:
        assert whole == read_backup(archive)  # a byte that says nothing: a file time, padding
    except BackupError as error:
        assert "No journal was touched" in str(error)  # noqa: PT017 - either end is right


@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_cut_archive_is_refused_and_changes_nothing(archive: Path, journal: Path, length: int) -> None:
    archive.write_bytes(archive.read_bytes()[:length])
    before = known(journal)

    with pytest.raises(BackupError, match="no whole backup"):
        restore_backup(archive, journal)

    assert before == known(journal)
    assert () == causes(journal)


def archive_with(path: Path, **parts: bytes) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in parts.items():
            member = tarfile.TarInfo(name.replace("_", "."))
            member.size = len(content)
            file = path.with_name("part")
            file.write_bytes(content)
            with file.open("rb") as opened:
                made.addfile(member, opened)
    return path


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({}, "it has no backup.json"),
        ({"backup_json": b"[]"}, "its backup.json cannot be read"),
        ({"backup_json": b"\xff"}, "its backup.json cannot be read"),
        ({"backup_json": b'{"format": 7}'}, "its format is 7, this program knows 1"),
        ({"backup_json": b'{"format": 1, "sha256": {}}'}, "its backup.json cannot be read"),
    ],
)
def test_what_is_no_backup_is_named(tmp_path: Path, parts: dict[str, bytes], says: str) -> None:
    with pytest.raises(BackupError, match=says):
        read_backup(archive_with(tmp_path / "archive", **parts))
    (tmp_path / "text").write_text("no archive at all", encoding="ascii")
    with pytest.raises(BackupError, match="no whole backup"):
        read_backup(tmp_path / "text")


# -- the way back ------------------------------------------------------------------------------------------------


def test_a_restored_journal_is_in_safe_mode_and_the_present_one_is_kept(archive: Path, journal: Path) -> None:
    forget(journal)
    present = known(journal)

    aside = restore_backup(archive, journal, lambda: NOW)

    assert aside == journal.with_name("journal.sqlite.before-restore-20260921T141320Z")
    assert present == known(aside)
    assert 4000 not in known(journal)
    assert (Cause.RESTORED,) == causes(journal)
    assert 0o600 == journal.stat().st_mode & 0o777


def test_nothing_is_restored_under_a_running_daemon(archive: Path, journal: Path) -> None:
    with DaemonLock(journal), pytest.raises(JournalLockedError):
        restore_backup(archive, journal)
    assert () == causes(journal)


def test_a_backup_of_a_newer_program_is_refused(tmp_path: Path, journal: Path, archive: Path) -> None:
    with Journal(journal, time.time) as opened:
        opened._database.run(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(JournalNewerError):
        make_backup(journal, "", tmp_path / "new", NOW)


def test_a_damaged_journal_is_kept_with_what_stands_beside_it(archive: Path, journal: Path) -> None:
    journal.write_bytes(b"damaged" * 1000)
    for ending in ("-wal", "-shm"):
        journal.with_name(journal.name + ending).write_bytes(b"beside")

    aside = restore_backup(archive, journal)

    assert aside is not None
    assert b"damaged" * 1000 == aside.read_bytes()
    assert b"beside" == aside.with_name(aside.name + "-wal").read_bytes()
    assert State.CONFIRMED is known(journal)[PRINTED]


def test_root_gives_the_restored_journal_to_whom_the_old_one_belonged(archive: Path, journal: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    os.chown(journal, 12345, 12345)

    restore_backup(archive, journal)

    lock = journal.with_name("journal.sqlite.lock")
    assert [12345, 12345] == [journal.stat().st_uid, lock.stat().st_uid]


# -- killed ------------------------------------------------------------------------------------------------------

DYING = """
import os, signal, sys
from pathlib import Path
left = int(sys.argv.pop(1))

def dies(event, arguments):
    global left
    if event in ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown") or (
        event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    ) or event.startswith("sqlite3.connect"):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

from bridge import backup, blotting  # noqa
from bridge.cli import main, opening, show  # noqa
from bridge.cli import backup as one, restore as two  # noqa
sys.addaudithook(dies)
code = main(sys.argv[1:])
os._exit(code)
"""


def killed_at(step: int, *words: str, config: Path) -> bool:
    """Run a command that dies at its so-many-th change of the disk; return whether it died."""
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(step), *words, "--config", str(config)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def test_a_backup_killed_at_any_step_leaves_the_older_one_whole(
    desk: TechniciansDesk, journal: Path, archive: Path
) -> None:
    forget(journal)
    older, new = read_backup(archive), desk.config.read_text(encoding="utf-8")
    step, died = 1, 0
    while killed_at(step, "backup", str(archive), config=desk.config):
        left = read_backup(archive)
        assert (older.config, older.made_at) == (left.config, left.made_at) or left.config == new
        died, step = died + 1, step + 1

    assert died > 5
    assert read_backup(archive).made_at > older.made_at
    assert 4000 in known(journal)


def test_a_restore_killed_at_any_step_leaves_the_present_journal_or_one_in_safe_mode(
    desk: TechniciansDesk, journal: Path, archive: Path, tmp_path: Path
) -> None:
    forget(journal)
    shutil.copytree(desk.folder, tmp_path / "before")
    step, seen = 1, set()
    while killed_at(step, "restore", str(archive), config=desk.config):
        restored = 4000 not in known(journal)
        assert ((Cause.RESTORED,) if restored else ()) == causes(journal)
        assert PRINTED in known(journal)
        seen.add(restored)
        shutil.rmtree(desk.folder)
        shutil.copytree(tmp_path / "before", desk.folder)
        step += 1

    assert {False, True} == seen
    assert (Cause.RESTORED,) == causes(journal)


def test_a_file_that_cannot_be_written_whole_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"before")

    with pytest.raises(RuntimeError), whole_file(path) as file:
        file.write(b"half")
        raise RuntimeError

    assert b"before" == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


# -- the commands ------------------------------------------------------------------------------------------------


def test_backup_and_restore_by_hand(program: Program, desk: TechniciansDesk, tmp_path: Path) -> None:
    archive = str(tmp_path / "b")

    saved = program("backup", archive)
    assert (0, "") == (saved.code, saved.err)
    assert "was read again" in saved.out
    assert {"file", "made_at", "journal_bytes"} == program.json("backup", archive).keys()
    restored = program("restore", archive)

    assert 0 == restored.code
    assert "in safe mode" in restored.out
    assert "receipt-bridge accept --journal" in restored.out
    assert {"journal", "made_at", "kept", "config_differs"} == program.json("restore", archive).keys()
    status = program("status")
    assert "SAFE MODE" in status.out
    accepted = program("accept", "--journal")
    assert (0, State.HELD) == (accepted.code, known(desk.folder / "journal.sqlite")[WAITING])
    assert 76 == program("accept", "--journal").code
    assert 74 == program("restore", str(desk.config)).code


def test_a_lost_configuration_comes_back_with_the_journal(
    program: Program, desk: TechniciansDesk, tmp_path: Path
) -> None:
    program("backup", str(tmp_path / "b"))
    text = desk.config.read_text(encoding="utf-8")
    shutil.rmtree(desk.folder)
    desk.folder.mkdir()

    assert 0 == program("restore", str(tmp_path / "b")).code

    assert text == desk.config.read_text(encoding="utf-8")
    assert 0o644 == desk.config.stat().st_mode & 0o777


def test_a_configuration_that_differs_is_left_and_told(
    program: Program, desk: TechniciansDesk, tmp_path: Path
) -> None:
    program("backup", str(tmp_path / "b"))
    desk.write("config.toml", desk.config.read_text(encoding="utf-8") + "# mine\n")

    assert "which was left as it is" in program("restore", str(tmp_path / "b")).out
    assert desk.config.read_text(encoding="utf-8").endswith("# mine\n")


def test_the_token_is_in_no_backup_even_where_somebody_wrote_it_into_the_configuration(
    program: Program, desk: TechniciansDesk, tmp_path: Path
) -> None:
    text = desk.config.read_text(encoding="utf-8")
    encoded = base64.b64encode(f"x{TOKEN}y".encode()).decode()
    desk.write("config.toml", f"{text}# {TOKEN} {encoded} 1234-56789-ABCDEFGHIJKLMNOP\n")

    assert 0 == program("backup", str(tmp_path / "b")).code

    content = gzip.decompress((tmp_path / "b").read_bytes())
    for form in (*forms(TOKEN), "ABCDEFGHIJKLMNOP"):
        assert form.encode() not in content
    assert b"(token)" in content


# -- blotting ----------------------------------------------------------------------------------------------------


@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=16, max_size=60),
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
)
def test_a_secret_is_found_in_whatever_it_was_put(secret: str, before: bytes, after: bytes) -> None:
    whole = before + secret.encode() + after
    texts = (
        secret,
        quote(secret, safe=""),
        base64.b64encode(whole).decode(),
        base64.urlsafe_b64encode(whole).decode(),
    )
    for text in texts:
        left = without_tokens(f"<{text}>", [secret])
        assert all(form not in left for form in forms(secret))
        assert "(token)" in left


@pytest.mark.parametrize(
    "text",
    [
        "the buyer's NIP '526-104-08-2X Jan Kowalski' is not a valid Polish tax id",
        "NIP 526-104-08-28",
        "tax id PL5261040828.",
        "tel. +48 601 602 603",
        "klient1001@example.com wrote",
    ],
)
def test_people_are_blotted_out_of_the_log(text: str) -> None:
    left = without_people(text)

    assert "(hidden)" in left
    assert not any(word in left for word in ("526", "Kowalski", "601", "klient"))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T02:50:05+0000 host receipt-bridge[123]: receipt printed receipt=700001 printer=till",
        "tcp://192.168.100.200:9100",
        "12/9/2026/P",
    ],
)
def test_what_tells_the_course_of_events_stays(text: str) -> None:
    assert text == without_people(text)

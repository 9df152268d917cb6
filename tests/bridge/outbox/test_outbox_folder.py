"""The outbox folder: only whole files are taken, and what never will be is told."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.outbox.folder import PATIENCE_SECONDS, Failed, OutboxError, Ready, Scan, read_file, scan

if TYPE_CHECKING:
    from pathlib import Path

PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Slow machines are no reason to fail."""

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
SETTLE = 5.0
LIMIT = 4096
AS_ROOT = os.geteuid() == 0


class Watcher:
    """Looks into a folder again and again at times the test tells."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last = Scan((), {})

    def look(self, now: float) -> tuple[Ready | Failed, ...]:
        self.last = scan(self.folder, self.last.seen, now, settle_seconds=SETTLE, max_bytes=LIMIT)
        return self.last.outcomes

    def settled(self) -> tuple[Ready | Failed, ...]:
        self.look(0)
        return self.look(SETTLE)

    def patience_over(self) -> tuple[Ready | Failed, ...]:
        self.look(0)
        return self.look(PATIENCE_SECONDS)


@pytest.fixture
def watcher(tmp_path: Path) -> Watcher:
    return Watcher(tmp_path)


def drop(folder: Path, name: str, content: bytes = PDF) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def failed(outcomes: tuple[Ready | Failed, ...]) -> Failed:
    (outcome,) = outcomes
    assert isinstance(outcome, Failed)
    return outcome


def system_tells_writers(folder: Path) -> bool:
    """Whether this file system says who has a file open for writing."""
    path = drop(folder, ".probe")
    with path.open("ab"), path.open("rb") as reader:
        try:
            fcntl.fcntl(reader, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            return error.errno == errno.EAGAIN
        fcntl.fcntl(reader, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


def test_a_whole_file_that_has_settled_is_ready(watcher: Watcher) -> None:
    path = drop(watcher.folder, "123_FP%2F1.pdf")
    assert watcher.settled() == (Ready(path, 123, "FP/1", hashlib.sha256(PDF).hexdigest(), len(PDF)),)


def test_a_file_is_never_taken_at_first_sight(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf")
    assert watcher.look(1000) == ()
    assert watcher.look(1000 + SETTLE / 2) == ()
    assert len(watcher.look(1000 + SETTLE)) == 1


def test_a_file_is_reported_until_it_is_moved_away_and_read_once_only(watcher: Watcher) -> None:
    path = drop(watcher.folder, "1.pdf")
    (first,) = watcher.settled()
    (again,) = watcher.look(SETTLE + 1)
    assert again is first
    path.unlink()
    assert watcher.look(SETTLE + 2) == ()
    assert not watcher.last.seen


def test_a_file_that_grows_settles_anew(watcher: Watcher) -> None:
    path = drop(watcher.folder, "1.pdf", PDF[:20])
    watcher.look(0)
    path.write_bytes(PDF)
    assert watcher.look(SETTLE) == ()
    assert len(watcher.look(2 * SETTLE)) == 1


def test_a_file_rewritten_with_size_and_time_kept_settles_anew(watcher: Watcher) -> None:
    path = drop(watcher.folder, "1.pdf")
    before = path.stat()
    (first,) = watcher.settled()
    replacement = drop(watcher.folder, ".new", PDF.replace(b"1 0 obj", b"2 0 obj"))
    replacement.rename(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert watcher.look(SETTLE + 1) == ()
    (second,) = watcher.look(2 * SETTLE + 1)
    assert isinstance(first, Ready)
    assert isinstance(second, Ready)
    assert second.sha256 != first.sha256


def test_a_restart_costs_the_settling_and_no_file(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf")
    before = watcher.settled()
    assert Watcher(watcher.folder).settled() == before


def test_the_oldest_file_comes_first(watcher: Watcher) -> None:
    for age, name in enumerate(["3.pdf", "1.pdf", "2.pdf"]):
        os.utime(drop(watcher.folder, name), ns=(0, (10 - age) * 10**9))
    assert [outcome.path.name for outcome in watcher.settled()] == ["2.pdf", "1.pdf", "3.pdf"]


def test_an_unfinished_file_waits_and_is_told_when_patience_is_over(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf", PDF[:-8])
    assert watcher.settled() == ()
    assert watcher.look(PATIENCE_SECONDS - 1) == ()
    outcome = failed(watcher.look(PATIENCE_SECONDS))
    assert outcome.reason == "incomplete"
    assert "copy it again" in outcome.what


def test_an_unfinished_file_that_is_finished_late_is_ready(watcher: Watcher) -> None:
    path = drop(watcher.folder, "1.pdf", PDF[:-8])
    watcher.settled()
    with path.open("ab") as file:
        file.write(PDF[-8:])
    assert watcher.look(100) == ()
    assert isinstance(watcher.look(100 + SETTLE)[0], Ready)


@pytest.mark.parametrize("content", [b"", b"\0" * 2000, b"\0" * 1024 + PDF])
def test_a_file_whose_pages_have_not_arrived_waits(watcher: Watcher, content: bytes) -> None:
    drop(watcher.folder, "1.pdf", content)
    assert watcher.settled() == ()
    assert failed(watcher.look(PATIENCE_SECONDS)).reason == "not_a_pdf"


@pytest.mark.parametrize("content", [b"hello", b"<html>%%EOF", b"%PDF", b"PK\3\4" + b"\0" * 2000 + PDF])
def test_a_file_that_is_no_pdf_is_told_as_soon_as_it_has_settled(watcher: Watcher, content: bytes) -> None:
    drop(watcher.folder, "1.pdf", content)
    outcome = failed(watcher.settled())
    assert outcome.reason == "not_a_pdf"
    assert "save it as PDF" in outcome.what


def test_a_little_junk_before_and_behind_is_no_harm(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf", b"\r\n\r\n" + PDF + b"\0" * 500)
    assert isinstance(watcher.settled()[0], Ready)


def test_a_file_that_is_too_large_is_told_with_the_limit(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf", PDF.ljust(LIMIT + 1))
    outcome = failed(watcher.settled())
    assert outcome.reason == "too_large"
    assert "it has 5 KiB, at most 4 KiB are uploaded" in outcome.what
    assert "max_file_kib" in outcome.what


def test_a_file_of_exactly_the_limit_is_ready(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf", PDF[:9] + b"%" * (LIMIT - len(PDF)) + PDF[9:])
    assert isinstance(watcher.settled()[0], Ready)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("invoice.pdf", "bad_name"), ("1.txt", "bad_name"), (f"1_{'x' * 21}.pdf", "bad_number")],
)
def test_a_file_with_a_bad_name_is_told_when_it_has_settled(watcher: Watcher, name: str, reason: str) -> None:
    drop(watcher.folder, name)
    assert watcher.look(0) == ()
    assert failed(watcher.look(SETTLE)).reason == reason


def test_temporary_and_hidden_files_and_folders_are_left_alone(watcher: Watcher) -> None:
    for name in (".1.pdf", "1.pdf.part", "~2.pdf", "3.pdf.tmp"):
        drop(watcher.folder, name)
    for name in ("sent", "failed", "4.pdf"):
        (watcher.folder / name).mkdir()
    assert watcher.patience_over() == ()


def test_a_link_is_told_and_never_followed(
    watcher: Watcher, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = drop(tmp_path_factory.mktemp("elsewhere"), "secret.pdf")
    (watcher.folder / "1.pdf").symlink_to(secret)
    assert failed(watcher.settled()).reason == "not_a_file"


def test_a_named_pipe_is_told_and_never_waited_for(watcher: Watcher) -> None:
    os.mkfifo(watcher.folder / "1.pdf")
    assert failed(watcher.settled()).reason == "not_a_file"


def test_a_file_still_open_for_writing_waits(watcher: Watcher) -> None:
    if not system_tells_writers(watcher.folder):
        pytest.skip("this file system does not say who has a file open")
    path = drop(watcher.folder, "1.pdf")
    with path.open("ab"):
        assert watcher.settled() == ()
    assert isinstance(watcher.look(SETTLE + 1)[0], Ready)


def test_a_file_forgotten_open_is_taken_when_patience_is_over(watcher: Watcher) -> None:
    path = drop(watcher.folder, "1.pdf")
    with path.open("ab"):
        assert isinstance(watcher.patience_over()[0], Ready)


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_an_unreadable_file_waits_and_is_told_when_patience_is_over(watcher: Watcher) -> None:
    drop(watcher.folder, "1.pdf").chmod(0o000)
    assert watcher.settled() == ()
    assert failed(watcher.look(PATIENCE_SECONDS)).reason == "unreadable"


def test_a_missing_folder_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match=r"cannot be read .*Create it"):
        Watcher(tmp_path / "none").look(0)


def test_the_file_that_was_found_is_the_file_that_is_read(watcher: Watcher) -> None:
    path = drop(watcher.folder, "1.pdf")
    (ready,) = watcher.settled()
    assert isinstance(ready, Ready)
    assert read_file(ready) == PDF
    path.write_bytes(PDF + b"more")
    with pytest.raises(OutboxError, match="was changed after it was found whole"):
        read_file(ready)
    path.unlink()
    with pytest.raises(OutboxError, match="cannot be read"):
        read_file(ready)


NAMES = st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1, max_size=40)
RAW_NAMES = st.binary(min_size=1, max_size=40).filter(lambda name: not set(name) & {0, 0x2F})


@PATIENT
@given(
    st.one_of(NAMES.map(os.fsencode), RAW_NAMES, NAMES.map(lambda name: f"1_{name}.pdf".encode())),
    st.binary(),
)
def test_whatever_is_dropped_is_ready_or_failed_or_waits(
    tmp_path_factory: pytest.TempPathFactory, name: bytes, content: bytes
) -> None:
    if name in {b".", b".."}:
        return
    watcher = Watcher(tmp_path_factory.mktemp("outbox"))
    drop(watcher.folder, os.fsdecode(name), content)
    for outcome in watcher.patience_over():
        assert isinstance(outcome, Failed)  # no random bytes are a PDF
        assert outcome.what.isprintable()

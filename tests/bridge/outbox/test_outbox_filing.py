"""Moving files out of the outbox: nothing overwritten, nothing lost, the reason beside what failed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.outbox.filing import move_to_failed, move_to_sent
from bridge.outbox.folder import OutboxError
from bridge.outbox.names import BadNameError, parse_name

if TYPE_CHECKING:
    from pathlib import Path


PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Slow machines are no reason to fail."""


def drop(folder: Path, name: str, content: bytes = b"%PDF") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_sent_file_is_moved_whole(tmp_path: Path) -> None:
    moved = move_to_sent(drop(tmp_path, "1_FP.pdf", b"one"))
    assert moved == tmp_path / "sent" / "1_FP.pdf"
    assert moved.read_bytes() == b"one"
    assert names(tmp_path) == ["sent"]


def test_a_failed_file_has_its_reason_beside_it(tmp_path: Path) -> None:
    moved = move_to_failed(drop(tmp_path, "1.pdf", b"one"), "it is not a PDF file; save it as PDF")
    assert moved == tmp_path / "failed" / "1.pdf"
    assert names(tmp_path / "failed") == ["1.pdf", "1.pdf.reason.txt"]
    text = (tmp_path / "failed" / "1.pdf.reason.txt").read_text()
    assert text.startswith("1.pdf was not uploaded: it is not a PDF file; save it as PDF\n")
    assert str(tmp_path) in text


def test_a_repeated_name_is_counted_and_nothing_is_overwritten(tmp_path: Path) -> None:
    contents = [f"{count}".encode() for count in range(4)]
    moved = [move_to_sent(drop(tmp_path, "1_FP.pdf", content)) for content in contents]
    assert [path.name for path in moved] == ["1_FP.pdf", "1-1_FP.pdf", "1-2_FP.pdf", "1-3_FP.pdf"]
    assert [path.read_bytes() for path in moved] == contents


def test_a_repeated_failure_keeps_each_reason_with_its_file(tmp_path: Path) -> None:
    moved = [
        move_to_failed(drop(tmp_path, "1.pdf", reason.encode()), reason) for reason in ("first", "second")
    ]
    assert [path.name for path in moved] == ["1.pdf", "1-1.pdf"]
    for path, reason in zip(moved, ("first", "second"), strict=True):
        assert path.read_bytes() == reason.encode()
        assert reason in path.with_name(f"{path.name}.reason.txt").read_text()


def test_a_reason_left_without_its_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "failed").mkdir()
    orphan = drop(tmp_path / "failed", "1.pdf.reason.txt", b"old")
    assert move_to_failed(drop(tmp_path, "1.pdf"), "new").name == "1-1.pdf"
    assert orphan.read_bytes() == b"old"


def test_a_file_left_without_its_reason_gets_no_reason_of_another(tmp_path: Path) -> None:
    (tmp_path / "failed").mkdir()
    drop(tmp_path / "failed", "1.pdf", b"old")
    assert move_to_failed(drop(tmp_path, "1.pdf"), "new").name == "1-1.pdf"
    assert names(tmp_path / "failed") == ["1-1.pdf", "1-1.pdf.reason.txt", "1.pdf"]


def test_a_dangling_link_in_the_target_folder_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent" / "1.pdf").symlink_to(tmp_path / "victim")
    assert move_to_sent(drop(tmp_path, "1.pdf")).name == "1-1.pdf"
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("name", ["1.pdf", "1_FP-1.pdf", "1_FP.pdf", "1.PDF"])
def test_a_counted_name_put_back_by_mistake_is_no_receipts(tmp_path: Path, name: str) -> None:
    move_to_sent(drop(tmp_path, name))
    again = move_to_sent(drop(tmp_path, name))
    with pytest.raises(BadNameError):
        parse_name(again.name)


def test_a_link_is_moved_itself(tmp_path: Path) -> None:
    target = drop(tmp_path, ".target")
    (tmp_path / "1.pdf").symlink_to(target)
    moved = move_to_failed(tmp_path / "1.pdf", "it is a link")
    assert moved.is_symlink()
    assert target.exists()


def test_a_file_that_is_gone_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    for move in (move_to_sent, lambda path: move_to_failed(path, "bad")):
        with pytest.raises(OutboxError, match="cannot be moved"):
            move(tmp_path / "1.pdf")
    assert names(tmp_path / "sent") == []
    assert names(tmp_path / "failed") == []


def test_a_target_that_is_no_folder_is_told(tmp_path: Path) -> None:
    drop(tmp_path, "sent")
    with pytest.raises(OutboxError, match="cannot be moved"):
        move_to_sent(drop(tmp_path, "1.pdf"))
    assert (tmp_path / "1.pdf").exists()


@pytest.mark.parametrize("length", [200, 240, 251, 255])
def test_the_longest_names_find_room_for_count_and_reason(tmp_path: Path, length: int) -> None:
    name = f"1_{'ż' * length}"[:length].encode()[: length - 4].decode(errors="ignore") + ".pdf"
    moved = [move_to_failed(drop(tmp_path, name, content), "bad") for content in (b"1", b"2")]
    assert [path.read_bytes() for path in moved] == [b"1", b"2"]
    assert len(names(tmp_path / "failed")) == 4


NAMES = st.binary(min_size=1, max_size=255).filter(
    lambda name: not set(name) & {0, 0x2F} and name not in {b".", b"..", b"sent", b"failed"}
)


@PATIENT
@given(NAMES, st.text())
def test_every_name_can_be_moved_again_and_again(
    tmp_path_factory: pytest.TempPathFactory, name: bytes, reason: str
) -> None:
    folder = tmp_path_factory.mktemp("outbox")
    for content in (b"1", b"2"):
        path = drop(folder, os.fsdecode(name), content)
        assert move_to_failed(path, reason).read_bytes() == content
        path = drop(folder, os.fsdecode(name), content)
        assert move_to_sent(path).read_bytes() == content
    assert len(names(folder / "failed")) == 4
    assert len(names(folder / "sent")) == 2

"""Receipt files on their way to BaseLinker: copies of ours and files of others, each once, whatever comes between."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from support.journals import found

from bridge.courier import Courier, uploads
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
from bridge.courier.uploads import OutboxFolder, UploadJob
from bridge.journal import FileEntry, State
from simulators.baselinker.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.offices import Office

    from bridge.journal import Entry

PDF = b"%PDF-1.4\nreceipt\n%%EOF\n"
OTHER_PDF = b"%PDF-1.4\nanother receipt\n%%EOF\n"


@dataclass
class Sender:
    """A courier that uploads, with a folder for other programs' files; `restart` forgets all but the journal."""

    office: Office
    folder: Path
    drawn: list[int] = field(default_factory=list)
    on_draw: Callable[[Entry], None] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.restart()

    def restart(self) -> None:
        outbox = OutboxFolder(self.folder, settle_seconds=5.0, max_bytes=4096)
        job = UploadJob(self.office.desk, self.draw, outbox)
        self.office.courier = Courier(self.office.desk, self.office.budget, job)

    def draw(self, entry: Entry) -> bytes:
        if self.on_draw is not None:
            self.on_draw(entry)
        self.drawn.append(entry.receipt_id)
        return PDF + b"%d" % entry.receipt_id

    def drop(self, name: str, content: bytes = PDF) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def settle(self, looks: int = 4) -> None:
        """Let the folder be looked at until every file in it has settled, and the courier do what is due."""
        for _ in range(looks):
            self.office.clock.advance(3)
            self.office.work()

    def confirmed(self, series: int = 2) -> int:
        """Return a receipt that is printed and confirmed."""
        receipt = self.office.issue(series_id=series)
        self.office.work()
        self.office.clock.advance(10)
        self.office.work()
        self.office.printed(receipt)
        self.office.work()
        assert State.CONFIRMED is self.office.state(receipt)
        return receipt

    def uploads(self, receipt: int) -> list[str]:
        """Return the numbers that went with the uploads of a receipt that BaseLinker carried out."""
        calls = self.office.server.ledger.files(receipt)
        return [str(call.parameters.get("external_receipt_number", "")) for call in calls]

    def files(self, receipt: int) -> list[FileEntry]:
        return self.office.journal.files_of(receipt)

    def only(self, receipt: int) -> FileEntry:
        (file,) = self.files(receipt)
        return file

    def names(self, subfolder: str = "") -> list[str]:
        """Return the files in the folder, or in one of its subfolders."""
        place = self.folder / subfolder
        return sorted(path.name for path in place.iterdir() if path.is_file()) if place.exists() else []


@pytest.fixture
def sender(office: Office, tmp_path: Path) -> Sender:
    return Sender(office, tmp_path / "outbox")


# -- copies of ours ------------------------------------------------------------------------------------------------


def test_a_confirmed_receipt_of_a_series_with_copies_is_uploaded_with_its_number(sender: Sender) -> None:
    receipt = sender.confirmed(series=2)

    sender.office.work()

    assert ["W-17"] == sender.uploads(receipt)
    assert PDF + b"%d" % receipt == sender.office.stored(receipt).file
    assert ("copy", "sent") == (sender.only(receipt).kind, sender.only(receipt).state)


def test_a_series_without_copies_uploads_nothing(sender: Sender) -> None:
    receipt = sender.confirmed(series=1)

    sender.settle()

    assert [] == sender.uploads(receipt)
    assert [] == sender.files(receipt)


def test_a_copy_is_owed_over_a_restart_and_sent_once(sender: Sender) -> None:
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    receipt = sender.confirmed()
    for _ in range(3):
        sender.restart()
        sender.office.work(pauses=1)

    assert ["W-17"] == sender.uploads(receipt)
    assert "sent" == sender.only(receipt).state


@pytest.mark.parametrize(
    "fault",
    [
        Kind.RESET_AFTER,
        Kind.LOST_ANSWER,
        Kind.TRUNCATED,
        Kind.BAD_JSON,
        Kind.BAD_GATEWAY_AFTER,
        Kind.NO_STATUS,
    ],
)
def test_after_a_lost_answer_the_same_upload_is_repeated_until_one_is_answered(
    sender: Sender, fault: Kind
) -> None:
    sender.office.server.faults.script("addOrderReceiptFile", fault)
    receipt = sender.confirmed()

    sender.office.work(pauses=2)

    assert ["W-17", "W-17"] == sender.uploads(receipt)
    assert PDF + b"%d" % receipt == sender.office.stored(receipt).file
    assert "sent" == sender.only(receipt).state


def test_a_receipt_that_is_confirmed_twice_is_uploaded_once(sender: Sender) -> None:
    receipt = sender.confirmed()
    sender.office.work()
    sender.office.server.edit_receipt(receipt, listed=True)
    sender.office.clock.advance(700)

    sender.office.work(pauses=3)

    assert 2 == len(sender.office.server.ledger.confirmations(receipt))
    assert ["W-17"] == sender.uploads(receipt)


def test_a_copy_that_cannot_be_drawn_fails_alone_and_is_told_with_its_traceback(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_once(_entry: Entry) -> None:
        sender.on_draw = None
        raise ZeroDivisionError("a bug")

    sender.on_draw = fail_once
    first = sender.confirmed()
    second = sender.confirmed()

    sender.office.work(pauses=1)

    assert ("failed", "the copy could not be drawn: ZeroDivisionError: a bug") == (
        sender.only(first).state,
        sender.only(first).reason,
    )
    assert ([], ["W-17"]) == (sender.uploads(first), sender.uploads(second))
    assert "the program failed: a bug" in caplog.text


def test_a_copy_that_baselinker_refuses_is_given_up_after_some_tries_and_delays_nothing(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    other = sender.office.issue(series_id=2)
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    receipt = sender.confirmed()
    sender.office.server.remove_receipt(receipt)
    sender.office.printed(other)

    sender.office.work(pauses=2 * REFUSALS_BEFORE_HOLD)

    file = sender.only(receipt)
    assert ("failed", REFUSALS_BEFORE_HOLD) == (file.state, file.tries)
    assert "ERROR_RECEIPT_NOT_FOUND" in file.reason
    assert ["W-17"] == sender.uploads(other)
    told = [message for message in caplog.messages if "upload refused, it is tried again" in message]
    assert REFUSALS_BEFORE_HOLD - 1 == len(told)
    calls = [call for call in sender.office.server.ledger.requests if "addOrderReceiptFile" == call.method]
    assert 1 + REFUSALS_BEFORE_HOLD + 1 == len(calls)  # no answer, refused, and the other one


@pytest.mark.parametrize("fault", [Kind.TOO_MANY, Kind.UNAVAILABLE])
def test_a_block_only_delays_an_upload(sender: Sender, fault: Kind) -> None:
    sender.office.server.faults.script("addOrderReceiptFile", fault)
    receipt = sender.confirmed()

    sender.office.work(pauses=20)

    assert ["W-17"] == sender.uploads(receipt)
    assert 0 == sender.only(receipt).tries


# -- the outbox folder ---------------------------------------------------------------------------------------------


def test_a_dropped_file_is_uploaded_once_it_has_settled_and_moved_to_sent(sender: Sender) -> None:
    receipt = sender.office.issue()
    sender.drop(f"{receipt}_FP%2F17.pdf")
    sender.office.work()
    assert [] == sender.uploads(receipt)

    sender.settle()

    assert ["FP/17"] == sender.uploads(receipt)
    assert PDF == sender.office.stored(receipt).file
    assert ([], [f"{receipt}_FP%2F17.pdf"]) == (sender.names(), sender.names("sent"))
    assert ("outbox", "sent") == (sender.only(receipt).kind, sender.only(receipt).state)


def test_a_file_that_is_still_being_written_is_left_alone(sender: Sender) -> None:
    receipt = sender.office.issue()
    path = sender.drop(f"{receipt}.pdf", b"%PDF-1.4\n")
    with path.open("ab") as still_open:
        for _ in range(5):
            sender.settle(1)
            still_open.write(b"more\n")
            still_open.flush()
        assert [] == sender.uploads(receipt)
        still_open.write(b"%%EOF\n")

    sender.settle()

    assert [""] == sender.uploads(receipt)
    assert (sender.office.stored(receipt).file or b"").endswith(b"more\n%%EOF\n")


def test_a_file_without_a_number_brings_the_one_the_receipt_was_confirmed_with(sender: Sender) -> None:
    receipt = sender.confirmed(series=1)
    sender.drop(f"{receipt}.pdf")

    sender.settle()

    assert ["W-17"] == sender.uploads(receipt)


def test_a_file_that_waits_while_its_receipt_is_confirmed_is_one_file_with_its_new_number(
    sender: Sender,
) -> None:
    receipt = sender.office.issue()
    sender.office.work()
    sender.drop(f"{receipt}.pdf")
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    sender.settle(3)
    sender.office.printed(receipt)

    sender.settle()
    sender.office.work(pauses=2)

    assert ["W-17"] == sender.uploads(receipt)
    assert 1 == len(sender.files(receipt))
    assert [f"{receipt}.pdf"] == sender.names("sent")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("receipt.pdf", PDF, "the name is not RECEIPT_ID.pdf"),
        ("12_123456789012345678901.pdf", PDF, "has 21 characters; BaseLinker takes at most 20"),
        ("12.pdf", b"<html>not a pdf</html>", "it is not a PDF file"),
        ("13.pdf", PDF + b"\n" * 4096 + b"%%EOF", "at most 4 KiB are uploaded"),
    ],
)
def test_a_file_that_can_never_be_uploaded_is_moved_away_with_its_reason(
    sender: Sender, caplog: pytest.LogCaptureFixture, name: str, content: bytes, reason: str
) -> None:
    sender.drop(name, content)

    sender.settle()

    assert ([], [name, f"{name}.reason.txt"]) == (sender.names(), sender.names("failed"))
    assert reason in (sender.folder / "failed" / f"{name}.reason.txt").read_text(encoding="utf-8")
    (told,) = [message for message in caplog.messages if "moved to failed: " in message]
    assert reason in told
    assert () == sender.office.server.ledger.of("addOrderReceiptFile")


def test_a_file_that_baselinker_refuses_is_moved_to_failed_with_its_words(sender: Sender) -> None:
    sender.drop("999999.pdf")

    sender.settle()
    sender.office.work(pauses=REFUSALS_BEFORE_HOLD)

    assert ["999999.pdf", "999999.pdf.reason.txt"] == sender.names("failed")
    reason = (sender.folder / "failed" / "999999.pdf.reason.txt").read_text(encoding="utf-8")
    assert "ERROR_RECEIPT_NOT_FOUND" in reason
    assert "failed" == sender.only(999999).state


def test_a_refused_file_that_is_put_back_is_tried_again(sender: Sender) -> None:
    sender.drop("700001.pdf")
    sender.settle()
    sender.office.work(pauses=REFUSALS_BEFORE_HOLD)
    receipt = sender.office.issue()
    assert 700001 == receipt
    (sender.folder / "failed" / "700001.pdf").rename(sender.folder / "700001.pdf")

    sender.settle()

    assert [""] == sender.uploads(receipt)
    assert ("sent", 0) == (sender.only(receipt).state, sender.only(receipt).tries)
    assert ["700001.pdf"] == sender.names("sent")


def test_a_restart_between_the_upload_and_the_move_only_moves(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class KilledError(BaseException):
        """The process ends here."""

    def killed(_path: Path) -> Path:
        raise KilledError

    receipt = sender.confirmed(series=1)
    sender.drop(f"{receipt}.pdf")
    with monkeypatch.context() as patched, pytest.raises(KilledError):
        patched.setattr(uploads, "move_to_sent", killed)
        sender.settle()
    assert ([f"{receipt}.pdf"], ["W-17"]) == (sender.names(), sender.uploads(receipt))

    sender.restart()
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        sender.settle()

    assert ([], [f"{receipt}.pdf"]) == (sender.names(), sender.names("sent"))
    assert ["W-17"] == sender.uploads(receipt)
    assert "file was uploaded before, not sent again" in caplog.messages


def test_a_restart_before_the_move_sends_nothing_again_though_the_receipt_was_confirmed_since(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = sender.office.issue()
    sender.office.work()
    sender.drop(f"{receipt}.pdf")
    with monkeypatch.context() as patched:
        patched.setattr(uploads.UploadJob, "_file_away", lambda *_: None)
        sender.settle(3)
    assert [""] == sender.uploads(receipt)
    sender.office.printed(receipt)
    sender.office.work(pauses=1)

    sender.restart()
    sender.settle()

    assert [""] == sender.uploads(receipt)
    assert [f"{receipt}.pdf"] == sender.names("sent")


def test_the_same_file_dropped_again_is_not_sent_again_and_another_content_is(sender: Sender) -> None:
    receipt = sender.confirmed(series=1)
    for content in (PDF, PDF, OTHER_PDF):
        sender.drop(f"{receipt}.pdf", content)
        sender.settle()

    assert 2 == len(sender.uploads(receipt))
    assert OTHER_PDF == sender.office.stored(receipt).file
    assert 3 == len(sender.names("sent"))


def test_a_waiting_file_settles_again_after_a_restart_and_is_sent_once(sender: Sender) -> None:
    receipt = sender.confirmed(series=1)
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    sender.drop(f"{receipt}.pdf")
    sender.settle(3)
    assert "waiting" == sender.only(receipt).state

    sender.restart()
    sender.settle(6)

    assert ["W-17"] == sender.uploads(receipt)
    assert [f"{receipt}.pdf"] == sender.names("sent")


@pytest.mark.parametrize("restarted", [False, True])
def test_a_waiting_file_that_vanishes_is_told_and_sent_when_it_comes_back(
    sender: Sender, caplog: pytest.LogCaptureFixture, restarted: bool
) -> None:
    receipt = sender.confirmed(series=1)
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    path = sender.drop(f"{receipt}.pdf")
    sender.settle(3)
    assert "waiting" == sender.only(receipt).state
    path.unlink()
    if restarted:
        sender.restart()

    sender.office.work(pauses=1)
    assert "failed" == sender.only(receipt).state
    assert 1 == sum("file not uploaded: " in message for message in caplog.messages)

    sender.drop(path.name)
    sender.settle()
    assert ["W-17"] == sender.uploads(receipt)


def test_a_file_that_is_replaced_before_it_was_sent_is_sent_as_it_is_now(sender: Sender) -> None:
    receipt = sender.confirmed(series=1)
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    sender.drop(f"{receipt}.pdf")
    sender.settle(3)
    sender.drop(f"{receipt}.pdf", OTHER_PDF)

    sender.settle(6)

    assert ["W-17"] == sender.uploads(receipt)
    assert OTHER_PDF == sender.office.stored(receipt).file
    assert ["failed", "sent"] == sorted(file.state for file in sender.files(receipt))


def test_a_folder_that_is_missing_is_told_once_and_used_when_it_is_there(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = sender.confirmed(series=1)
    sender.folder.rmdir()
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        sender.settle()
        sender.folder.mkdir()
        sender.drop(f"{receipt}.pdf")
        sender.settle()

    assert 1 == sum("cannot be read (No such file or directory)" in message for message in caplog.messages)
    assert 1 == caplog.messages.count("the outbox folder can be used again")
    assert ["W-17"] == sender.uploads(receipt)


def test_a_file_that_cannot_be_moved_is_told_once_and_keeps_no_other_waiting(
    sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = sender.confirmed(series=1)
    (sender.folder / "failed").write_text("a file where a folder belongs")
    stuck = sender.drop("receipt.pdf")
    os.utime(stuck, (1, 1))
    sender.drop(f"{receipt}.pdf")

    sender.settle(6)

    assert ["W-17"] == sender.uploads(receipt)
    assert [f"{receipt}.pdf"] == sender.names("sent")
    assert 1 == sum("receipt.pdf cannot be moved" in message for message in caplog.messages)


def test_uploads_wait_for_everything_more_urgent(sender: Sender) -> None:
    second = sender.office.issue()
    sender.office.work()
    sender.office.server.faults.script("addOrderReceiptFile", Kind.RESET_BEFORE)
    first = sender.confirmed()
    sender.office.printed(second)
    sender.office.clock.advance(10)
    before = len(sender.office.server.ledger.requests)

    sender.office.work()

    order = [call.method for call in sender.office.server.ledger.requests[before:]]
    assert ["setOrderReceipt", "getNewReceipts", "addOrderReceiptFile"] == order[:3]
    assert ["W-17"] == sender.uploads(first)


def test_a_copy_of_a_receipt_keeps_the_number_it_was_confirmed_with(sender: Sender) -> None:
    receipt = sender.confirmed()
    entry = found(sender.office.journal, receipt)

    sender.office.work()

    assert [receipt] == sender.drawn
    assert (entry.digest, "W-17") == (sender.only(receipt).sha256, sender.only(receipt).number)

"""A folder as a technician finds it: a configuration, a token, and a journal with receipts in every state."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.journals import enter, found, intend

from bridge.decisions import decide
from bridge.journal import Event, Journal
from bridge.reasons import Decision
from drivers.contract import Proof

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "0000-0000-FAKE-TOKEN"
AT = 1_790_000_000
"""When everything in the journal happened: 2026-09-21 14:13:20 UTC."""

PRINTED, NIP, INTERRUPTED, REFUSED, WAITING, DROPPED, DISMISSED, HOSTILE = range(1001, 1009)
HOSTILE_TEXT = "\x1b[31mFV\x9b1\r\n999 forged"
LONG_REASON = (
    "nip: the buyer's NIP '526-104-08-2X' is not a valid Polish tax id, and the sentence goes on for so long "
    "that no terminal has room for it on one line"
)


@dataclass(frozen=True, slots=True)
class TechniciansDesk:
    """The folder and the configuration in it; nothing listens at its printers' addresses."""

    folder: Path
    config: Path

    def journal(self) -> Journal:
        return Journal(self.folder / "journal.sqlite", time.time)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def technicians_desk(
    folder: Path, *, language: str = "en", url: str = "http://127.0.0.1:1/"
) -> TechniciansDesk:
    """Make one, without a journal."""
    folder.mkdir(parents=True, exist_ok=True)
    token = folder / "api-token"
    token.touch(mode=0o600)
    token.write_text(f"{TOKEN}\n", encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(
        f'[baselinker]\nurl = "{url}"\ntoken_file = "api-token"\n'
        '[journal]\npath = "journal.sqlite"\n'
        f'[log]\nlanguage = "{language}"\n'
        '[[printers]]\nname = "till"\ndriver = "escpos"\naddress = "tcp://127.0.0.1:1"\nseries = [1]\n'
        '[[printers]]\nname = "bar"\ndriver = "escpos"\naddress = "tcp://127.0.0.1:2"\nseries = [4]\n',
        encoding="utf-8",
    )
    return TechniciansDesk(folder, config)


def fill(desk: TechniciansDesk) -> None:
    """Give it a journal with one receipt in every state a person may meet."""
    with Journal.create(desk.folder / "journal.sqlite", lambda: float(AT)) as journal:
        _print_and_confirm(journal)
        enter(journal, NIP, Event.HOLD, reason_code="nip_invalid", reason=LONG_REASON, series_id=1)
        intend(journal, enter(journal, INTERRUPTED))
        journal.hold(INTERRUPTED, "interrupted", "the bridge stopped while it was printed")
        enter(
            journal,
            REFUSED,
            Event.REFUSE,
            reason_code="bad_data",
            reason="products: the receipt has no lines",
        )
        enter(journal, WAITING)
        enter(journal, DROPPED)
        with journal.transaction():
            journal.move(
                found(journal, DROPPED), Event.UNLISTED, {}, {"reason": "BaseLinker no longer lists it"}
            )
        enter(journal, DISMISSED)
        decide(journal, DISMISSED, Decision.DISMISS, note="sold for cash")
        enter(
            journal, HOSTILE, Event.HOLD, number=HOSTILE_TEXT, reason_code="nip_invalid", reason=HOSTILE_TEXT
        )
        beat = {"ready": True, "receipt": None, "warnings": ["paper_near_end"]}
        journal.beat("printer:till", "run-1", beat)
        journal.beat("api", "run-1", {"state": "ok", "what": ""})
        journal.beat("poll", "run-1", {"monotonic": 1.0, "listed": 3})


def _print_and_confirm(journal: Journal) -> None:
    entry = enter(journal, PRINTED, series_id=1, order_id=77, number="12/9/2026/P")
    intend(journal, entry)
    proof = Proof("fence", number="W-17", printed_at=AT, details={"run": "run-1", "monotonic": 1.5})
    journal.printed(PRINTED, proof)
    journal.confirmed(found(journal, PRINTED), "W-17", owe_copy=True)

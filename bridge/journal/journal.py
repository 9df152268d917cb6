"""The journal: the only memory. What is not written here did not happen.

Every method that changes a receipt is one transaction: the new state, its history line, one fsync. Each thread and
each process opens a Journal of its own; they meet in the file.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bridge.journal.alerts import AlertRecords
from bridge.journal.database import Database, create_or_migrate, make_sure_it_is_ready
from bridge.journal.entry import Beat, Change, Entry
from bridge.journal.errands import ErrandRecords
from bridge.journal.errors import JournalBusyError, JournalError, JournalFullError
from bridge.journal.files import LONGEST_PAUSE, FileRecords
from bridge.journal.guard import GuardRecords
from bridge.journal.overview import Overview
from bridge.journal.states import IS_OPEN, OPEN_STATES, Event, State, next_state
from bridge.journal.tally import Tally
from drivers.contract import MayBePrinted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Self

    from drivers.contract import Mark, Plan, Proof

_IS_OPEN = IS_OPEN


class ChangedMeanwhileError(Exception):
    """The receipt is not what it was when the plan was made; nothing was written and nothing may be printed."""


class Journal(FileRecords):
    """One open journal. `now` is the system clock in unix seconds; it only stamps what people read."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        super().__init__(Database(path), now)
        self.path = path
        self.errands = ErrandRecords(self._database, now)
        self.guard = GuardRecords(self._database, now)
        self.alerts = AlertRecords(self._database, now)
        self.overview = Overview(self._database)
        self.tally = Tally(self._database)
        self._beats = Database(path, durable=False)

    @classmethod
    def create(cls, path: Path, now: Callable[[], float]) -> Self:
        """Create, check or migrate the file, then open it. Raises JournalError; never overwrites a file."""
        create_or_migrate(path)
        return cls(path, now)

    @classmethod
    def existing(cls, path: Path, now: Callable[[], float]) -> Self:
        """Open the journal that a daemon keeps, for a command. Raises JournalError; creates and migrates nothing."""
        if not path.exists():
            raise JournalError(
                f"there is no journal at {path} yet",
                cure="The daemon makes it at its first start: systemctl start receipt-bridge",
            )
        make_sure_it_is_ready(path)
        return cls(path, now)

    def close(self) -> None:
        """Close both connections."""
        self._beats.close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Join several moves into one durable step (a poll)."""
        return self._database.transaction()

    def full_check(self) -> None:
        """Read the whole file. Raises JournalDamagedError. Takes as long as the disk needs."""
        self._database.full_check()

    # -- reading ---------------------------------------------------------------------------------------------

    def get(self, receipt_id: int) -> Entry | None:
        """Return one receipt, or None when the journal has never seen it."""
        row = self._database.row("SELECT * FROM receipts WHERE receipt_id = ?", (receipt_id,))
        return None if row is None else Entry.from_row(row)

    def history(self, receipt_id: int) -> list[Change]:
        """Return a receipt's whole history, oldest first."""
        return [
            Change.from_row(row)
            for row in self._database.rows(
                "SELECT * FROM history WHERE receipt_id = ? ORDER BY entry_id", (receipt_id,)
            )
        ]

    def open_receipts(self) -> list[Entry]:
        """Return every receipt for which something is still owed. Cost: their number, not the file's size."""
        rows = self._database.rows(f"SELECT * FROM receipts WHERE {_IS_OPEN} ORDER BY receipt_id")
        return [Entry.from_row(row) for row in rows]

    def in_state(self, *states: State, printer: str | None = None) -> list[Entry]:
        """Return the open receipts in these states, oldest first, of one printer or of all."""
        return list(self._open(states, printer))

    def receipts(self, states: Collection[State] = (), limit: int = 100) -> list[Entry]:
        """Return receipts for people, newest first, in any state or in those named."""
        marks = ", ".join("?" * len(states))
        is_open = f"{_IS_OPEN} AND " if set(states) <= set(OPEN_STATES) else ""
        where = f"WHERE {is_open}state IN ({marks})" if states else ""
        rows = self._database.rows(
            f"SELECT * FROM receipts {where} ORDER BY receipt_id DESC LIMIT ?", (*states, limit)
        )
        return [Entry.from_row(row) for row in rows]

    def printed_between(self, begin: int, end: int) -> list[Entry]:
        """Return the receipts printed from `begin` to before `end`, unix seconds of the devices, oldest first.

        Cost: their number, not the file's size.
        """
        rows = self._database.rows(
            "SELECT * FROM receipts WHERE printed_at IS NOT NULL AND printed_at >= ? AND printed_at < ? "
            "ORDER BY printed_at, receipt_id",
            (begin, end),
        )
        return [Entry.from_row(row) for row in rows]

    def next_waiting(self, printer: str, *, checked: bool) -> Entry | None:
        """Return the oldest receipt that waits for this printer (only compared ones where `checked`), or None."""
        compared = "AND checked = digest" if checked else ""
        row = self._database.row(
            f"SELECT * FROM receipts WHERE {_IS_OPEN} AND state = 'waiting' AND printer = ? {compared} "
            "ORDER BY receipt_id LIMIT 1",
            (printer,),
        )
        return None if row is None else Entry.from_row(row)

    def due(self, state: State) -> list[Entry]:
        """Return the open receipts in a state whose next try is due, oldest first."""
        now = int(self._now())
        return [
            entry
            for entry in self._open((state,), None)
            if entry.next_try <= now or entry.next_try > now + LONGEST_PAUSE
        ]

    def _open(self, states: Sequence[State], printer: str | None) -> Iterator[Entry]:
        for state in states:
            for row in self._database.rows(
                f"SELECT * FROM receipts WHERE {_IS_OPEN} AND state = ? ORDER BY receipt_id", (state,)
            ):
                if printer is None or row["printer"] == printer:
                    yield Entry.from_row(row)

    # -- the moves -------------------------------------------------------------------------------------------

    def enter(
        self, receipt_id: int, event: Event, values: Mapping[str, Any], detail: Mapping[str, Any]
    ) -> State:
        """Write a receipt the journal has never seen; return its state. To be called inside `transaction`."""
        state = next_state(receipt_id, None, event)
        now = int(self._now())
        row = {**values, "receipt_id": receipt_id, "state": state, "first_seen": now, "changed": now}
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        self._database.run(f"INSERT INTO receipts ({names}) VALUES ({marks})", row)
        self._remember(receipt_id, event, state, detail)
        return state

    def move(
        self,
        entry: Entry,
        event: Event,
        values: Mapping[str, Any] | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> State:
        """Move a receipt as the table allows. To be called inside `transaction`. Raises IllegalMoveError."""
        state = next_state(entry.receipt_id, entry.state, event)
        row = {**(values or {}), "state": state, "changed": int(self._now())}
        names = ", ".join(f"{name} = :{name}" for name in row)
        self._database.run(
            f"UPDATE receipts SET {names} WHERE receipt_id = :receipt_id",
            {**row, "receipt_id": entry.receipt_id},
        )
        self._remember(entry.receipt_id, event, state, detail or {})
        return state

    def note(self, receipt_id: int, values: Mapping[str, Any]) -> None:
        """Change columns that are no part of the life of a receipt (tries, check). Its own durable step."""
        names = ", ".join(f"{name} = :{name}" for name in values)
        self._database.run(
            f"UPDATE receipts SET {names} WHERE receipt_id = :receipt_id",
            {**values, "receipt_id": receipt_id},
        )

    def _remember(self, receipt_id: int, event: Event, state: State, detail: Mapping[str, Any]) -> None:
        self._database.run(
            "INSERT INTO history (receipt_id, at, event, state, detail) VALUES (?, ?, ?, ?, ?)",
            (receipt_id, int(self._now()), event, state, json.dumps(detail, ensure_ascii=False)),
        )

    def _current(self, receipt_id: int) -> Entry:
        entry = self.get(receipt_id)
        if entry is None:
            raise ChangedMeanwhileError(f"receipt {receipt_id} is not in the journal")
        return entry

    def intend(self, entry: Entry, plan: Plan, mark: Mark) -> None:
        """Write "I am about to print this plan, from this mark". Durable on return; only then may a byte go out.

        Raises ChangedMeanwhileError when the receipt was edited, dropped or taken since `entry` was read, and
        JournalFullError when the disk has no room for the rest of its life.
        """
        self._database.make_sure_of_room()
        with self.transaction():
            current = self._current(entry.receipt_id)
            if (current.state, current.digest, current.printer) != (
                State.WAITING,
                entry.digest,
                entry.printer,
            ):
                raise ChangedMeanwhileError(
                    f"receipt {entry.receipt_id} is not as it was when it was planned"
                )
            self.move(
                current,
                Event.INTEND,
                {
                    "plan": json.dumps(plan.to_json(), ensure_ascii=False),
                    "mark": json.dumps(mark.to_json(), ensure_ascii=False),
                    "may_be_printed": MayBePrinted.UNKNOWN,
                    "copies": current.copies + plan.copy,
                    "reason_code": "",
                    "reason": "",
                },
                {
                    "printer": entry.printer,
                    "total": plan.receipt.total,
                    "copy": plan.copy,
                    "device": mark.device,
                },
            )

    def remember(self, receipt_id: int, facts: Mapping[str, Any]) -> None:
        """Add facts to the mark of the receipt that is being printed. Durable on return."""
        with self.transaction():
            entry = self._current(receipt_id)
            if entry.mark is None or entry.state is not State.INTENT:
                raise ChangedMeanwhileError(f"receipt {receipt_id} is not being printed")
            mark = replace(entry.mark, values={**entry.mark.values, **facts})
            self.note(receipt_id, {"mark": json.dumps(mark.to_json(), ensure_ascii=False)})

    def printed(self, receipt_id: int, proof: Proof) -> None:
        """Write the device's proof: from now on only the confirmation is owed."""
        with self.transaction():
            self.move(self._current(receipt_id), Event.PROVE, self.proven(proof), proof.to_json())

    def proven(self, proof: Proof) -> dict[str, Any]:
        """Return the columns that a proof fills."""
        return {
            "proof": json.dumps(proof.to_json(), ensure_ascii=False),
            "printed_at": int(self._now()) if proof.printed_at is None else proof.printed_at,
            "may_be_printed": MayBePrinted.YES,
            "tries": 0,
            "next_try": 0,
        }

    def not_printed(self, receipt_id: int, reason: str) -> None:
        """Write the device's own word that nothing was printed: the receipt waits again."""
        with self.transaction():
            self._not_printed(receipt_id, reason)

    def refused_by_device(self, receipt_id: int, code: str, reason: str) -> None:
        """Write, in one step, the device's word that nothing was printed and that it refuses the receipt's data."""
        with self.transaction():
            self._not_printed(receipt_id, reason)
            self._move_for(self._current(receipt_id), Event.REFUSE, code, reason)

    def _not_printed(self, receipt_id: int, reason: str) -> None:
        entry = self._current(receipt_id)
        # A receipt whose earlier try may be on paper stays suspect: this word is about the last try only.
        suspect = MayBePrinted.UNKNOWN if entry.copies else MayBePrinted.NO
        self.move(entry, Event.NOT_PRINTED, {"may_be_printed": suspect}, {"reason": reason})

    def reprint(self, receipt_id: int, reason: str) -> None:
        """Let a receipt that may be printed wait again, for a marked copy."""
        with self.transaction():
            self.move(self._current(receipt_id), Event.REPRINT, {}, {"reason": reason})

    def hold(self, receipt_id: int, code: str, reason: str) -> None:
        """Make a receipt wait for a person."""
        with self.transaction():
            self.move(
                self._current(receipt_id),
                Event.HOLD,
                {"reason_code": code, "reason": reason},
                {"code": code, "reason": reason},
            )

    def refuse(self, entry: Entry, code: str, reason: str) -> None:
        """Write that a waiting receipt can never be printed as it is. Raises ChangedMeanwhileError."""
        self._judge(entry, Event.REFUSE, code, reason)

    def hold_waiting(self, entry: Entry, code: str, reason: str) -> None:
        """Make a waiting receipt wait for a person. Raises ChangedMeanwhileError."""
        self._judge(entry, Event.HOLD, code, reason)

    def _judge(self, entry: Entry, event: Event, code: str, reason: str) -> None:
        """Move a waiting receipt, unless it was edited or moved since `entry` was read: then that counts."""
        with self.transaction():
            current = self._current(entry.receipt_id)
            if current.digest != entry.digest or current.state is not State.WAITING:
                raise ChangedMeanwhileError(f"receipt {entry.receipt_id} was edited or moved meanwhile")
            self._move_for(current, event, code, reason)

    def _move_for(self, entry: Entry, event: Event, code: str, reason: str) -> None:
        """Move a receipt for a reason that people read."""
        why = {"code": code, "reason": reason}
        self.move(entry, event, {"reason_code": code, "reason": reason, "tries": 0, "next_try": 0}, why)

    def compared(self, entry: Entry, currency: str, edocument_id: str = "") -> None:
        """Write that this content agrees with what else BaseLinker tells of it, and what that was."""
        self._database.run(
            "UPDATE receipts SET checked = digest, currency = ?, edocument_id = ?, tries = 0, next_try = 0 "
            "WHERE receipt_id = ? AND digest = ?",
            (currency, edocument_id, entry.receipt_id, entry.digest),
        )

    def confirmed(self, entry: Entry, number: str, how: str = "", *, owe_copy: bool = False) -> None:
        """Write that BaseLinker has the number, and in the same step that it is owed a PDF copy."""
        detail = {"number": number} | ({"how": how} if how else {})
        with self.transaction():
            self._settle(entry.receipt_id, Event.CONFIRM, detail)
            if owe_copy:
                self.add_file(entry.receipt_id, "copy", f"{entry.receipt_id}.pdf", number, entry.digest)

    def reported(self, entry: Entry, detail: Mapping[str, Any]) -> None:
        """Write that BaseLinker knows it cannot be printed. Raises IllegalMoveError if a person decided meanwhile."""
        with self.transaction():
            self._settle(entry.receipt_id, Event.REPORT, detail)

    def _settle(self, receipt_id: int, event: Event, detail: Mapping[str, Any]) -> None:
        # The plan has served: content and proof say everything that may be asked later.
        self.move(self._current(receipt_id), event, {"plan": None, "tries": 0, "next_try": 0}, detail)

    def postpone(self, entry: Entry, seconds: float) -> None:
        """Set the next try without counting this one: no answer came, so nothing was refused."""
        self.note(entry.receipt_id, {"next_try": int(self._now() + seconds)})

    def try_later(self, entry: Entry, seconds: float) -> int:
        """Count a failed try and set the next one; return how many have failed."""
        tries = entry.tries + 1
        self.note(entry.receipt_id, {"tries": tries, "next_try": int(self._now() + seconds)})
        return tries

    # -- devices and beats -----------------------------------------------------------------------------------

    def device(self, printer: str) -> str | None:
        """Return the device id agreed for a printer, None when none was ever seen."""
        row = self._database.row("SELECT device FROM devices WHERE printer = ?", (printer,))
        return None if row is None else str(row["device"])

    def agree_device(self, printer: str, device: str) -> None:
        """Write which physical device a printer is from now on."""
        self._database.run(
            "INSERT INTO devices (printer, device, at) VALUES (?, ?, ?) "
            "ON CONFLICT (printer) DO UPDATE SET device = excluded.device, at = excluded.at",
            (printer, device, int(self._now())),
        )

    def forget_device(self, printer: str) -> None:
        """Let the device that answers next be agreed."""
        self._database.run("DELETE FROM devices WHERE printer = ?", (printer,))

    def beat(self, name: str, run: str, detail: Mapping[str, Any]) -> None:
        """Say that a part of the daemon is alive. Not durable, and on a full disk not said: nothing rests on it."""
        with suppress(JournalFullError, JournalBusyError):
            self._beats.run(
                "INSERT INTO beats (name, run, at, detail) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET run = excluded.run, at = excluded.at, detail = excluded.detail",
                (name, run, int(self._now()), json.dumps(detail, ensure_ascii=False)),
            )

    def beats(self) -> dict[str, Beat]:
        """Return the last beat of every part, by name."""
        return {row["name"]: Beat.from_row(row) for row in self._database.rows("SELECT * FROM beats")}

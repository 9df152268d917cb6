"""The journal's tables, as named forward migrations: a step and its record are one transaction.

    receipts   the current state of every receipt, one row each
    history    every change, append-only, written in the same transaction
    files      receipt files to upload, and those uploaded
    errands    what a person asked of a printer beside receipts: reports, copies
    devices    which physical device each printer was last agreed to be
    guard      whose the journal is, and whether it may be believed
    beats      when each part of the daemon was last alive, for `status` (not durable on purpose)
    alerts     what people were told of, by which way, until they were told that it is over

Times are unix seconds of the system clock and only inform people; no decision of printing rests on them.
A change of the tables is a new entry at the end of MIGRATIONS, never an edit of an old one.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.journal.states import OPEN_STATES

# "RCPT" in the header of the file tells a journal from any other SQLite database.
APPLICATION_ID = 0x52435054

_OPEN = ", ".join(f"'{state}'" for state in OPEN_STATES)


@dataclass(frozen=True, slots=True)
class Migration:
    """One named step forward."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "receipts, history, files, devices and beats",
        (
            """
            CREATE TABLE receipts (
                receipt_id     INTEGER PRIMARY KEY,
                state          TEXT NOT NULL,
                may_be_printed TEXT NOT NULL DEFAULT 'no',
                series_id      INTEGER,
                order_id       INTEGER,
                number         TEXT NOT NULL DEFAULT '',
                printer        TEXT NOT NULL DEFAULT '',
                content        TEXT NOT NULL,
                digest         TEXT NOT NULL,
                checked        TEXT NOT NULL DEFAULT '',
                currency       TEXT NOT NULL DEFAULT '',
                approved       TEXT NOT NULL DEFAULT '[]',
                reason_code    TEXT NOT NULL DEFAULT '',
                reason         TEXT NOT NULL DEFAULT '',
                copies         INTEGER NOT NULL DEFAULT 0,
                plan           TEXT,
                mark           TEXT,
                proof          TEXT,
                printed_at     INTEGER,
                tries          INTEGER NOT NULL DEFAULT 0,
                next_try       INTEGER NOT NULL DEFAULT 0,
                first_seen     INTEGER NOT NULL,
                changed        INTEGER NOT NULL
            ) STRICT
            """,
            f"""
            CREATE INDEX open_receipts ON receipts (state, printer, receipt_id) WHERE state IN ({_OPEN})
            """,
            """
            CREATE TABLE history (
                entry_id   INTEGER PRIMARY KEY AUTOINCREMENT,
                receipt_id INTEGER NOT NULL,
                at         INTEGER NOT NULL,
                event      TEXT NOT NULL,
                state      TEXT NOT NULL,
                detail     TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX history_of_receipt ON history (receipt_id, entry_id)",
            """
            CREATE TRIGGER history_is_never_edited BEFORE UPDATE ON history
            BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
            """,
            """
            CREATE TRIGGER history_is_never_erased BEFORE DELETE ON history
            BEGIN SELECT RAISE(ABORT, 'history is append-only'); END
            """,
            """
            CREATE TABLE files (
                file_id    INTEGER PRIMARY KEY,
                receipt_id INTEGER NOT NULL,
                kind       TEXT NOT NULL,
                name       TEXT NOT NULL,
                number     TEXT NOT NULL,
                sha256     TEXT NOT NULL,
                state      TEXT NOT NULL,
                reason     TEXT NOT NULL DEFAULT '',
                tries      INTEGER NOT NULL DEFAULT 0,
                next_try   INTEGER NOT NULL DEFAULT 0,
                at         INTEGER NOT NULL,
                UNIQUE (receipt_id, kind, sha256, number)
            ) STRICT
            """,
            "CREATE INDEX waiting_files ON files (file_id) WHERE state = 'waiting'",
            """
            CREATE TABLE devices (
                printer TEXT PRIMARY KEY,
                device  TEXT NOT NULL,
                at      INTEGER NOT NULL
            ) STRICT
            """,
            """
            CREATE TABLE beats (
                name   TEXT PRIMARY KEY,
                run    TEXT NOT NULL,
                at     INTEGER NOT NULL,
                detail TEXT NOT NULL
            ) STRICT
            """,
        ),
    ),
    Migration(
        "errands",
        (
            """
            CREATE TABLE errands (
                errand_id INTEGER PRIMARY KEY,
                printer   TEXT NOT NULL,
                kind      TEXT NOT NULL,
                detail    TEXT NOT NULL,
                state     TEXT NOT NULL,
                result    TEXT NOT NULL DEFAULT '{}',
                at        INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX open_errands ON errands (printer, errand_id) WHERE state IN ('waiting', 'begun')",
        ),
    ),
    Migration(
        "identifiers for electronic receipts",
        ("ALTER TABLE receipts ADD COLUMN edocument_id TEXT NOT NULL DEFAULT ''",),
    ),
    Migration(
        "alerts",
        (
            """
            CREATE TABLE alerts (
                key       TEXT NOT NULL,
                way       TEXT NOT NULL,
                code      TEXT NOT NULL,
                about     TEXT NOT NULL,
                errand_id INTEGER NOT NULL DEFAULT 0,
                at        INTEGER NOT NULL,
                PRIMARY KEY (key, way)
            ) STRICT
            """,
        ),
    ),
    Migration(
        "guard",
        (
            """
            CREATE TABLE guard (
                key   TEXT PRIMARY KEY,
                value TEXT NOT NULL,
                at    INTEGER NOT NULL
            ) STRICT
            """,
        ),
    ),
    Migration(
        "receipts by the time they were printed",
        ("CREATE INDEX printed_receipts ON receipts (printed_at, receipt_id) WHERE printed_at IS NOT NULL",),
    ),
)

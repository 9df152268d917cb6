"""One receipt as the journal has it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from bridge.journal.states import Event, State
from drivers.contract import Mark, MayBePrinted, Plan, Proof

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of `receipts`: content is the canonical JSON text of what BaseLinker listed, digest its fingerprint.

    `checked` is the digest for which total and currency were compared with getReceipt; `approved` the reason
    codes a person has accepted for this content; `copies` how often it was printed again under a COPY banner;
    `edocument_id` what the buyer asked for an electronic receipt with, as the order told when it was checked.
    """

    receipt_id: int
    state: State
    may_be_printed: MayBePrinted
    series_id: int | None
    order_id: int | None
    number: str
    printer: str
    content: str
    digest: str
    checked: str
    currency: str
    approved: frozenset[str]
    reason_code: str
    reason: str
    copies: int
    plan: Plan | None
    mark: Mark | None
    proof: Proof | None
    printed_at: int | None
    tries: int
    next_try: int
    first_seen: int
    changed: int
    edocument_id: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the entry of a row of `receipts`."""
        return cls(
            receipt_id=row["receipt_id"],
            state=State(row["state"]),
            may_be_printed=MayBePrinted(row["may_be_printed"]),
            series_id=row["series_id"],
            order_id=row["order_id"],
            number=row["number"],
            printer=row["printer"],
            content=row["content"],
            digest=row["digest"],
            checked=row["checked"],
            currency=row["currency"],
            approved=frozenset(json.loads(row["approved"])),
            reason_code=row["reason_code"],
            reason=row["reason"],
            copies=row["copies"],
            plan=None if row["plan"] is None else Plan.from_json(json.loads(row["plan"])),
            mark=None if row["mark"] is None else Mark.from_json(json.loads(row["mark"])),
            proof=None if row["proof"] is None else Proof.from_json(json.loads(row["proof"])),
            printed_at=row["printed_at"],
            tries=row["tries"],
            next_try=row["next_try"],
            first_seen=row["first_seen"],
            changed=row["changed"],
            edocument_id=row["edocument_id"],
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a receipt's history: `at` in unix seconds of the system clock."""

    at: int
    event: Event
    state: State
    detail: Mapping[str, Any]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the change of a row of `history`."""
        return cls(
            at=row["at"],
            event=Event(row["event"]),
            state=State(row["state"]),
            detail=json.loads(row["detail"]),
        )


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A receipt file: `kind` is `copy` (rendered by us) or `outbox` (dropped by an ERP, `name` in its folder)."""

    file_id: int
    receipt_id: int
    kind: str
    name: str
    number: str
    sha256: str
    state: str
    reason: str
    tries: int

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the file of a row of `files`."""
        return cls(**{column.name: row[column.name] for column in fields(cls)})


@dataclass(frozen=True, slots=True)
class Beat:
    """When a part of the daemon was last alive, and what it said."""

    name: str
    run: str
    at: int
    detail: Mapping[str, Any]

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the beat of a row of `beats`."""
        return cls(name=row["name"], run=row["run"], at=row["at"], detail=json.loads(row["detail"]))

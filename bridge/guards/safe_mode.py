"""May this journal be believed? If not: safe mode.

A daemon on the copy of a card, on an old backup or before another BaseLinker has a journal that does not say what was
printed. In safe mode it polls and shows, and nothing else: no receipt enters or leaves the journal, nothing is printed,
nothing is confirmed, reported or uploaded. `receipt-bridge accept --journal` ends it: what was waiting is held, and so
is whatever the first list after it shows, because a former life of this journal may have printed it.

What stays until a person accepts: `restored`, `older_copy`. What ends by itself when the card is back in its machine
or the configuration is mended: `other_machine`, `other_baselinker` - nothing has been written meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from bridge.guards.epoch import EpochKeeper, epoch_file, read_epoch
from bridge.guards.machine import Identity
from bridge.journal import Event, State
from bridge.journal.guard import BINDING, CATCHING_UP, SAFE_MODE, UNPOLLED
from drivers.contract import MayBePrinted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bridge.journal import Entry, Journal

TODO = (
    "Make sure that no other machine works for this account and that the configuration is right; "
    "then: receipt-bridge accept --journal"
)
TODO_PL = (
    "Upewnij się, że żadne inne urządzenie nie obsługuje tego konta i że konfiguracja jest właściwa; "
    "potem: receipt-bridge accept --journal"
)

_HELD = "it may have been printed by the machine or the journal that was here before"


class Cause(StrEnum):
    """Why a journal is not believed."""

    RESTORED = "restored"
    OLDER_COPY = "older_copy"
    OTHER_MACHINE = "other_machine"
    OTHER_BASELINKER = "other_baselinker"


WORDS: dict[Cause, tuple[str, str]] = {
    Cause.RESTORED: (
        "the journal comes from a backup",
        "dziennik pochodzi z kopii zapasowej",
    ),
    Cause.OLDER_COPY: (
        "the journal knows less than the one that was here before: it is an old copy, or the file was lost",
        "dziennik wie mniej niż ten, który był tu wcześniej: to stara kopia albo plik zaginął",
    ),
    Cause.OTHER_MACHINE: (
        "the journal belongs to another machine: this is a copy of its card, or its card itself",
        "dziennik należy do innego urządzenia: to kopia jego karty albo sama ta karta",
    ),
    Cause.OTHER_BASELINKER: (
        "the journal has served a BaseLinker at another address",
        "dziennik obsługiwał BaseLinkera pod innym adresem",
    ),
}

_LASTING = frozenset({Cause.RESTORED, Cause.OLDER_COPY})


class NothingToAcceptError(Exception):
    """The journal is not in safe mode; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Whose a journal is: the machine, and the host of BaseLinker. A port, a path or a token may change."""

    machine: Identity
    host: str

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"machine": self.machine.to_json(), "host": self.host}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` made."""
        return cls(Identity.from_json(data["machine"]), data["host"])


@dataclass(frozen=True, slots=True)
class SafeMode:
    """Why nothing is printed now; never without a cause."""

    causes: tuple[Cause, ...]

    def words(self, language: str) -> tuple[str, str]:
        """Return why, and what to do, in `pl` or else in English."""
        polish = language == "pl"
        why = "; ".join(WORDS[cause][polish] for cause in self.causes)
        return why, TODO_PL if polish else TODO


def safe_mode_of(journal: Journal) -> SafeMode | None:
    """Return why this journal prints nothing, None when it is believed; as the daemon's last start found it."""
    found = journal.guard.read(SAFE_MODE)
    return None if found is None else SafeMode(tuple(Cause(code) for code in found["causes"]))


def examine(journal: Journal, machine: Identity, url: str) -> SafeMode | None:
    """Find out, at the daemon's start, whether the journal may be believed, and write it down durably.

    A journal that has no owner yet is bound to this machine and the host of `url`. A start that changes nothing writes
    nothing to the journal.
    """
    guard = journal.guard
    here = Binding(machine, urlsplit(url).hostname or "")
    causes = _causes(journal, here)
    if causes:
        guard.write(SAFE_MODE, {"causes": causes, "found": here.to_json()})
        return SafeMode(causes)
    # In this order: a bound journal without an epoch is taken for a copy.
    if EpochKeeper(journal).keep() and guard.read(BINDING) != here.to_json():
        guard.write(BINDING, here.to_json())
    if guard.read(SAFE_MODE) is not None:
        guard.forget(SAFE_MODE)
    return None


def _causes(journal: Journal, here: Binding) -> tuple[Cause, ...]:
    standing = safe_mode_of(journal)
    found: set[Cause] = set() if standing is None else set(_LASTING.intersection(standing.causes))
    written = journal.guard.read(BINDING)
    bound = None if written is None else Binding.from_json(written)
    if bound is not None and not bound.machine.is_same(here.machine):
        found.add(Cause.OTHER_MACHINE)
    if bound is not None and bound.host != here.host:
        found.add(Cause.OTHER_BASELINKER)
    # A restored or just accepted journal is older than the epoch, as a person knows.
    known = found & _LASTING or journal.guard.read(CATCHING_UP) is not None
    if not known and _is_behind(journal, bound=bound is not None):
        found.add(Cause.OLDER_COPY)
    return tuple(cause for cause in Cause if cause in found)


def _is_behind(journal: Journal, *, bound: bool) -> bool:
    epoch = read_epoch(epoch_file(journal.path))
    return bound if epoch is None else journal.guard.last_line() < epoch


def mark_restored(journal: Journal, made_at: int) -> None:
    """Put a journal that came out of a backup made at `made_at` (unix seconds) into safe mode."""
    guard = journal.guard
    with journal.transaction():
        for key in (UNPOLLED, CATCHING_UP):
            guard.forget(key)
        guard.write(SAFE_MODE, {"causes": [Cause.RESTORED], "made_at": made_at})


def accept(journal: Journal) -> list[int]:
    """Carry out a person's word that this journal may be believed; return the receipts held from now on.

    One durable step. A receipt that was being printed is left to its station: the device's word settles it. Raises
    NothingToAcceptError.
    """
    guard = journal.guard
    with journal.transaction():
        standing = guard.read(SAFE_MODE)
        if standing is None:
            raise NothingToAcceptError("the journal is not in safe mode; there is nothing to accept")
        held = [entry.receipt_id for entry in _doubtful(journal, standing["causes"]) if _held(journal, entry)]
        if "found" in standing:
            guard.write(BINDING, standing["found"])
        guard.forget(SAFE_MODE)
        for key in (UNPOLLED, CATCHING_UP):
            guard.write(key, {"causes": standing["causes"]})
    return held


def _doubtful(journal: Journal, causes: Iterable[str]) -> Iterable[Entry]:
    states = [State.WAITING, State.HELD]
    if Cause.OTHER_BASELINKER in causes:
        # What one BaseLinker is owed is not told to another by itself.
        states.append(State.PRINTED)
    return journal.in_state(*states)


def _held(journal: Journal, entry: Entry) -> bool:
    looked_at = entry.may_be_printed is not MayBePrinted.NO or entry.reason_code == "restored"
    if entry.state is State.HELD and looked_at:
        return False  # it waits for a person already, who looks at the paper
    reason = f"{_HELD}; {entry.reason}" if entry.reason else _HELD
    why = {"code": "restored", "reason": reason}
    journal.move(entry, Event.HOLD, {"reason_code": "restored", "reason": reason}, why)
    return True

"""What a printer tells of its own upkeep, and what of it somebody should know in good time.

    question            fields     what                  warned of
    nextmaintenanceget  da         inspection            14 days before, as the printer does itself
    authstateget        il         authorised days       14 left; error 480 means for ever
    subgettime          wt lt      subscription          from the printer's own day of warning, `wt`
    sfsk                rd cl vt   fiscal memory         60 daily reports, 10 clearings, 2 changes of rates left
    ecmedinfoget        sf ca      protected memory      a tenth free
    certinfoget         ok da      certificates          30 days before; when the printer has none of its own

Sources: posnet.md 7.1 and 7.2; for the last two, and for what the fiscal memory holds, the maker's specification of
ONLINE models (POT-I-DEV-37, pages 87, 120 and 220). What the firmware does not tell, or tells unreadably, is None, and
nothing is said of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from drivers.posnet.readings import UnreadableAnswerError, optional_whole, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.posnet.frames import Answer
    from drivers.posnet.session import Session

SOON, CERTIFICATE_SOON = timedelta(days=14), timedelta(days=30)
FEW_DAYS = 14
LEAST_FREE = 10
"""Percent of the protected memory."""
ROOM = {"rd": (1830, 60), "cl": (200, 10), "vt": (30, 2)}
"""By the field of `sfsk`: how many records it holds, and how few left are few. With more used, it holds more."""

_OWN = "device"
_CERTIFICATES = (_OWN, "JSON", "Azure", "CPD TLS", "CPD JSON", "producer", "CPD")
"""In the order of `certinfoget id`."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What a printer told on one day.

    `used` counts the records of its fiscal memory by the field of `sfsk`; `free` is percent of the protected memory;
    `certificates` have their last day, None where there is no valid one.
    """

    inspection: date | None = None
    authorised_days: int | None = None
    subscription_warns: date | None = None
    subscription_ends: date | None = None
    used: tuple[tuple[str, int], ...] = ()
    free: int | None = None
    certificates: tuple[tuple[str, date | None], ...] = ()

    def codes(self, today: date, *, fiscal: bool) -> Iterator[str]:
        """Return the codes of `troubles`. A printer in training has no certificates to lose."""
        if self.inspection is not None and self.inspection <= today + SOON:
            yield "inspection_overdue" if self.inspection < today else "inspection_due"
        if self.authorised_days is not None and self.authorised_days <= FEW_DAYS:
            yield "authorisation_ends"
        if self.subscription_warns is not None and self.subscription_warns <= today:
            yield "subscription_ends"
        if any(0 <= ROOM[name][0] - count <= ROOM[name][1] for name, count in self.used):
            yield "fiscal_memory_low"
        if self.free is not None and self.free < LEAST_FREE:
            yield "protected_memory_low"
        if fiscal and (_OWN, None) in self.certificates:
            yield "certificate_missing"
        if fiscal and any(
            end is not None and end <= today + CERTIFICATE_SOON for _, end in self.certificates
        ):
            yield "certificate_ends"

    @property
    def facts(self) -> dict[str, Any]:
        """What `check` shows of it: only what was told."""
        used = dict(self.used)
        ends = sorted((end, name) for name, end in self.certificates if end is not None)
        told = {
            "inspection": self.inspection,
            "authorised_days": self.authorised_days,
            "subscription_until": self.subscription_ends,
            "daily_reports": used.get("rd"),
            "memory_clearings": used.get("cl"),
            "rate_changes": used.get("vt"),
            "protected_memory_free_percent": self.free,
            "certificate_until": ends[0][0] if ends else None,
        }
        return {
            name: str(value) if isinstance(value, date) else value
            for name, value in told.items()
            if value is not None
        }


def read_upkeep(session: Session) -> Upkeep:
    """Return what the printer tells. Raises AnswerLostError."""
    subscription, memory = session.optional("subgettime"), session.optional("sfsk")
    return Upkeep(
        inspection=_date(session.optional("nextmaintenanceget"), "da"),
        authorised_days=_whole(session.optional("authstateget"), "il"),
        subscription_warns=_date(subscription, "wt"),
        subscription_ends=_date(subscription, "lt"),
        used=tuple((name, count) for name in ROOM if (count := _whole(memory, name)) is not None),
        free=_free(session.optional("ecmedinfoget")),
        certificates=tuple(_certificates(session)),
    )


def _certificates(session: Session) -> Iterator[tuple[str, date | None]]:
    for number, name in enumerate(_CERTIFICATES):
        answer = session.optional("certinfoget", ("id", str(number)))
        if answer is not None:
            with suppress(UnreadableAnswerError):
                yield name, _date(answer, "da") if truth_of(answer, "ok") else None


def _free(medium: Answer | None) -> int | None:
    free, size = _whole(medium, "sf"), _whole(medium, "ca")
    return None if free is None or not size else 100 * free // size


def _whole(answer: Answer | None, name: str) -> int | None:
    with suppress(UnreadableAnswerError):
        return None if answer is None else optional_whole(answer, name)
    return None


def _date(answer: Answer | None, name: str) -> date | None:
    """Return a day; of a moment in ISO 8601 its day."""
    told = None if answer is None else answer.get(name)
    with suppress(ValueError):
        return None if told is None else date.fromisoformat(told.decode("ascii", "replace")[:10])
    return None

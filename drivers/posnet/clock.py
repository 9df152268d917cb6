"""The printer's own clock: which day it has, and how far it is from the clock of this computer (posnet.md 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from drivers.posnet.readings import UnreadableAnswerError, field_of
from drivers.posnet.values import read_instant, read_minute

if TYPE_CHECKING:
    from datetime import date

    from drivers.posnet.frames import Answer

WARSAW = "Europe/Warsaw"
"""Where these printers stand; older firmware tells no zone."""


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What `rtcget` told at one moment of the monotonic clock; `now` is the printer's wall clock, without a zone.

    `instant` is unix seconds, None where neither the printer nor this computer knows the zone. `precise` tells that
    seconds were told too.
    """

    read_at: float
    now: datetime
    instant: int | None
    precise: bool

    def at(self, monotonic: float) -> datetime:
        """Return what the printer's clock shows at a later moment."""
        return self.now + timedelta(seconds=monotonic - self.read_at)

    def today(self, monotonic: float) -> date:
        """Return the printer's date at a later moment."""
        return self.at(monotonic).date()

    def seconds_to_midnight(self, monotonic: float) -> float:
        """Return how long the printer's day still lasts; older firmware tells minutes only, so it may be one less."""
        now = self.at(monotonic)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time())
        return (midnight - now).total_seconds() - (0 if self.precise else 60)

    def drift(self, wall: float, monotonic: float) -> float | None:
        """Return by how many seconds the printer is ahead of the unix time `wall`; None when its zone is unknown."""
        if self.instant is None:
            return None
        return self.instant + (monotonic - self.read_at) - wall


def clock_of(rtcget: Answer, monotonic: float) -> DeviceClock:
    """Return the clock. Raises UnreadableAnswerError."""
    try:
        told = rtcget.get("tm")
        if told:
            instant = read_instant(told)
            return DeviceClock(
                monotonic, instant.replace(tzinfo=None), int(instant.timestamp()), precise=True
            )
        now = read_minute(field_of(rtcget, "da"))
    except ValueError as error:
        raise UnreadableAnswerError(f"rtcget: {error}") from None
    return DeviceClock(monotonic, now, unix_seconds(now), precise=False)


def sold_at(stot: Answer, which: str) -> datetime | None:
    """Return when the first (`s`) or last (`e`) sale since the daily report was; None without one.

    Raises UnreadableAnswerError.
    """
    try:
        moment = read_minute(field_of(stot, f"d{which}"))
    except ValueError as error:
        raise UnreadableAnswerError(f"stot: {error}") from None
    return moment if moment.year > 2000 else None  # 2000-01-01;01:00 says never


def last_sale_seconds(stot: Answer) -> int | None:
    """Return the unix time of the last sale since the daily report, None where it is not told."""
    told = stot.get("ie")
    try:
        if told:
            return int(read_instant(told).timestamp())
        return unix_seconds(read_minute(field_of(stot, "de")))
    except ValueError:
        return None


def unix_seconds(local: datetime) -> int | None:
    """Return the unix time of a wall clock in Poland, None on a computer without the zone's table."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - read for older firmware alone

    try:
        return int(local.replace(tzinfo=ZoneInfo(WARSAW)).timestamp())
    except ZoneInfoNotFoundError:
        return None

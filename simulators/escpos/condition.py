"""Sensors, covers and errors of the printer, and the status bytes they make (escpos.md 2.2 to 2.4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass, field

# The fixed bits that tell status bytes apart (escpos.md 2.1).
_EOT_FIXED = 0x12
_ASB_FIXED = 0x10
_CUTTER, _MECHANICAL, _COVER = "cutter", "mechanical", "cover"


@dataclass(slots=True)
class Condition:
    """How the printer is. A fault is there while its field is true.

    `cutter_jam` and `recoverable_error` stay on as errors after their cause is gone, until `DLE ENQ` or a buffer
    clear asks for recovery, or at once with `recovers_alone`. A cover opened while a line is being printed is an
    error of that kind only with `cover_needs_recovery` (a memory switch at Epson). `feed_button` and `self_test`
    make the printer offline without a cause. With `paper_end_while_open` the paper-end bit is set while the cover
    is open, paper or not.
    """

    paper_out: bool = False
    paper_near_end: bool = False
    cover_open: bool = False
    cutter_jam: bool = False
    recoverable_error: bool = False
    unrecoverable_error: bool = False
    head_hot: bool = False
    feed_button: bool = False
    self_test: bool = False
    drawer_open: bool = False
    recovers_alone: bool = False
    cover_needs_recovery: bool = False
    paper_end_while_open: bool = False
    near_end_sensor: bool = True
    latched: set[str] = field(default_factory=set)

    def change(self, name: str, value: bool, *, printing: bool) -> None:
        """Set a field and keep the errors that outlive their cause; `printing` means the paper is moving."""
        setattr(self, name, value)
        if value and name == "cover_open" and printing and self.cover_needs_recovery:
            self.latched.add(_COVER)
        self.latched |= self._causes()
        if self.recovers_alone:
            self.recover()

    def recover(self) -> None:
        """Forget every error whose cause is gone."""
        self.latched &= self._causes()

    def _causes(self) -> set[str]:
        causes = set()
        if self.cutter_jam:
            causes.add(_CUTTER)
        if self.recoverable_error:
            causes.add(_MECHANICAL)
        if self.cover_open and _COVER in self.latched:
            causes.add(_COVER)
        return causes

    @property
    def error(self) -> bool:
        """Whether an error of any kind stops the printer."""
        return bool(self.latched) or self.unrecoverable_error or self.head_hot

    @property
    def waits_for_recovery(self) -> bool:
        """Whether causes are gone and only `DLE ENQ` is missing."""
        return bool(self.latched) and not self._causes()

    @property
    def online(self) -> bool:
        """Whether buffered commands run."""
        return not (self.interrupted or self.paper_out)

    @property
    def interrupted(self) -> bool:
        """Whether even the line being printed stops. At paper end it is finished first (escpos.md 5)."""
        return self.error or self.cover_open or self.feed_button or self.self_test

    @property
    def _paper_end_seen(self) -> bool:
        return self.paper_out or (self.cover_open and self.paper_end_while_open)

    @property
    def _near_end_seen(self) -> bool:
        return self.near_end_sensor and (self.paper_near_end or self._paper_end_seen)

    def real_time(self, n: int) -> int:
        """Return the answer to `DLE EOT n`, n = 1..4."""
        return _EOT_FIXED | (self._printer, self._offline_cause, self._error_cause, self._roll)[n - 1]()

    def _printer(self) -> int:
        return _bits(
            (0x04, self.drawer_open),
            (0x08, not self.online),
            (0x20, self.waits_for_recovery),
            (0x40, self.feed_button),
        )

    def _offline_cause(self) -> int:
        return _bits(
            (0x04, self.cover_open),
            (0x08, self.feed_button),
            (0x20, self._paper_end_seen),
            (0x40, self.error),
        )

    def _error_cause(self) -> int:
        return _bits(
            (0x04, bool(self.latched & {_MECHANICAL, _COVER})),
            (0x08, _CUTTER in self.latched),
            (0x20, self.unrecoverable_error),
            (0x40, self.head_hot),
        )

    def _roll(self) -> int:
        return _bits((0x0C, self._near_end_seen), (0x60, self._paper_end_seen))

    def paper_status(self) -> int:
        """Return the answer to `GS r 1`: bits 0 and 1 near end, bits 2 and 3 paper end."""
        return _bits((0x03, self._near_end_seen), (0x0C, self._paper_end_seen))

    def drawer_status(self) -> int:
        """Return the answer to `GS r 2`: bit 0 the level of the drawer's pin 3."""
        return int(self.drawer_open)

    def automatic_status(self) -> bytes:
        """Return the four bytes of an ASB set."""
        first = _bits(
            (0x04, self.drawer_open),
            (0x08, not self.online),
            (0x20, self.cover_open),
            (0x40, self.feed_button),
        )
        second = self._error_cause() | int(self.waits_for_recovery)
        return bytes([_ASB_FIXED | first, second, self.paper_status(), 0x0F])

    def offline_causes(self) -> bytes:
        """Return the cause bytes of an offline response, 40h plus a bit each (the coding differs between models)."""
        cause = _bits(
            (0x01, self.cover_open),
            (0x02, self.paper_out),
            (0x04, bool(self.latched)),
            (0x08, self.unrecoverable_error),
            (0x10, self.head_hot),
        )
        return bytes([0x40 | cause])


def _bits(*pairs: tuple[int, bool]) -> int:
    """Return the sum of the masks whose condition holds."""
    return sum(mask for mask, holds in pairs if holds)

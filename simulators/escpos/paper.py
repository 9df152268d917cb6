"""What was printed: rows on slips, slips in a ledger, and what else the printer did (drawer, cuts).

Positions and sizes are in dots. A slip ends where the paper was cut or torn off; until then it is the ledger's
`unfinished` one. Everything here is a frozen value except the ledger, which may be read from any thread.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COLUMN = 12  # dots of one font A character
LINE = 30  # dots from one text line to the next unless ESC 3 says otherwise


@dataclass(frozen=True, slots=True)
class Style:
    """How a character looks; `font` is A (12x24), B (9x17) or K (24x24, Chinese)."""

    font: str = "A"
    bold: bool = False
    underline: int = 0
    width: int = 1
    height: int = 1
    inverted: bool = False
    upside_down: bool = False

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of one character in dots."""
        wide, high = {"A": (12, 24), "B": (9, 17), "K": (24, 24)}[self.font]
        return wide * self.width, high * self.height


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of one style from `x` dots into the line; `pitch` dots from one to the next."""

    x: int
    text: str
    style: Style = PLAIN
    pitch: int = COLUMN

    @property
    def end(self) -> int:
        """Where the next character would stand."""
        return self.x + self.pitch * len(self.text)


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Black dots, one bit each, rows of whole bytes; `scale` is how many dots wide and high one bit prints."""

    width: int
    height: int
    bits: bytes
    scale: tuple[int, int] = (1, 1)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height on paper in dots."""
        return self.width * self.scale[0], self.height * self.scale[1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands across the paper: `align` is left, center or right within `width` dots from `left`."""

    left: int
    width: int
    align: str = "left"

    def start(self, content: int) -> int:
        """Return the position of content that is `content` dots wide."""
        free = max(0, self.width - content)
        return self.left + {"left": 0, "center": free // 2, "right": free}[self.align]


@dataclass(frozen=True, slots=True)
class TextRow:
    """One printed line: text, perhaps with pictures between (`ESC *`); the paper then moves `advance` dots."""

    place: Place
    spans: tuple[Span, ...]
    advance: int = LINE
    pictures: tuple[tuple[int, Bitmap], ...] = ()

    @property
    def text(self) -> str:
        """The characters as they stand on the line, gaps as blanks, without the indent of alignment."""
        line = ""
        for span in self.spans:
            line = line.ljust(round(span.x / COLUMN)) + span.text
        return line

    @property
    def width(self) -> int:
        """Dots from the first to the last printed one."""
        ends = [span.end for span in self.spans]
        return max(ends + [x + bitmap.size[0] for x, bitmap in self.pictures], default=0)


@dataclass(frozen=True, slots=True)
class ImageRow:
    """A raster picture."""

    place: Place
    bitmap: Bitmap

    @property
    def advance(self) -> int:
        """Height in dots."""
        return self.bitmap.size[1]

    @property
    def text(self) -> str:
        """What a reader sees instead of dots."""
        return f"[image {self.bitmap.size[0]}x{self.bitmap.size[1]}]"

    @property
    def width(self) -> int:
        """Width in dots."""
        return self.bitmap.size[0]


@dataclass(frozen=True, slots=True)
class QrRow:
    """A QR code: its data as sent, and its modules as printed, `size` dots each."""

    place: Place
    data: bytes
    modules: tuple[tuple[bool, ...], ...]
    size: int
    level: str

    @property
    def content(self) -> str:
        """The data as text."""
        return self.data.decode("utf-8", "replace")

    @property
    def advance(self) -> int:
        """Height in dots."""
        return len(self.modules) * self.size

    @property
    def width(self) -> int:
        """Width in dots."""
        return len(self.modules) * self.size

    @property
    def text(self) -> str:
        """What a reader sees instead of dots."""
        return f"[QR {self.content}]"


@dataclass(frozen=True, slots=True)
class BarcodeRow:
    """A barcode: `content` as a scanner reads it, `modules` as 1 and 0, each `size` dots wide.

    `modules` is empty for the rare kinds that are recorded but not drawn. `captions` holds above, below or both.
    """

    place: Place
    kind: str
    content: str
    modules: str
    size: int
    bar_height: int
    captions: frozenset[str] = frozenset()
    font: str = "A"

    @property
    def advance(self) -> int:
        """Height in dots, captions included."""
        return self.bar_height + len(self.captions) * Style(font=self.font).cell[1]

    @property
    def width(self) -> int:
        """Width in dots."""
        return len(self.modules) * self.size

    @property
    def text(self) -> str:
        """What a reader sees instead of bars."""
        return f"[{self.kind} {self.content}]"


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Blank paper."""

    advance: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class RollChangeRow:
    """Here one roll ended and the next began: the slip is complete only as two pieces."""

    advance: int = 0
    text: str = "~~~~ new roll ~~~~"


Row = TextRow | ImageRow | QrRow | BarcodeRow | FeedRow | RollChangeRow


@dataclass(frozen=True, slots=True)
class DrawerKick:
    """A pulse to the cash drawer: connector pin 2 or 5, times in ms, and whether a real-time request did it."""

    pin: int
    on_ms: int
    off_ms: int
    real_time: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """One piece of paper. `cut` is full, partial, torn, or empty while it still hangs in the printer."""

    number: int
    rows: tuple[Row, ...]
    dots: int
    cut: str = ""
    kicks: tuple[DrawerKick, ...] = ()

    def to_text(self) -> str:
        """Return the slip as text, aligned in columns of font A, trailing blanks removed, one line feed a line."""
        lines: list[str] = []
        for row in self.rows:
            lines += _lines_of(row)
        return "".join(f"{line.rstrip()}\n" for line in lines)

    @property
    def texts(self) -> list[str]:
        """The text of every printed line as it was printed, without indents and without other rows."""
        return [row.text for row in self.rows if isinstance(row, TextRow) and row.spans]

    @property
    def qr_codes(self) -> list[str]:
        """The contents of its QR codes."""
        return [row.content for row in self.rows if isinstance(row, QrRow)]

    @property
    def barcodes(self) -> list[tuple[str, str]]:
        """Kind and content of its barcodes."""
        return [(row.kind, row.content) for row in self.rows if isinstance(row, BarcodeRow)]

    @property
    def images(self) -> list[Bitmap]:
        """Its raster pictures, band by band."""
        return [row.bitmap for row in self.rows if isinstance(row, ImageRow)]


def _lines_of(row: Row) -> list[str]:
    if isinstance(row, FeedRow):
        return [""] * (row.advance // LINE)
    if isinstance(row, RollChangeRow):
        return [row.text]
    if isinstance(row, TextRow) and not row.spans:
        return []
    return [" " * round(row.place.start(row.width) / COLUMN) + row.text]


@dataclass(slots=True)
class _Counts:
    """What the printer counts for `GS g 2`: lines fed and cuts."""

    lines: int = 0
    cuts: int = 0


class Ledger:
    """All paper that came out of one printer, in order. Thread-safe; slips are numbered from 1 and never change."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self.counts = _Counts()
        self._condition = threading.Condition()
        self._slips: list[Slip] = []
        self._kicks: list[DrawerKick] = []
        self._rows: list[Row] = []
        self._kicks_of_slip: list[DrawerKick] = []
        self._unannounced: list[Slip] = []
        self._listeners: list[Callable[[Slip], None]] = []

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The finished slips."""
        with self._condition:
            return tuple(self._slips)

    @property
    def unfinished(self) -> Slip:
        """What hangs in the printer: printed, not yet cut off."""
        with self._condition:
            return self._slip("")

    @property
    def kicks(self) -> tuple[DrawerKick, ...]:
        """Every drawer pulse."""
        with self._condition:
            return tuple(self._kicks)

    def texts(self) -> list[str]:
        """Return the finished slips as text."""
        return [slip.to_text() for slip in self.slips]

    def on_slip(self, listener: Callable[[Slip], None]) -> None:
        """Call `listener` with each slip that is finished from now on, in the thread that finished it."""
        with self._condition:
            self._listeners.append(listener)

    def wait_for_slips(self, count: int, timeout: float) -> tuple[Slip, ...]:
        """Return the slips once there are `count` of them. Raises TimeoutError after `timeout` seconds."""
        with self._condition:
            if not self._condition.wait_for(lambda: len(self._slips) >= count, timeout):
                raise TimeoutError(f"{len(self._slips)} of {count} slips after {timeout} s")
            return tuple(self._slips)

    def add(self, row: Row) -> None:
        """Put a row on the paper."""
        with self._condition:
            self._rows.append(row)

    def change_roll(self) -> None:
        """Note that the unfinished slip goes on upon a new roll."""
        with self._condition:
            if self._rows:
                self._rows.append(RollChangeRow())

    def kick(self, kick: DrawerKick) -> None:
        """Note a drawer pulse."""
        with self._condition:
            self._kicks.append(kick)
            self._kicks_of_slip.append(kick)

    def cut(self, kind: str) -> None:
        """End the slip; a cut without paper in between makes none."""
        with self._condition:
            self.counts.cuts += kind != "torn"
            if not self._rows:
                return
            slip = self._slip(kind)
            self._slips.append(slip)
            self._unannounced.append(slip)
            self._rows.clear()
            self._kicks_of_slip.clear()
            self._condition.notify_all()

    def announce(self) -> None:
        """Tell the listeners about new slips; called without any lock held, so a listener may do anything."""
        with self._condition:
            slips, listeners = list(self._unannounced), list(self._listeners)
            self._unannounced.clear()
        for slip in slips:
            for listener in listeners:
                listener(slip)

    def _slip(self, cut: str) -> Slip:
        return Slip(len(self._slips) + 1, tuple(self._rows), self.dots, cut, tuple(self._kicks_of_slip))

"""Text, its looks, paper feed, cut and drawer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulators.escpos import models
from simulators.escpos.commands import TEXT, UNKNOWN, digit
from simulators.escpos.layout import column_width
from simulators.escpos.paper import LINE, DrawerKick, Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.escpos.commands import Command
    from simulators.escpos.engine import Engine, Handler, Steps

_FONTS = ("A", "B")
_ALIGNMENTS = ("left", "center", "right")
_UNDERLINES = 3
_FULL_CUTS, _PARTIAL_CUTS = {0, 48, 65, 97, 103}, {1, 49, 66, 98, 104}
_DRAWER_PINS = (2, 5)
# Understood, and of no consequence on this paper: colours, density, smoothing, unidirectional printing, panel
# buttons, paper sensors, buzzers, user-defined characters, peripherals, reverse feed of slip printers, motion units.
_WITHOUT_EFFECT = (
    *("NUL", "BEL", "CR", "FF", "CAN", "VT"),
    *("ESC %", "ESC +", "ESC &", "ESC =", "ESC ?", "ESC A", "ESC B", "ESC K", "ESC U", "ESC c", "ESC r"),
    *("GS P", "GS b", "GS |"),
    *("DLE EOT", "DLE ENQ", "DLE DC4"),  # acted on when they arrived
)


class FormattingCommands:
    """The commands that put text on paper and move it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def handlers(self) -> dict[str, Handler]:
        """Return what to call for each command."""
        nothing: dict[str, Handler] = dict.fromkeys(_WITHOUT_EFFECT, _do_nothing)
        return nothing | self._text_handlers() | self._paper_handlers() | self._style_handlers()

    def _text_handlers(self) -> dict[str, Handler]:
        return {
            TEXT: self._text,
            "HT": self._tab,
            "LF": self._line_feed,
            "ESC @": self._initialise,
            "ESC t": self._code_page,
            "ESC R": self._country,
            "FS &": self._two_byte_on,
            "FS .": self._two_byte_off,
            "ESC $": self._absolute_position,
            "ESC \\": self._relative_position,
            "ESC D": self._tab_stops,
        }

    def _paper_handlers(self) -> dict[str, Handler]:
        return {
            "ESC d": self._feed_lines,
            "ESC J": self._feed_dots,
            "ESC 2": self._default_spacing,
            "ESC 3": self._line_spacing,
            "GS V": self._cut,
            "ESC i": self._old_cut,
            "ESC m": self._old_cut,
            "ESC p": self._drawer,
            "GS L": self._left_margin,
            "GS W": self._area_width,
        }

    def _style_handlers(self) -> dict[str, Handler]:
        return {
            "ESC M": self._font,
            "ESC !": self._print_mode,
            "GS !": self._size,
            "ESC E": self._bold,
            "ESC G": self._double_strike,
            "ESC -": self._underline,
            "ESC a": self._align,
            "ESC SP": self._spacing,
            "GS B": self._inverted,
            "ESC {": self._upside_down,
        }

    # -- text -------------------------------------------------------------------------------------------------------

    def _text(self, command: Command) -> Steps:
        engine = self._engine
        for character, style in self._characters(command.data):
            spacing = engine.settings.spacing
            if not engine.line.fits(style.cell[0], engine.settings.place.width):
                yield from engine.print_line()
            engine.line.add(character, style, spacing)

    def _characters(self, data: bytes) -> Iterator[tuple[str, Style]]:
        settings = self._engine.settings
        upper = models.upper_half(self._engine.model.code_pages[settings.code_page])
        lower = models.lower_half(settings.country)
        for byte in data:
            if settings.two_byte and (self._engine.line.lead or byte >= 0x81):
                yield from self._half_of_two(byte)
            else:
                yield (upper[byte - 0x80] if byte >= 0x80 else lower[byte - 0x20]), settings.style

    def _half_of_two(self, byte: int) -> Iterator[tuple[str, Style]]:
        """Pair bytes into Chinese characters; the lead byte waits for whatever comes next."""
        line = self._engine.line
        line.lead += bytes([byte])
        if len(line.lead) == 2:
            character = line.lead.decode("gbk", "replace")[0]
            line.lead = b""
            yield character, replace(self._engine.settings.style, font="K")

    def _tab(self, _command: Command) -> None:
        settings = self._engine.settings
        column = column_width(settings.style, settings.spacing)
        self._engine.line.tab(settings.tab_stops, column, settings.place.width)

    def _tab_stops(self, command: Command) -> None:
        self._engine.settings.tab_stops = tuple(command.data.rstrip(b"\x00"))

    def _absolute_position(self, command: Command) -> None:
        position = int.from_bytes(command.data, "little")
        if position > self._engine.settings.place.width:
            self._engine.ignore(command, "outside the printable area")
        else:
            self._engine.line.x = position

    def _relative_position(self, command: Command) -> None:
        position = self._engine.line.x + int.from_bytes(command.data, "little", signed=True)
        if 0 <= position <= self._engine.settings.place.width:
            self._engine.line.x = position
        else:
            self._engine.ignore(command, "outside the printable area")

    def _initialise(self, _command: Command) -> None:
        self._engine.reset()

    def _code_page(self, command: Command) -> None:
        if command.data[0] in self._engine.model.code_pages:
            self._engine.settings.code_page = command.data[0]
        else:
            self._engine.ignore(command, "no such code page")

    def _country(self, command: Command) -> None:
        if command.data[0] < models.COUNTRY_COUNT:
            self._engine.settings.country = command.data[0]
        else:
            self._engine.ignore(command, "no such country")

    def _two_byte_on(self, _command: Command) -> None:
        self._engine.settings.two_byte = self._engine.model.two_byte

    def _two_byte_off(self, _command: Command) -> None:
        self._engine.line.lead = b""
        self._engine.settings.two_byte = False

    # -- paper ------------------------------------------------------------------------------------------------------

    def _line_feed(self, _command: Command) -> Steps:
        yield from self._engine.print_line()

    def _feed_lines(self, command: Command) -> Steps:
        engine, lines = self._engine, command.data[0]
        if not engine.line.empty:
            yield from engine.print_line(None if lines else 0)
            lines -= 1
        if lines > 0:
            yield from engine.feed(lines * engine.settings.line_spacing, lines)

    def _feed_dots(self, command: Command) -> Steps:
        if not self._engine.line.empty:
            yield from self._engine.print_line(command.data[0])
        elif command.data[0]:
            yield from self._engine.feed(command.data[0])

    def _default_spacing(self, _command: Command) -> None:
        self._engine.settings.line_spacing = LINE

    def _line_spacing(self, command: Command) -> None:
        self._engine.settings.line_spacing = command.data[0]

    def _cut(self, command: Command) -> Steps:
        form = command.data[0]
        if form not in _FULL_CUTS | _PARTIAL_CUTS:
            self._engine.find(UNKNOWN, command)
        elif self._engine.at_line_start(command):
            yield from self._engine.cut("full" if form in _FULL_CUTS else "partial")

    def _old_cut(self, command: Command) -> Steps:
        if self._engine.at_line_start(command):
            yield from self._engine.cut("partial")

    def _drawer(self, command: Command) -> None:
        connector, on, off = digit(command.data[0]), command.data[1], command.data[2]
        if connector < len(_DRAWER_PINS):
            self._engine.ledger.kick(DrawerKick(_DRAWER_PINS[connector], on * 2, off * 2))
        else:
            self._engine.ignore(command, "no such connector pin")

    def _left_margin(self, command: Command) -> None:
        if self._engine.at_line_start(command):
            self._engine.settings.left_margin = int.from_bytes(command.data, "little")

    def _area_width(self, command: Command) -> None:
        if self._engine.at_line_start(command):
            self._engine.settings.area_width = int.from_bytes(command.data, "little")

    # -- looks ------------------------------------------------------------------------------------------------------

    def _font(self, command: Command) -> None:
        font = digit(command.data[0])
        if font < len(_FONTS):
            self._restyle(font=_FONTS[font])
        else:
            self._engine.ignore(command, "no such font")

    def _print_mode(self, command: Command) -> None:
        mode = command.data[0]
        self._engine.settings.bold = bool(mode & 0x08)
        self._restyle(
            font="B" if mode & 0x01 else "A",
            height=2 if mode & 0x10 else 1,
            width=2 if mode & 0x20 else 1,
            underline=1 if mode & 0x80 else 0,
        )

    def _size(self, command: Command) -> None:
        height, width = command.data[0] & 0x0F, command.data[0] >> 4
        if height > 7 or width > 7:
            self._engine.ignore(command, "no such size")
        else:
            self._restyle(height=height + 1, width=width + 1)

    def _bold(self, command: Command) -> None:
        self._engine.settings.bold = bool(command.data[0] & 1)
        self._restyle()

    def _double_strike(self, command: Command) -> None:
        self._engine.settings.double_strike = bool(command.data[0] & 1)
        self._restyle()

    def _underline(self, command: Command) -> None:
        dots = digit(command.data[0])
        if dots < _UNDERLINES:
            self._restyle(underline=dots)
        else:
            self._engine.ignore(command, "no such underline")

    def _align(self, command: Command) -> None:
        align = digit(command.data[0])
        if align >= len(_ALIGNMENTS):
            self._engine.ignore(command, "no such alignment")
        elif self._engine.at_line_start(command):
            self._engine.settings.align = _ALIGNMENTS[align]

    def _spacing(self, command: Command) -> None:
        self._engine.settings.spacing = command.data[0]

    def _inverted(self, command: Command) -> None:
        self._restyle(inverted=bool(command.data[0] & 1))

    def _upside_down(self, command: Command) -> None:
        if self._engine.at_line_start(command):
            self._restyle(upside_down=bool(command.data[0] & 1))

    def _restyle(self, **changes: bool | int | str) -> None:
        settings = self._engine.settings
        bold = settings.bold or settings.double_strike
        settings.style = replace(settings.style, bold=bold, **changes)  # type: ignore[arg-type]


def _do_nothing(_command: Command) -> None:
    """Take a command that leaves no trace."""

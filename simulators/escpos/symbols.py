"""Pictures, QR codes and barcodes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from simulators.escpos import codes
from simulators.escpos.commands import UNKNOWN, digit
from simulators.escpos.paper import BarcodeRow, Bitmap, ImageRow, QrRow

if TYPE_CHECKING:
    from simulators.escpos.commands import Command
    from simulators.escpos.engine import Engine, Handler, Steps

_RASTER_SCALES = MappingProxyType({0: (1, 1), 1: (2, 1), 2: (1, 2), 3: (2, 2)})
# ESC * m: dots in a column, and how many dots on paper one of them is wide and high (8-dot modes are coarser).
_COLUMN_MODES = MappingProxyType({0: (8, (2, 3)), 1: (8, (1, 3)), 32: (24, (2, 1)), 33: (24, (1, 1))})
_CAPTIONS = MappingProxyType({0: "", 1: "above", 2: "below", 3: "above below"})
_QR = 49
_QR_LEVELS = MappingProxyType({48: "L", 49: "M", 50: "Q", 51: "H"})
_QUIET_ZONE = 8  # modules on both sides together
_MAX_QR_BYTES = 7089
_STORE, _PRINT = 112, {2, 50}


class SymbolCommands:
    """The commands that print anything but text."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def handlers(self) -> dict[str, Handler]:
        """Return what to call for each command."""
        return {
            "GS v 0": self._raster,
            "ESC *": self._bit_image,
            "GS ( L": self._graphics,
            "GS 8 L": self._graphics,
            "GS ( k": self._two_dimensional_code,
            "GS k": self._barcode,
            "GS h": self._barcode_height,
            "GS w": self._barcode_size,
            "GS H": self._barcode_captions,
            "GS f": self._barcode_font,
        }

    # -- pictures ---------------------------------------------------------------------------------------------------

    def _raster(self, command: Command) -> Steps:
        """GS v 0 m xL xH yL yH data."""
        data = command.data
        scale = _RASTER_SCALES.get(digit(data[1])) if len(data) >= 6 else None
        if scale is None:
            self._engine.find(UNKNOWN, command)
            return
        width, height = int.from_bytes(data[2:4], "little"), int.from_bytes(data[4:6], "little")
        if self._engine.at_line_start(command):
            yield from self._print(command, Bitmap(width * 8, height, data[6:], scale))

    def _bit_image(self, command: Command) -> Steps:
        """ESC * m nL nH data: columns, top bit first; they stand on the line like characters."""
        mode = _COLUMN_MODES.get(command.data[0])
        if mode is None:
            self._engine.ignore(command, "no such bit image mode")
            return
        high, scale = mode
        bitmap = _from_columns(command.data[3:], high, scale)
        if not self._engine.line.fits(bitmap.size[0], self._engine.settings.place.width):
            yield from self._engine.print_line()
        self._engine.line.add_picture(bitmap)

    def _graphics(self, command: Command) -> Steps:
        """GS ( L: function 112 keeps a picture, function 50 prints it."""
        function = command.data[1] if len(command.data) > 1 else None
        if function == _STORE:
            self._store(command)
        elif function in _PRINT:
            image = self._engine.settings.stored_image
            if image is None:
                self._engine.ignore(command, "no picture stored")
            elif self._engine.at_line_start(command):
                self._engine.settings.stored_image = None
                yield from self._print(command, image)
        else:
            self._engine.find(UNKNOWN, command)

    def _store(self, command: Command) -> None:
        """M fn a bx by c xL xH yL yH data: a = 48 is monochrome, b the scale, c the colour."""
        header, bits = command.data[2:10], command.data[10:]
        if len(header) < 8:
            self._engine.ignore(command, "too short")
            return
        width, height = int.from_bytes(header[4:6], "little"), int.from_bytes(header[6:8], "little")
        if header[0] != 48 or header[1] not in {1, 2} or header[2] not in {1, 2}:
            self._engine.ignore(command, "no such picture format")
        elif len(bits) != (width + 7) // 8 * height:
            self._engine.ignore(command, f"{len(bits)} bytes for {width} x {height} dots")
        else:
            self._engine.settings.stored_image = Bitmap(width, height, bits, (header[1], header[2]))

    def _print(self, command: Command, bitmap: Bitmap) -> Steps:
        place = self._engine.settings.place
        if bitmap.size[0] > place.width:
            self._engine.find("too-wide", command, f"{bitmap.size[0]} dots on {place.width}")
        yield from self._engine.move(ImageRow(place, bitmap))

    # -- QR ---------------------------------------------------------------------------------------------------------

    def _two_dimensional_code(self, command: Command) -> Steps | None:
        """GS ( k pL pH cn fn ..: cn 49 is QR."""
        kind, function, rest = command.data[:1], command.data[1:2], command.data[2:]
        steps = {
            b"A": self._qr_model,
            b"C": self._qr_size,
            b"E": self._qr_level,
            b"P": self._qr_store,
            b"Q": self._qr_print,
            b"R": self._qr_tell_size,
        }.get(function)
        if kind != bytes([_QR]) or steps is None:
            self._engine.find(UNKNOWN, command)
            return None
        return steps(command, rest)

    def _qr_model(self, command: Command, rest: bytes) -> None:
        if rest[:1] not in {b"1", b"2", b"3"}:
            self._engine.ignore(command, "no such QR model")

    def _qr_size(self, command: Command, rest: bytes) -> None:
        if rest and 1 <= rest[0] <= 16:
            self._engine.settings.qr_size = rest[0]
        else:
            self._engine.ignore(command, "no such module size")

    def _qr_level(self, command: Command, rest: bytes) -> None:
        if rest and rest[0] in _QR_LEVELS:
            self._engine.settings.qr_level = _QR_LEVELS[rest[0]]
        else:
            self._engine.ignore(command, "no such error correction level")

    def _qr_store(self, command: Command, rest: bytes) -> None:
        if rest[:1] == b"0" and 1 < len(rest) <= _MAX_QR_BYTES + 1:
            self._engine.settings.qr_data = rest[1:]
        else:
            self._engine.ignore(command, "no data, or too much")

    def _qr_row(self, command: Command) -> QrRow | None:
        """Return the stored code as a row, or None with a finding when it cannot be printed."""
        settings = self._engine.settings
        modules = codes.qr_modules(settings.qr_data, settings.qr_level) if settings.qr_data else None
        if modules is None:
            self._engine.ignore(command, "nothing stored, or more than a QR code holds")
            return None
        row = QrRow(settings.place, settings.qr_data, modules, settings.qr_size, settings.qr_level)
        needed = row.width + _QUIET_ZONE * row.size
        if needed > settings.place.width:
            self._engine.find("too-wide", command, f"{needed} dots on {settings.place.width}")
            return None
        return row

    def _qr_print(self, command: Command, _rest: bytes) -> Steps:
        if self._engine.at_line_start(command) and (row := self._qr_row(command)):
            yield from self._engine.move(row)

    def _qr_tell_size(self, command: Command, _rest: bytes) -> None:
        """Answer 37 36 width 1F height 1F '1' 1F '0' NUL; the last figure is '1' when it cannot be printed."""
        row = self._qr_row(command)
        dots = str(row.width if row else 0).encode()
        fit = b"0" if row else b"1"
        self._engine.outbox.put("block", b"\x37\x36" + b"\x1f".join((dots, dots, b"1", fit)) + b"\x00")

    # -- barcodes ---------------------------------------------------------------------------------------------------

    def _barcode(self, command: Command) -> Steps:
        """GS k m data NUL (m up to 6), or GS k m n data (m from 65)."""
        form = command.data[0]
        number, data = (form, command.data[1:-1]) if form <= 6 else (form - 65, command.data[2:])
        if not 0 <= number < len(codes.KINDS):
            self._engine.find(UNKNOWN, command)
            return
        kind, allowed = codes.KINDS[number]
        if not allowed.fullmatch(data):
            self._engine.ignore(command, f"not the data of {kind}")
        elif self._engine.at_line_start(command) and (row := self._barcode_row(command, kind, data)):
            yield from self._engine.move(row)

    def _barcode_row(self, command: Command, kind: str, data: bytes) -> BarcodeRow | None:
        settings = self._engine.settings
        code = codes.barcode(kind, data)
        row = BarcodeRow(
            place=settings.place,
            kind=kind,
            content=code.content,
            modules=code.modules,
            size=settings.barcode_size,
            bar_height=settings.barcode_height,
            captions=settings.barcode_captions,
            font=settings.barcode_font,
        )
        if row.width > settings.place.width:
            self._engine.find("too-wide", command, f"{row.width} dots on {settings.place.width}")
            return None
        return row

    def _barcode_height(self, command: Command) -> None:
        if command.data[0]:
            self._engine.settings.barcode_height = command.data[0]
        else:
            self._engine.ignore(command, "no such height")

    def _barcode_size(self, command: Command) -> None:
        if 2 <= command.data[0] <= 6:
            self._engine.settings.barcode_size = command.data[0]
        else:
            self._engine.ignore(command, "no such module width")

    def _barcode_captions(self, command: Command) -> None:
        captions = _CAPTIONS.get(digit(command.data[0]))
        if captions is None:
            self._engine.ignore(command, "no such caption position")
        else:
            self._engine.settings.barcode_captions = frozenset(captions.split())

    def _barcode_font(self, command: Command) -> None:
        self._engine.settings.barcode_font = "B" if command.data[0] in {1, 49} else "A"


def _from_columns(data: bytes, high: int, scale: tuple[int, int]) -> Bitmap:
    """Return a bitmap of rows from columns of `high` dots."""
    size = high // 8
    width = len(data) // size
    stride = (width + 7) // 8
    rows = bytearray(stride * high)
    for column in range(width):
        dots = int.from_bytes(data[column * size : (column + 1) * size], "big")
        for y in range(high):
            if dots >> (high - 1 - y) & 1:
                rows[y * stride + column // 8] |= 0x80 >> column % 8
    return Bitmap(width, high, bytes(rows), scale)

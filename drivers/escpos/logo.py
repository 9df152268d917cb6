"""A logo as raster bands: at most as wide as the paper, black and white, free of real-time commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.escpos.job import without_real_time

if TYPE_CHECKING:
    from escpos.printer import Dummy
    from PIL.Image import Image

BAND_ROWS = 24
"""Rows of one band: 3 mm, and less than 2 kB, which fits the smallest receive buffers (escpos.md 8)."""
RASTER_HEADER = 8
"""Bytes of GS v 0 before its data."""
HIGHEST = 600
"""Rows a logo may have; a higher one is made smaller."""

_MOST_FILE_BYTES = 5_000_000
_MOST_PIXELS = 20_000_000


class LogoError(Exception):
    """The logo cannot be used; the message says why."""


def band_bytes(dots: int) -> int:
    """Return the length of the longest raster command for paper of this width."""
    return RASTER_HEADER + dots // 8 * BAND_ROWS


def load_logo(path: str, dots: int) -> Image:
    """Read an image and return it as black and white, exactly `dots` wide, the picture in the middle.

    Raises LogoError.
    """
    from PIL import Image as Images  # noqa: PLC0415 - 30 ms and 7 MB, only for printers with a logo

    try:
        if Path(path).stat().st_size > _MOST_FILE_BYTES:
            raise LogoError(f"{path} is larger than {_MOST_FILE_BYTES // 1_000_000} MB")
        with Images.open(path, formats=("PNG", "JPEG", "GIF", "BMP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise LogoError(f"{path} has more than {_MOST_PIXELS // 1_000_000} million dots")
            return _on_paper(Images, picture, dots)
    except (OSError, SyntaxError, ValueError, Images.DecompressionBombError) as error:
        raise LogoError(f"{path} cannot be read as an image: {error}") from error


def _on_paper(images: Any, picture: Image, dots: int) -> Image:
    shown = picture.convert("RGBA")
    shown.thumbnail((dots, HIGHEST))
    paper = images.new("RGB", (dots, shown.height), "white")
    paper.paste(shown, ((dots - shown.width) // 2, 0), shown)
    black_and_white: Image = paper.convert("L").convert("1")
    return black_and_white


def raster_bands(printer: Dummy, picture: Image) -> tuple[bytes, ...]:
    """Return the picture as commands of BAND_ROWS rows each. It must be as wide as the printer's profile says."""
    bands = []
    for top in range(0, picture.height, BAND_ROWS):
        bottom = min(top + BAND_ROWS, picture.height)
        printer.image(picture.crop((0, top, picture.width, bottom)))
        raw = printer.output
        printer.clear()
        bands.append(raw[:RASTER_HEADER] + without_real_time(raw[RASTER_HEADER:]))
    return tuple(bands)

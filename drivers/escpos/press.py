"""Rows into jobs: python-escpos and the logo, each loaded at the first slip that needs it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.contract import Fault
from drivers.escpos.logo import LogoError, band_bytes, load_logo
from drivers.escpos.troubles import TROUBLES
from drivers.layout import LONGEST_SYMBOL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from drivers.escpos.encoder import Sample
    from drivers.escpos.job import Job
    from drivers.escpos.options import EscposOptions
    from drivers.rows import Row

_QR_HEADER = 8
_MOST_BYTES_OF_A_CHARACTER = 4


class Press:
    """Makes the jobs of one printer."""

    def __init__(self, options: EscposOptions) -> None:
        self._options = options
        self._logo: Image | None = None

    def job(self, rows: Iterable[Row | Sample], *, after_interruption: bool) -> Job:
        """Return the job that prints `rows`. Raises Fault: nothing was sent.

        A logo that cannot be read is left out, as a slip is worth more than its picture.
        """
        try:
            from drivers.escpos.encoder import encode_slip  # noqa: PLC0415 - with library, at the first slip only
            from drivers.escpos.library import load  # noqa: PLC0415 - as above

            job = encode_slip(rows, self._options, load(), self.logo())
        except (ImportError, OSError, ValueError) as error:
            trouble = TROUBLES["not_prepared"]
            what = f"{trouble.text.rstrip('.')} ({error})"
            raise Fault(what, cure=trouble.cure, code=trouble.code) from error
        return (
            replace(job, opening=filler(self._options.line_dots) + job.opening) if after_interruption else job
        )

    def logo(self) -> Image | None:
        """Return the logo, or None where there is none or it cannot be read now."""
        if self._logo is None and self._options.logo is not None:
            try:
                self._logo = load_logo(str(self._options.logo), self._options.line_dots)
            except LogoError:
                return None
        return self._logo


def filler(dots: int) -> bytes:
    """Return NULs as long as the longest command with data that a slip has: one band of a logo, or a QR code.

    The slip before may have been cut off in the middle of such a command, and a printer that was not switched off
    since takes the next bytes for the rest of it, ESC @ included. NULs end the command; by themselves a printer
    ignores them.
    """
    return bytes(max(band_bytes(dots), _QR_HEADER + _MOST_BYTES_OF_A_CHARACTER * LONGEST_SYMBOL))

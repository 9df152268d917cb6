"""The one place that imports python-escpos, so that nothing of what its import does reaches the rest of the process.

    what the import does (3.1, escpos.md 11)                what is done about it here
    parses 96 kB of YAML in pure Python, 0.2 s and more     a capabilities file of our own with what a slip needs
    keeps a pickle that processes started together break    never shared: each import has a folder of its own
    leaves that folder in the temporary folder              removed at once
    configures the root logger                              kept from it
    reads two environment variables                         both as they were afterwards

It takes a tenth of a second and some 10 MB, so it happens at the first slip and never before. The environment is
the process's own: start no thread that reads it with the C library while `load` runs for the first time.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from escpos.printer import Dummy

    from drivers.escpos.codepages import CodePage

_IMPORTING = threading.Lock()
_CAPABILITIES = Path(__file__).with_name("capabilities.json")
_VARIABLES = ("ESCPOS_CAPABILITIES_FILE", "ESCPOS_CAPABILITIES_PICKLE_DIR")


@dataclass(frozen=True, slots=True)
class Library:
    """The parts of python-escpos that are used."""

    dummy: type[Dummy]
    profile: type[Any]

    def printer(self, pages: tuple[CodePage, ...], dots: int) -> Dummy:
        """Return a new printer that only collects bytes: one for each slip, as they are not thread-safe."""
        return self.dummy(profile=self._profile(pages, dots))

    def _profile(self, pages: tuple[CodePage, ...], dots: int) -> Any:
        numbers = {library_name(page): page.number for page in pages}
        features = {"barcodeB": True, "bitImageRaster": True, "qrCode": True, "paperFullCut": True}

        class SlipProfile(self.profile):  # type: ignore[misc, name-defined]
            """An explicit profile: what this printer's options say, never what a database guesses."""

            profile_data = {  # noqa: RUF012 - the library reads it from the class
                "name": "receipt-bridge",
                "fonts": {"0": {"name": "Font A", "columns": 48}, "1": {"name": "Font B", "columns": 64}},
                "media": {"dpi": 203, "width": {"mm": 80, "pixels": dots}},
                "features": features,
            }

            def get_code_pages(self) -> dict[str, int]:
                return numbers

        return SlipProfile(features=features)


def library_name(page: CodePage) -> str:
    """Return the name python-escpos knows a code page by."""
    return page.name.replace("ISO", "ISO_")


def load() -> Library:
    """Import python-escpos at the first call and return it. Raises ImportError or OSError; may be called again."""
    with _IMPORTING:
        return _load()


@cache
def _load() -> Library:
    with _own_surroundings():
        from escpos import capabilities  # noqa: PLC0415 - a tenth of a second, at the first slip only

        # Without the variable the library makes a new folder and tells where; nobody else ever sees it.
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
        from escpos.printer import Dummy  # noqa: PLC0415 - as above

        return Library(Dummy, capabilities.Profile)


@contextmanager
def _own_surroundings() -> Iterator[None]:
    root = logging.getLogger()
    silencer = logging.NullHandler()
    before = {name: os.environ.pop(name) for name in _VARIABLES if name in os.environ}
    os.environ["ESCPOS_CAPABILITIES_FILE"] = str(_CAPABILITIES)
    # basicConfig() does nothing to a logger that has a handler.
    root.addHandler(silencer)
    try:
        yield
    finally:
        root.removeHandler(silencer)
        for name in _VARIABLES:
            os.environ.pop(name, None)
        os.environ.update(before)

"""What differs between printers: width, code pages, identity, and the habits of their makers.

`ESC t n` means another table on every make (escpos.md 6.1); the tables here are those of the named models. A page
without a Python codec is known to the printer, but its upper half prints as U+FFFD.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from collections.abc import Mapping

NOT_IN_PAGE = "\ufffd"

# The places a country set replaces, in the order of the rows below (ESC R).
_REPLACED = "#$@[\\]^`{|}~"
_COUNTRIES = (
    "#$@[\\]^`{|}~",  # United States
    "#$à°ç§^`éùè¨",  # France
    "#$§ÄÖÜ^`äöüß",  # Germany
    "£$@[\\]^`{|}~",  # United Kingdom
    "#$@ÆØÅ^`æøå~",  # Denmark I
    "#¤ÉÄÖÅÜéäöåü",  # Sweden
    "#$@°\\é^ùàòèì",  # Italy
    "₧$@¡Ñ¿^`¨ñ}~",  # Spain I
    "#$@[¥]^`{|}~",  # Japan
    "#¤ÉÆØÅÜéæøåü",  # Norway
    "#$ÉÆØÅÜéæøåü",  # Denmark II
    "#$á¡Ñ¿é`íñóú",  # Spain II
    "#$á¡Ñ¿éüíñóú",  # Latin America
    "#$@[₩]^`{|}~",  # Korea
    "#$ŽŠĐĆČžšđćč",  # Slovenia, Croatia
    "#¥@[\\]^`{|}~",  # China
)
COUNTRY_COUNT = len(_COUNTRIES)

_EPSON_PAGES = {
    0: "cp437",
    1: "shift_jis",  # half-width Katakana only: its other bytes are lead bytes, which a one-byte page lacks
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    11: "",  # PC851
    12: "",  # PC853
    13: "cp857",
    14: "cp737",
    15: "iso8859_7",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    32: "cp720",
    33: "cp775",
    34: "cp855",
    35: "cp861",
    36: "cp862",
    37: "cp864",
    38: "cp869",
    39: "iso8859_2",
    40: "iso8859_15",
    44: "cp1125",
    45: "cp1250",
    46: "cp1251",
    47: "cp1253",
    48: "cp1254",
    49: "cp1255",
    50: "cp1256",
    51: "cp1257",
    52: "cp1258",
    53: "kz1048",
}
# POS-5890 and its kin (escpos-printer-db): PC852 also at 54, the Windows pages from 71.
_CHINESE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    25: "cp1257",
    27: "cp1258",
    50: "cp437",
    53: "cp858",
    54: "cp852",
    59: "cp866",
    60: "cp855",
    61: "cp857",
    64: "cp737",
    71: "cp1252",
    72: "cp1250",
    73: "cp1251",
    90: "cp1253",
    91: "cp1254",
}
# RP326 (escpos-printer-db): WPC1251 at 6, PC866 at 7, MIK at 8, WPC1250 at 30.
_RONGTA_PAGES = {
    0: "cp437",
    2: "cp850",
    6: "cp1251",
    7: "cp866",
    8: "",  # MIK
    16: "cp1252",
    17: "cp1253",
    18: "cp852",
    19: "cp858",
    23: "latin_1",
    25: "cp1257",
    28: "cp855",
    29: "cp857",
    30: "cp1250",
    32: "cp1254",
    36: "iso8859_2",
    44: "iso8859_15",
}


@dataclass(frozen=True, slots=True)
class Model:
    """One make of printer; `dataclasses.replace` makes another, for instance with its own `serial`.

    `two_byte` printers have a Chinese font; with `two_byte_at_start` they power up reading two bytes as one
    Chinese character until `FS .` (escpos.md 6.1). With `enquiry_always_clears` the request `DLE ENQ 2` empties the
    buffers at any time, not only in an error. `asb_default` is the `GS a` mask after power-on and `ESC @`.
    """

    name: str
    maker: str = "EPSON"
    product: str = "TM-T20II"
    firmware: str = "1.20 SIM"
    serial: str = "SIM0000001"
    model_id: int = 0x20
    dots: int = 576
    cutter: bool = True
    near_end_sensor: bool = True
    two_byte: bool = False
    two_byte_at_start: bool = False
    enquiry_always_clears: bool = False
    asb_default: int = 0
    code_pages: Mapping[int, str] = field(default_factory=lambda: MappingProxyType(_EPSON_PAGES))

    @property
    def columns(self) -> int:
        """Characters of font A (12 dots wide) on one line."""
        return self.dots // 12


EPSON_80 = Model("epson-80")
EPSON_58 = Model("epson-58", product="TM-P20", dots=384)
CHINESE_80 = Model(
    "chinese-80",
    maker="POS",
    product="POS-80",
    two_byte=True,
    two_byte_at_start=True,
    near_end_sensor=False,
    enquiry_always_clears=True,
    code_pages=MappingProxyType(_CHINESE_PAGES),
)
RONGTA_80 = Model(
    "rongta-80",
    maker="Rongta",
    product="RP326",
    enquiry_always_clears=True,
    code_pages=MappingProxyType(_RONGTA_PAGES),
)
MODELS = MappingProxyType({model.name: model for model in (EPSON_80, EPSON_58, CHINESE_80, RONGTA_80)})


@lru_cache(maxsize=64)
def upper_half(codec: str) -> str:
    """Return the 128 characters of bytes 80h..FFh; what the page lacks is U+FFFD."""
    return "".join(_one_byte(codec, byte) for byte in range(0x80, 0x100))


def _one_byte(codec: str, byte: int) -> str:
    if not codec:
        return NOT_IN_PAGE
    character = bytes([byte]).decode(codec, "replace")[:1]
    return NOT_IN_PAGE if category(character) == "Cc" else character


@lru_cache(maxsize=64)
def lower_half(country: int) -> str:
    """Return the characters of bytes 20h..7Fh under country set `country` (`ESC R`); 7Fh prints as a blank."""
    plain = "".join(chr(byte) for byte in range(0x20, 0x7F)) + " "
    return plain.translate(str.maketrans(_REPLACED, _COUNTRIES[country]))

"""What differs between printers and generations of firmware (posnet.md 7.2, 14 and 17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Model:
    """A kind of printer; `columns` is how many characters its paper takes, `missing` the commands it lacks.

    `clock_hours` is how far the clock may be set in fiscal mode, `cancelled_code` what it says when the operator
    breaks something off. Its frame errors 7, 8 and 9 tell the length of command, token and CRC when `old`.
    """

    name: str
    version: str
    program: str = "1.01"
    columns: int = 40
    name_length: int = 80
    description_length: int = 50
    clock_hours: int = 2
    cancelled_code: int = 30
    old: bool = False
    near_end_sensor: bool = True
    missing: frozenset[str] = field(default_factory=frozenset)

    def lacks(self, mnemonic: str) -> bool:
        """Whether its firmware does not know a command."""
        return mnemonic in self.missing or (self.old and mnemonic.startswith("eparagon"))

    @property
    def limits(self) -> Mapping[str, int]:
        """The lengths of texts that differ between generations, by the name the commands use."""
        return {
            "name": self.name_length,
            "description": self.description_length,
            "footer": 56 if self.columns >= 48 else 40,
            "tiny": 80 if self.columns >= 48 else 51,
        }


XL2_ONLINE = Model("POSNET THERMAL XL2 ONLINE", "30.01")
OLD_HS = Model(
    "POSNET THERMAL HS FV",
    "1.07",
    program="",
    name_length=40,
    description_length=35,
    clock_hours=1,
    cancelled_code=10,
    old=True,
    missing=frozenset(
        {
            "getrealid",
            "eclastdocnoget",
            "trnipset",
            "doccntget",
            "fmrecrd",
            "ecprndoc",
            "eclastprintouts",
            "vatautoset",
            "vatautoget",
            "subgettime",
            "authstateget",
            "certinfoget",
            "ecmedinfoget",
            "factorynumberget",
        }
    ),
)

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "xl2": XL2_ONLINE,
        "xl2-80": Model("POSNET THERMAL XL2 ONLINE S", "30.01", columns=56),
        "hd": Model("POSNET THERMAL HD ONLINE", "31.01", columns=56),
        "temo": Model("POSNET TEMO ONLINE", "32.01", near_end_sensor=False, missing=frozenset({"sdrwr"})),
        "evo": Model("POSNET EVO ONLINE", "39.01"),
        "hs": OLD_HS,
    }
)

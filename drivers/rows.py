"""The rows a slip is made of: frozen values that a thermal printer and a PDF page draw alike.

A slip is a grid of `columns` characters in one fixed-width font. What a row may rely on:

    Text     one line, already wrapped, fitted and padded: at most `columns` characters, `columns // 2` when
             `wide`. Inner runs of spaces are columns of a table and must be kept. An empty text is an empty line.
    Rule     a line across the whole width
    Picture  a logo file, centred, at most the paper's width; left out where it cannot be read
    Symbol   a QR code or CODE128 barcode of `data`, centred; `data` is printable and for barcodes ASCII.
             Drawn as text where it does not fit.
    Feed     empty lines
    Kick     open the drawer         (paper printers only)
    Cut      the end of the slip     (paper printers only)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
SymbolKind = Literal["qr", "barcode"]
CutKind = Literal["partial", "full"]
DrawerPin = Literal["pin2", "pin5"]


@dataclass(frozen=True, slots=True)
class Text:
    """One printed line. `wide` doubles the width of every character, `tall` the height."""

    text: str
    align: Align = "left"
    bold: bool = False
    wide: bool = False
    tall: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A logo: path of an image file."""

    path: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A machine-readable code."""

    kind: SymbolKind
    data: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Kick:
    """Open the cash drawer on this connector pin."""

    pin: DrawerPin


@dataclass(frozen=True, slots=True)
class Cut:
    """Feed the slip out and cut it."""

    kind: CutKind


Row = Text | Rule | Picture | Symbol | Feed | Kick | Cut

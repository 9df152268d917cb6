"""Rows and columns: Markdown, which reads well in a terminal too, and JSON with the numbers as they were measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be: at most, or at least, `limit`."""

    limit: float
    at_least: bool = False

    def beside(self, value: float) -> str:
        """Return the aim in words, and whether this value meets it."""
        met = value >= self.limit if self.at_least else value <= self.limit
        sign = ">=" if self.at_least else "<="
        return f"{sign} {self.limit:g}: {'met' if met else 'MISSED'}"


@dataclass(slots=True)
class Table:
    """One table of figures. A cell that is None was not measured, and a note says why."""

    name: str
    title: str
    columns: Sequence[str]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        """Add a row: one cell for each column. Raises ValueError."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns of {self.name}")
        self.rows.append(cells)

    def to_text(self) -> str:
        """Return the table in Markdown, columns lined up."""
        lines = [tuple(self.columns), *(tuple(map(cell_text, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        left = [all(isinstance(row[place], str) for row in self.rows) for place in range(len(widths))]
        rule = "|".join(
            "-" * (width + 1) + ("-" if left[place] else ":") for place, width in enumerate(widths)
        )
        head, *body = [_line(line, widths, left) for line in lines]
        notes = [f"* {note}" for note in self.notes]
        return "\n".join(
            [f"### {self.title}", "", head, f"|{rule}|", *body, *([""] if notes else []), *notes, ""]
        )

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON."""
        return {
            "name": self.name,
            "title": self.title,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "notes": list(self.notes),
        }


def cell_text(cell: Cell) -> str:
    """Return a cell as text: whole numbers in groups of three digits, others with three digits that count."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    size = abs(cell)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{cell:,.{digits}f}"


def _line(cells: Sequence[str], widths: Sequence[int], left: Sequence[bool]) -> str:
    padded = [
        f"{cell:<{width}}" if is_left else f"{cell:>{width}}"
        for cell, width, is_left in zip(cells, widths, left, strict=True)
    ]
    return f"| {' | '.join(padded)} |"

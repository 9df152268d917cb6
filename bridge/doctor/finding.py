"""What the doctor found, in two languages, out of the table `findings.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE = Path(__file__).with_name("findings.toml")


class Severity(StrEnum):
    """How bad it is, the worst first: it stops or spoils printing; it will; worth knowing, nothing is wrong."""

    TROUBLE = "trouble"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: with what (`subject`), and how to mend it, in English and Polish. `code` is stable."""

    code: str
    severity: Severity
    subject: str
    what: str
    cure: str
    what_pl: str
    cure_pl: str

    def words(self, language: str) -> tuple[str, str]:
        """Return what is wrong and the cure in a language people are spoken to: `pl`, or else English."""
        return (self.what_pl, self.cure_pl) if language == "pl" else (self.what, self.cure)


def found(code: str, subject: str, **facts: object) -> Finding:
    """Return the finding `code` of the table, its sentences filled in with facts. Raises KeyError for a lacking one."""
    entry = catalogue()[code]
    told = {key: text.format_map(facts) for key, text in entry.items() if key != "severity"}
    return Finding(code, Severity(entry["severity"]), subject, **told)


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Return findings ordered by severity; within one they stay in the order of the checks."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Return the table: severity, what, cure, what_pl, cure_pl by code."""
    table: Mapping[str, Mapping[str, str]] = tomllib.loads(_TABLE.read_text("utf-8"))
    return table

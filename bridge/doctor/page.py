"""`docs/findings.md`, made from the table of findings: `python -m bridge.doctor.page > docs/findings.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.doctor.finding import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HEAD = """\
# What `receipt-bridge doctor` finds

Made from `bridge/doctor/findings.toml` by `python -m bridge.doctor.page`; a test keeps the two together. Words in
braces stand for what was found. A **trouble** stops or spoils printing, a **warning** will, an **advice** is worth
knowing.
"""


def page() -> str:
    """Return the whole page: every finding with its cure, in English and Polish."""
    lines = [line for code, entry in catalogue().items() for line in _part(code, entry)]
    return _HEAD + "\n".join([*lines, ""])


def _part(code: str, entry: Mapping[str, str]) -> Iterator[str]:
    yield ""
    yield f"## {code}"
    yield ""
    yield f"**{entry['severity']}**"
    yield ""
    for ending in ("", "_pl"):
        yield f"- {_sentence(entry[f'what{ending}'])}"
        yield f"  *{_sentence(entry[f'cure{ending}'])}*"


def _sentence(text: str) -> str:
    alone = text.startswith("{") and text.find("}") == len(text) - 1
    return text if alone else f"{text[0].upper()}{text[1:].rstrip('.')}."


if __name__ == "__main__":
    print(page(), end="")

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bridge.cli.main import COMMANDS
from bridge.journal.states import diagram

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("drivers/*.md")])


def between(text: str, mark: str) -> str:
    """Return what stands between two comments of a page."""
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", text, re.DOTALL)
    assert found is not None, mark
    return found[1]


def test_the_drawing_of_a_receipt_s_life_is_the_table_of_the_journal() -> None:
    drawn = between((ROOT / "docs/architecture.md").read_text(), "states")

    assert f"```mermaid\n{diagram()}\n```\n" == drawn


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", page.read_text())

    for target in (first or second for first, second in targets):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_readme_names_the_two_commands_and_only_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    makefile = (ROOT / "Makefile").read_text()

    named = set(re.findall(r"receipt-bridge ([a-z][a-z-]+)", readme))
    assert {"make demo", "make test"} <= set(re.findall(r"make (?:demo|test)", readme))
    assert named - {"is"} <= set(COMMANDS)
    for target in re.findall(r"`make ([a-z-]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_page_of_decisions_has_its_four_parts() -> None:
    for page in (ROOT / "docs/decisions").glob("*.md"):
        text = page.read_text()
        for part in (
            "**Context.**",
            "**Choice.**",
            "**What it costs.**",
            "**How we would know it was wrong.**",
        ):
            assert part in text, (page.name, part)


def test_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text()

    assert ["make test"] == re.findall(r"^make .*$", script, re.MULTILINE)

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bridge import messages
from bridge.messages.__main__ import document, journal_catalog, main, words

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "bridge").rglob("*.py"))
SAYERS = [
    path for path in SOURCES if "bridge.log" in (text := path.read_text("utf-8")) or "import messages" in text
]
CODES = {name for name, value in vars(messages).items() if isinstance(value, messages.Message)}
# Where in the call the kind of the line stands, by the name of what is called.
SAYING = {
    "say": 0,
    "say_at_length": 0,
    "repeated.trouble": 1,
    "repeated.over": 1,
    "desk.repeated.trouble": 1,
    "desk.repeated.over": 1,
    "desk.tell": 0,
    "tell": 0,
}


def test_ids_are_128_bits_and_no_two_are_alike() -> None:
    ids = [message.id for message in messages.catalog()]

    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)
    assert len(set(ids)) == len(ids)


def test_a_code_is_the_name_it_has_in_the_program() -> None:
    assert {name.lower() for name in CODES} == {message.code for message in messages.catalog()}
    assert all(getattr(messages, message.code.upper()) is message for message in messages.catalog())


def test_every_message_is_explained_in_english_and_polish() -> None:
    told = words()

    assert [message.code for message in messages.catalog()] == list(told)
    for code, entry in told.items():
        assert {"when", "todo", "when_pl", "todo_pl"} == entry.keys(), code
        assert all(text.endswith(".") and "\n" not in text for text in entry.values()), code
        assert entry["when"] != entry["when_pl"], code


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("docs/messages.md", "doc"),
        ("systemd/receipt-bridge.catalog", "catalog"),
        ("systemd/receipt-bridge.pl.catalog", "catalog-pl"),
    ],
)
def test_what_is_made_from_the_catalog_is_current(
    name: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main([kind])

    assert (ROOT / name).read_text(encoding="utf-8") == capsys.readouterr().out, (
        f"python -m bridge.messages {kind} > {name}"
    )


def test_the_program_that_makes_them_tells_how_it_is_called() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bridge.messages"], cwd=ROOT, capture_output=True, check=False, text=True
    )

    assert 2 == done.returncode
    assert "python -m bridge.messages doc" in done.stderr


@pytest.mark.parametrize("language", ["", "pl"])
def test_the_journal_s_catalog_has_an_entry_for_each_message(language: str) -> None:
    entries = journal_catalog(language).split("\n-- ")[1:]

    assert [message.id for message in messages.catalog()] == [entry[:32] for entry in entries]
    for entry in entries:
        head, _, body = entry.partition("\n\n")
        assert ["Subject", "Defined-By", "Documentation"] == re.findall(
            r"^([A-Z][\w-]+): \S", head, re.MULTILINE
        )
        assert body.strip()


def test_the_document_has_every_id() -> None:
    assert all(message.id in document() for message in messages.catalog())


def calls(tree: ast.Module) -> list[tuple[ast.Call, ast.expr]]:
    """Return every call that writes a line of the log, with its argument that tells the kind of the line."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = SAYING.get(ast.unparse(node.func).removeprefix("self.").removeprefix("_"))
            if place is not None and len(node.args) > place + 1:
                found.append((node, node.args[place]))
    return found


def codes_in(node: ast.AST) -> set[str]:
    """Return the messages an expression names."""
    return {
        one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == "messages"
    }


def own_codes(path: Path) -> set[str]:
    return codes_in(ast.parse(path.read_text(encoding="utf-8")))


def test_every_code_the_program_uses_stands_in_the_catalog_and_every_one_of_the_catalog_is_used() -> None:
    used = set().union(*(own_codes(path) for path in SOURCES)) - {"Message"}

    assert CODES == used


@pytest.mark.parametrize("path", SAYERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_line_of_the_log_is_of_a_catalogued_kind(path: Path) -> None:
    for call, kind in calls(ast.parse(path.read_text(encoding="utf-8"))):
        # A `message` was chosen a few lines before, or is an argument: mypy holds that it is one.
        is_chosen = ast.unparse(kind) in {"message", "found.message"}
        assert is_chosen or codes_in(kind), f"{path}:{call.lineno}"
        assert codes_in(kind) <= CODES, f"{path}:{call.lineno}"


def test_the_walk_finds_the_calls_it_is_there_for() -> None:
    found = [call for path in SAYERS for call, _kind in calls(ast.parse(path.read_text(encoding="utf-8")))]

    assert len(found) > 50


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nobody_writes_to_the_log_past_the_catalog(path: Path) -> None:
    if path == ROOT / "bridge/log.py":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    levels = {"debug", "info", "warning", "error", "critical", "exception", "log"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in levels:
            assert "log" not in ast.unparse(node.func.value), f"{path}:{node.lineno}"

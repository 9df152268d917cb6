"""The manuals: what they name exists, what they show is shown, and both languages say the same."""

# mypy: disallow-untyped-calls=False
# reportlab is not typed.

from __future__ import annotations

import re
import shlex
import sys
import time
import tomllib
from collections import Counter
from io import BytesIO
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
from support.desks import AT, TechniciansDesk, technicians_desk
from support.journals import enter, intend
from support.programs import Program

from bridge.alerts.words import ALERTS
from bridge.cli.main import COMMANDS, build_parser
from bridge.config.model import Config
from bridge.config.reading import load_config
from bridge.journal import Journal
from bridge.reasons import REASONS, Decision
from drivers import registry
from drivers.escpos import troubles as escpos
from drivers.link.address import parse_address
from drivers.posnet import troubles as posnet
from drivers.posnet.readings import Counters
from drivers.posnet.verdict import Row
from drivers.posnet.words import unknown_reason

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "manual"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.md"))}
NAMES = ("cashier", "technician")
LANGUAGES = ("en", "pl")
MOST_LINES = 60
MARGINS = ("leftMargin", "rightMargin", "topMargin", "bottomMargin")
TEXT_WIDTH = A4[0] - 30 * mm - 12

TRAINING = (ROOT / "bridge" / "training.py").exists()
TROUBLES = (escpos.TROUBLES, posnet.TROUBLES)
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
PROGRAMS = (
    *("apt", "chmod", "journalctl", "ls", "lsusb", "ping", "raspi-config", "systemctl", "timedatectl"),
    "/usr/lib/receipt-bridge/bin/python",
)
"""Programs of the system that a technician is told to type."""

PLACEHOLDERS = {"ID": "1003", "PRINTER": "fiscal", "NUMBER": "00042", "FILE": "file"}
OTHERS = {
    "sudo",
    "/dev/ttyACM0",
    "url",
    "token",
    "api-token",
    "training.toml",
    "training/training/",
    "receipt-bridge_0.1.0_all.deb",
}
"""Names of files and words of a program's answer, explained where they stand."""

HELD = 1003

_BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_SETTING = re.compile(r"(\w+) = .+")


def blocks(text: str, kind: str) -> list[str]:
    """Return the code blocks of a kind, without the indentation of a list."""
    return [dedent(body).strip("\n") for name, body in _BLOCK.findall(text) if name == kind]


def spans(text: str) -> list[str]:
    """Return what stands between backticks in the sentences."""
    return _SPAN.findall(_BLOCK.sub("", text))


def lines_to_type(text: str) -> list[str]:
    """Return each whole line that a person may type, out of blocks and sentences."""
    shown = [
        line[2:] for block in blocks(text, "text") for line in block.splitlines() if line.startswith("$ ")
    ]
    typed = [line for block in blocks(text, "sh") for line in block.splitlines()]
    return [*shown, *typed, *(span for span in spans(text) if is_command(span))]


def is_command(text: str) -> bool:
    words = text.removeprefix("sudo ").split()
    return (len(words) > 1 or text.startswith("sudo ")) and words[0] in ("receipt-bridge", *PROGRAMS)


def keys() -> set[str]:
    """Return every key of the configuration."""
    return {
        *re.findall(r"^(?:# )?(\w+) = ", EXAMPLE, re.MULTILINE),
        *re.findall(r"^# (\w+) {2,}\S", EXAMPLE, re.MULTILINE),
    }


def vocabulary() -> set[str]:
    """Return every stable word of the program."""
    findings = tomllib.loads((ROOT / "bridge" / "doctor" / "findings.toml").read_text(encoding="utf-8"))
    codes = {*findings, *ALERTS, *REASONS, "other_device", *(code for table in TROUBLES for code in table)}
    return {*COMMANDS, *Decision, *codes, *registry.names(), *keys(), "process-id", "fence", "none", '"none"'}


def named_elsewhere(path: str) -> bool:
    """Whether a path stands in the package, the unit, the rules, the example or the documents about them."""
    places = [
        *ROOT.glob("packaging/**/*"),
        *ROOT.glob("systemd/*"),
        *ROOT.glob("docs/*.md"),
        ROOT / "config.example.toml",
    ]
    known = "\n".join(
        place.read_text(encoding="utf-8") for place in places if place.is_file() and place.suffix != ".pyc"
    )
    return path.rstrip("/") in known or path.lstrip("/") in known


def is_known(span: str) -> bool:
    """Whether what stands between backticks is something that exists."""
    if is_command(span) or span in {*vocabulary(), *PLACEHOLDERS, *OTHERS, *PROGRAMS}:
        return True
    if (setting := _SETTING.fullmatch(span)) is not None:
        return setting[1] in keys() and bool(tomllib.loads(span))
    if "://" in span:
        return bool(parse_address(span))
    if span.startswith("/"):
        return named_elsewhere(span)
    if span.startswith("["):
        return span[1:-1] in Config.model_fields
    if span.startswith("--"):
        return span.split(maxsplit=1)[0] in option_names()
    if re.fullmatch(r"&?flow=\w+", span):
        return bool(parse_address(f"serial:///dev/ttyUSB0?baud=9600&{span.lstrip('&')}"))
    return False


def option_names() -> set[str]:
    """Return the options of all commands."""
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    return set(re.findall(r"--[a-z-]+", page))


def log_sentences(text: str) -> list[str]:
    """Return the first column of the table about the log."""
    part = re.search(r"^## 6\..*?(?=^## 7\.)", text, re.MULTILINE | re.DOTALL)
    assert part is not None
    return re.findall(r"^\| `([^`]+)` \|", part[0], re.MULTILINE)


def later(span: str) -> bool:
    """Whether this belongs to training mode, which not every state of the project has."""
    return not TRAINING and (span.startswith(("address = ", "training = ", "simulator://")))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_can_be_typed_as_it_stands(page: str) -> None:
    parser = build_parser()
    typed = [line for line in lines_to_type(PAGES[page]) if "receipt-bridge" in line.split()[:2]]

    assert len(typed) > 5
    for line in typed:
        words = [PLACEHOLDERS.get(word, word) for word in shlex.split(line.removeprefix("sudo "))]
        parser.parse_args(words[1:])  # a wrong one ends the program


@pytest.mark.parametrize("page", PAGES)
def test_programs_that_are_not_ours_are_those_of_the_system(page: str) -> None:
    for line in lines_to_type(PAGES[page]):
        assert line.removeprefix("sudo ").split()[0] in ("receipt-bridge", *PROGRAMS), line
        if "systemctl" in line or "journalctl" in line:
            assert "receipt-bridge" in line


@pytest.mark.parametrize("page", PAGES)
def test_every_word_of_the_program_exists(page: str) -> None:
    sentences = log_sentences(PAGES[page]) if page.startswith("technician") else []
    words = [span for span in spans(PAGES[page]) if span not in sentences and not later(span)]

    assert [] == [word for word in words if not is_known(word)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_log_is_in_the_program(language: str) -> None:
    sentences = log_sentences(PAGES[f"technician.{language}.md"])
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bridge").rglob("*.py"))

    assert len(sentences) > 5
    assert [] == [sentence for sentence in sentences if sentence not in source]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_printer_says_is_what_the_program_says(language: str) -> None:
    said = re.findall(r"\*([^*]+\.)\*(?!\*)", PAGES[f"cashier.{language}.md"])
    texts = {one.words(language)[0] for table in TROUBLES for one in table.values()}

    assert len(said) > 5
    assert set(said) - texts == set()


CONFIGURATIONS = [
    (page, number) for page, text in PAGES.items() for number in range(len(blocks(text, "toml")))
]


@pytest.mark.parametrize(("page", "number"), CONFIGURATIONS)
def test_every_configuration_is_accepted(tmp_path: Path, page: str, number: int) -> None:
    text = blocks(PAGES[page], "toml")[number]
    if "simulator://" in text and not TRAINING:
        pytest.skip("this state of the project has no training mode")
    if "[[printers]]" not in text:
        text += '\n[[printers]]\nname = "till"\ndriver = "escpos"\naddress = "tcp://192.0.2.10:9100"\n'
    file = tmp_path / "config.toml"
    file.write_text(text, encoding="utf-8")

    assert 1 == len(load_config(file, {}).printers)


def desk_with_a_held_receipt(folder: Path, language: str) -> TechniciansDesk:
    """Make a desk whose fiscal printer stands still for a receipt that nobody can tell of."""
    desk = technicians_desk(folder, language=language)
    text = desk.config.read_text(encoding="utf-8").partition("[[printers]]")[0]
    desk.write(
        "config.toml",
        f'{text}[[printers]]\nname = "fiscal"\ndriver = "posnet"\naddress = "tcp://192.0.2.11:6666"\n',
    )
    before = Counters(5, 60, 41, 0, 41, 60, None, (0,) * 7, 41, 0, 0)
    with Journal.create(desk.folder / "journal.sqlite", lambda: float(AT)) as journal:
        intend(journal, enter(journal, HELD, printer="fiscal"))
        journal.hold(HELD, "interrupted_fiscal", unknown_reason(Row.FOREIGN, before, 4990))
        enter(journal, HELD + 1, printer="fiscal")
        journal.beat("printer:fiscal", "run-1", {"ready": True, "receipt": None, "warnings": []})
        journal.beat("api", "run-1", {"state": "ok", "what": ""})
        journal.beat("poll", "run-1", {"monotonic": 1.0, "listed": 2})
    return desk


def answers(
    language: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Return what each shown command answers at a terminal of 80 columns, while the daemon runs."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(time, "time", lambda: AT + 4.0)
    monkeypatch.setattr("bridge.journal.DaemonLock.owner", lambda _: 812)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    program = Program(desk_with_a_held_receipt(folder, language), capsys)
    shown = [block.splitlines()[0] for block in blocks(PAGES[f"technician.{language}.md"], "text")]
    return {line: program(*shlex.split(line)[3:]).out.rstrip() for line in shown}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_what_the_program_answers(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = answers(language, tmp_path, capsys, monkeypatch)
    shown = [block.partition("\n") for block in blocks(PAGES[f"technician.{language}.md"], "text")]

    assert len(shown) > 1
    assert {command: answer for command, _, answer in shown} == found


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_parts(name: str) -> None:
    english, polish = (PAGES[f"{name}.{language}.md"] for language in LANGUAGES)

    for what in (r"^#+ (?:[0-9.]+)?", r"^\|(?=.*\|.*\|$)", r"^ *(?:\*|[0-9]\.) ", r"^\n"):
        assert re.findall(what, english, re.MULTILINE) == re.findall(what, polish, re.MULTILINE), what


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_name_the_same_commands_words_and_files(name: str) -> None:
    english, polish = (PAGES[f"{name}.{language}.md"] for language in LANGUAGES)

    assert Counter(spans(english)) == Counter(spans(polish))
    assert blocks(english, "toml") == blocks(polish, "toml")
    assert [block.replace("--language en", "--language pl") for block in blocks(english, "sh")] == blocks(
        polish, "sh"
    )
    assert [re.sub(r"\.en\.md|\.pl\.md", "", link) for link in re.findall(r"\]\(([^)]+)\)", english)] == [
        re.sub(r"\.en\.md|\.pl\.md", "", link) for link in re.findall(r"\]\(([^)]+)\)", polish)
    ]


def laid_out(text: str) -> Iterator[Any]:
    """Yield a page's paragraphs and tables as a printer of documents would set them, in 9 points."""
    style = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=10.5, spaceAfter=2)
    rows: list[list[Paragraph]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            cells = [Paragraph(cell.strip().replace("`", ""), style) for cell in line.strip("|").split("|")]
            rows += [cells] if "---" not in line else []
            continue
        if rows:
            table = Table(rows, colWidths=[TEXT_WIDTH / len(rows[0])] * len(rows[0]))
            table.setStyle([("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)])
            yield table
            rows = []
        if line:
            yield Paragraph(line.replace("`", ""), style)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cashier_s_page_fits_on_one_sheet_of_a4(language: str) -> None:
    text = PAGES[f"cashier.{language}.md"]
    paper = BytesIO()
    document = SimpleDocTemplate(paper, pagesize=A4, **dict.fromkeys(MARGINS, 15 * mm))
    document.build(list(laid_out(text)))

    assert len(text.splitlines()) <= MOST_LINES
    assert 1 == document.page


def test_every_manual_is_there_in_both_languages_and_the_readme_leads_to_them() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert {f"{name}.{language}.md" for name in NAMES for language in LANGUAGES} == PAGES.keys()
    assert all(f"](docs/manual/{page})" in readme for page in PAGES)

from __future__ import annotations

import ast
import re
import string
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.machines import Box, case_of, codes

from bridge.doctor import examination, power
from bridge.doctor.examination import examine
from bridge.doctor.finding import Severity, catalogue, found, worst_first
from bridge.doctor.machine import Machine, clock_is_kept, run_command
from bridge.doctor.page import page

if TYPE_CHECKING:
    from bridge.config.model import Printer
    from bridge.doctor.case import Case
    from drivers.contract import Status

ROOT = Path(__file__).resolve().parents[3]
TEXTS = ("what", "cure", "what_pl", "cure_pl")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def used_codes() -> set[str]:
    """Return the codes that stand as text anywhere in the doctor's source."""
    texts = {
        node.value
        for path in (ROOT / "bridge/doctor").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return texts & catalogue().keys()


def healthy(box: Box) -> Case:
    """Return a case without findings, whoever runs the tests: token and journal belong to whom they should."""
    case = case_of(box)
    box.owned(case.config.baselinker.token_file, 0, 0o600)
    box.owned(case.config.journal.path.parent, 990, 0o700)
    return case


def test_a_healthy_machine_has_nothing(box: Box) -> None:
    assert [] == examine(healthy(box))


def test_findings_come_worst_first(box: Box) -> None:
    box.kept = False
    box.file("/sys/devices/platform/soc/soc:firmware/get_throttled", "80001")
    box.file("/sys/fs/ext4/sda1/errors_count", "1")

    assert ["disk_errors", "under_voltage", "clock_unsynchronised", "throttled_was"] == [
        one.code for one in examine(healthy(box))
    ]


def test_a_check_that_breaks_is_a_finding_and_keeps_no_other_from_being_made(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.file("/sys/fs/ext4/sda1/errors_count", "many")
    box.kept = False

    def look(_printer: Printer) -> Status:
        raise RuntimeError("a bug of a driver")

    found = {one.subject: one for one in examine(replace(case_of(box), look=look))}

    assert "not_looked" == found["disk errors"].code == found["printer till"].code
    assert "it could not be looked at: RuntimeError: a bug of a driver" == found["printer till"].what
    assert "clock_unsynchronised" == found["clock"].code


def test_what_a_check_found_before_it_broke_is_kept(box: Box) -> None:
    box.file("/sys/fs/ext4/a/errors_count", "3")
    box.file("/sys/fs/ext4/b/errors_count", "many")

    made = examination._made(case_of(box), "disk errors", power.disk_errors)

    assert [("disk_errors", "a"), ("not_looked", "disk errors")] == codes(made)


def test_every_check_on_this_real_machine_ends_without_breaking(box: Box) -> None:
    case = replace(case_of(box), machine=Machine())

    assert [] == [one.what for one in examine(case) if one.code == "not_looked"]


def test_the_kernel_of_this_machine_tells_whether_its_clock_is_kept() -> None:
    assert clock_is_kept() in (True, False)


def test_a_program_that_does_not_exist_says_nothing_and_one_that_does_says_it() -> None:
    assert run_command(("no-such-program-anywhere",)) is None
    assert (0, "hello\n") == run_command(("echo", "hello"))


# -- the table -----------------------------------------------------------------------------------------------------


def test_every_finding_of_the_table_is_found_somewhere_and_no_other() -> None:
    assert set(catalogue()) == used_codes()


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_every_finding_has_severity_and_sentences_in_two_languages(code: str) -> None:
    entry = catalogue()[code]

    assert {"severity", *TEXTS} == entry.keys()
    assert entry["severity"] in list(Severity)
    assert all(entry[text].strip() for text in TEXTS)
    if not fields(entry["what"]) & {"text", "reason"}:
        assert entry["what"] != entry["what_pl"]


def test_every_finding_is_provoked_in_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    assert [] == [code for code in catalogue() if f'"{code}"' not in tests]


def test_a_finding_never_changes_and_speaks_two_languages() -> None:
    finding = found("card_worn", "mmcblk0", device="mmcblk0", used="90")

    assert "about 90 % used" in finding.words("en")[0]
    assert "około 90 %" in finding.words("pl")[0]
    with pytest.raises(FrozenInstanceError):
        finding.code = "other"  # type: ignore[misc]


def test_within_a_severity_the_order_of_the_checks_stays() -> None:
    facts = {"device": "a", "count": 1, "used": "90"}
    made = [found(code, "a", **facts) for code in ("card_worn", "disk_errors", "card_worn_out")]

    assert ["disk_errors", "card_worn_out", "card_worn"] == [one.code for one in worst_first(made)]


def test_the_page_of_findings_is_made_from_the_table() -> None:
    told = (ROOT / "docs/findings.md").read_text(encoding="utf-8")

    assert page() == told
    assert list(catalogue()) == re.findall(r"^## (\w+)$", told, re.MULTILINE)

from __future__ import annotations

import re
from pathlib import Path

import drivers

README = Path(drivers.__file__).with_name("README.md").read_text("utf-8")
TESTS = {
    name
    for file in Path(__file__).parent.rglob("test_*.py")
    for name in re.findall(r"(?m)^def test_(\w+)", file.read_text("utf-8"))
}


def test_every_answer_of_the_checklist_names_tests_that_exist() -> None:
    questions, *answers = re.split(r"(?m)^### ", README[README.index("## The checklist") :])
    numbers = re.findall(r"(?m)^\| (\d+) \|", questions)
    assert answers
    for answer in answers:
        rows = re.findall(r"(?m)^\| (\d+) \| .* \| (.*) \|$", answer)
        assert numbers == [number for number, _ in rows]
        for number, evidence in rows:
            named = re.findall(r"`([\w.]+)`", evidence)
            assert named, number
            for name in named:
                stem = name.removesuffix("...")
                matches = [test for test in TESTS if test.startswith(stem) if name != stem or test == name]
                assert matches, f"{number}: no test is called {name}"

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.bare_trees import NEXT, Tree, bare_tree, dependencies, why_not_here

from bridge import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build" / "install-test"
SUITES = os.environ.get("SUITES", "bookworm trixie").split()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "suite" in metafunc.fixturenames:
        metafunc.parametrize("suite", SUITES, scope="module")


@pytest.fixture(scope="session")
def package() -> Path:
    """The package that `make deb` has built."""
    if reason := why_not_here():
        pytest.fail(reason, pytrace=False)
    path = ROOT / "dist" / f"receipt-bridge_{__version__}_all.deb"
    if not path.exists():
        pytest.fail(f"there is no {path}; type: make deb", pytrace=False)
    return path


@pytest.fixture(scope="session")
def next_package(package: Path) -> Path:
    """The same package under the next version, for upgrades."""
    unpacked = WORK / "next"
    subprocess.run(["rm", "-rf", str(unpacked)], check=True)
    WORK.mkdir(parents=True, exist_ok=True)
    subprocess.run(["dpkg-deb", "--raw-extract", str(package), str(unpacked)], check=True)
    for name, old, new in (
        ("DEBIAN/control", f"Version: {__version__}", f"Version: {NEXT}"),
        ("usr/lib/receipt-bridge/site-packages/bridge/__init__.py", f'"{__version__}"', f'"{NEXT}"'),
    ):
        file = unpacked / name
        changed = re.sub(f"{re.escape(old)}$", new, file.read_text(), flags=re.MULTILINE)
        assert changed != file.read_text(), name
        file.write_text(changed)
    path = WORK / f"receipt-bridge_{NEXT}_all.deb"
    words = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(unpacked), str(path)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="module")
def tree(suite: str, package: Path, request: pytest.FixtureRequest) -> Iterator[Tree]:
    """A bare system with what the package depends on, and nothing of the package."""
    original = bare_tree(suite, dependencies(package), WORK / "bare")
    made = Tree(original, WORK / f"{request.module.__name__.rpartition('.')[2]}-{suite}")
    yield made
    made.remove()

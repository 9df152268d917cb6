from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGING = ROOT / "packaging"
RULES = sorted((PACKAGING / "udev").glob("*.rules"))
SCRIPTS = [PACKAGING / "debian" / name for name in ("postinst", "prerm", "postrm", "receipt-bridge.rtupdate")]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_deb", PACKAGING / "build_deb.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_of_the_package_is_there(build: ModuleType) -> None:
    assert [] == [source for source in build.FILES if not (ROOT / source).is_file()]


def test_every_link_of_the_packaged_manual_leads_to_a_file_of_the_package(
    build: ModuleType, tmp_path: Path
) -> None:
    build._files(tmp_path)
    pages = sorted((tmp_path / build.DOCUMENTS / "manual").glob("*.md"))
    links = [
        (page, link.partition("#")[0])
        for page in pages
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in link
    ]

    assert {"config.example.toml", "README.md"} <= {Path(link).name for _, link in links}
    assert [] == [(page.name, link) for page, link in links if not (page.parent / link).is_file()]
    assert "](setup.md)" in (tmp_path / build.DOCUMENTS / "README.md").read_text(encoding="utf-8")


def test_links_out_of_the_package_and_to_parts_of_a_page_stay(build: ModuleType) -> None:
    targets = {"docs/a.md": "doc/a.md", "README.md": "doc/README.md"}
    text = "[x](../README.md#part) [x](#here) [x](https://example.com/a) [x](decisions/1.md)"

    assert text.replace("../", "") == build.relinked(text, "docs/a.md", targets)


def test_the_package_asks_for_the_pythons_it_has_parts_for(build: ModuleType) -> None:
    control = (PACKAGING / "debian" / "control").read_text()
    (depends,) = re.findall(r"^Depends: (.*)$", control, re.MULTILINE)

    assert ("3.11", "3.13") == build.PYTHONS
    # From 3.11 on, not 3.12, not 3.14 and later.
    assert depends.startswith(
        "python3:any (>= 3.11~), python3:any (<< 3.12) | python3:any (>= 3.13~), python3:any (<< 3.14),"
    )
    assert {"python3-pil", "python3-yaml", "libusb-1.0-0", "ca-certificates"} <= {
        one.split()[0] for one in depends.split(", ")
    }


def test_what_comes_from_debian_is_new_enough_by_the_project_s_own_words(build: ModuleType) -> None:
    project = (ROOT / "pyproject.toml").read_text()
    control = (PACKAGING / "debian" / "control").read_text()

    (asked,) = re.findall(r'"pillow>=([0-9.]+)"', project)
    assert f"python3-pil (>= {asked})" in control
    assert {"pillow", "pyyaml"} == set(build.FROM_DEBIAN)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_of_the_package_are_shell_that_ends_at_the_first_error(script: Path) -> None:
    checked = subprocess.run(["sh", "-n", str(script)], capture_output=True, check=False, text=True)

    assert (0, "") == (checked.returncode, checked.stderr)
    assert re.search(r"^set -e$", script.read_text(), re.MULTILINE)


def test_no_script_ever_deletes_the_journal() -> None:
    removals = [
        line.strip()
        for script in SCRIPTS
        for line in script.read_text().splitlines()
        if line.strip().startswith("rm ")
    ]

    assert 3 <= len(removals)
    assert [] == [line for line in removals if "/var/lib" in line or "$state" in line]


@pytest.mark.skipif(shutil.which("udevadm") is None, reason="this machine has no udevadm")
@pytest.mark.parametrize("rules", RULES, ids=lambda path: path.name)
def test_udev_accepts_the_rules(rules: Path) -> None:
    if subprocess.run(["udevadm", "verify", "--help"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine's udevadm cannot verify rules (it can from systemd 254 on)")
    # The user exists only where the package is installed.
    words = ["udevadm", "verify", "--resolve-names=never", str(rules)]
    checked = subprocess.run(words, capture_output=True, check=False, text=True)

    assert 0 == checked.returncode, checked.stdout + checked.stderr

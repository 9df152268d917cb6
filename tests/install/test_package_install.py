"""The package in a bare system without a network: installed, upgraded, removed, purged. The tests go in this order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.bare_trees import NEXT

from bridge import __version__, messages

if TYPE_CHECKING:
    from support.bare_trees import Tree

pytestmark = [pytest.mark.install, pytest.mark.timeout(900)]

ROOT = Path(__file__).resolve().parents[2]
_JOURNAL = "/var/lib/receipt-bridge/journal.sqlite"
_OF_THE_PACKAGE = (
    "find / -xdev -not -path '/proc/*' -name '*receipt-bridge*' -o -xdev -name '*receipt_bridge*'"
)

_COMPILED = """
import compileall, importlib.util, pathlib, subprocess
listed = subprocess.run(["dpkg", "-L", "receipt-bridge"], capture_output=True, text=True).stdout.split("\\n")
files = [pathlib.Path(one) for one in listed if one.endswith(".py")]
print(len(files), [str(one) for one in files if not pathlib.Path(importlib.util.cache_from_source(one)).exists()])
"""
_ORIGINS = """
import PIL, bridge, pydantic_core._pydantic_core as core, sys, yaml
print([one for one in sys.path if one.startswith("/usr/lib/python3/")])
print(bridge.__file__, core.__file__.rpartition("/")[2], PIL.__version__, yaml.__with_libyaml__)
"""


def test_it_installs_with_no_network_and_starts_nothing(tree: Tree, package: Path) -> None:
    inside = tree.put(package)

    assert "lo" == tree.run("tail --lines=+3 /proc/net/dev | cut -d: -f1").said.strip()
    done = tree.run(f"dpkg --install {inside}")

    assert 0 == done.code, done.said
    assert "next steps are in /usr/share/doc/receipt-bridge/install.md" in done.said
    assert f"receipt-bridge {__version__}" in tree.run("receipt-bridge --version").said
    assert not (tree / "/etc/systemd/system/multi-user.target.wants/receipt-bridge.service").is_symlink()
    assert [] == list((tree / "/etc/receipt-bridge").iterdir())
    assert "700 receipt-bridge receipt-bridge" in tree.run("stat -c '%a %U %G' /var/lib/receipt-bridge").said
    assert "nologin" in tree.run("getent passwd receipt-bridge").said


def test_every_file_is_compiled_for_this_system_s_python(tree: Tree) -> None:
    said = tree.run(f"python3 -c '{_COMPILED}'").said

    count, _, missing = said.partition(" ")
    assert int(count) > 700
    assert "[]" == missing.splitlines()[0]


def test_every_table_and_every_page_is_in_the_package(tree: Tree) -> None:
    tables = {
        str(path.relative_to(ROOT))
        for part in ("bridge", "drivers")
        for path in (ROOT / part).rglob("*")
        if path.suffix in {".toml", ".json"}
    }
    pages = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").glob("manual/*.md")}
    catalogs = {path.name for path in (ROOT / "systemd").glob("*.catalog")}

    libraries, documents = "/usr/lib/receipt-bridge/site-packages", "/usr/share/doc/receipt-bridge"
    assert {
        "bridge/baselinker/methods.json",
        "bridge/messages/words.toml",
        "bridge/doctor/findings.toml",
    } <= tables
    assert [] == [name for name in sorted(tables) if not (tree / f"{libraries}/{name}").is_file()]
    assert [] == [name for name in sorted(pages) if not (tree / f"{documents}/{name}").is_file()]
    assert 2 == len(catalogs)
    assert [] == [name for name in catalogs if not (tree / f"/usr/lib/systemd/catalog/{name}").is_file()]
    # By the trigger of Debian's systemd; not a script of the package.
    assert messages.STARTING.id in tree.run("journalctl --no-pager --list-catalog").said


def test_libraries_come_from_the_package_and_pictures_from_debian(tree: Tree) -> None:
    said = tree.run(f"/usr/lib/receipt-bridge/bin/python -I -c '{_ORIGINS}'").said

    paths, origins = said.splitlines()[:2]
    assert "[]" == paths
    file, core, pillow, with_libyaml = origins.split()
    assert file.startswith("/usr/lib/receipt-bridge/")
    assert core.endswith("-x86_64-linux-gnu.so")
    assert int(pillow.partition(".")[0]) >= 9
    assert "True" == with_libyaml


@pytest.mark.parametrize("printer", ["escpos", "posnet"])
def test_the_demo_runs_from_the_package_alone(tree: Tree, printer: str) -> None:
    done = tree.run(f"cd /root && receipt-bridge demo --printer {printer} --json 2> /dev/null")

    answer = json.loads(done.said[done.said.index("{") : done.said.rindex("}") + 1])
    assert answer["ok"]
    assert 12 == len(answer["receipts"])


def test_unit_and_rules_are_accepted_by_this_system_s_own_programs(tree: Tree) -> None:
    verified = tree.run("systemd-analyze verify receipt-bridge.service && echo accepted")
    rated = tree.run(
        "systemd-analyze security --offline=true --threshold=15 receipt-bridge.service | tail -1"
    )
    rules = tree.run(
        "udevadm verify --help > /dev/null 2>&1 || { echo '  Fail:    0'; exit; };"
        "udevadm verify /usr/lib/udev/rules.d/60-receipt-bridge.rules /usr/share/receipt-bridge/serial-port.rules"
    )

    assert "accepted" == verified.said.splitlines()[0]
    assert "OK" in rated.said, rated.said
    assert "  Fail:    0" in rules.said, rules.said


def test_an_upgrade_keeps_configuration_journal_and_token(tree: Tree, next_package: Path) -> None:
    kept = {
        "/etc/receipt-bridge/config.toml": "# mine\n",
        "/etc/receipt-bridge/api-token": "0000-FAKE-TOKEN\n",
    }
    for name, content in {**kept, _JOURNAL: "what was printed"}.items():
        (tree / name).write_text(content)
    inside = tree.put(next_package)

    done = tree.run(f"dpkg --install {inside}")

    assert 0 == done.code, done.said
    assert "conffile" not in done.said
    assert f"receipt-bridge {NEXT}" in tree.run("receipt-bridge --version").said
    for name, content in {**kept, _JOURNAL: "what was printed"}.items():
        assert content == (tree / name).read_text()
    assert "600 root" in tree.run("stat -c '%a %U' /etc/receipt-bridge/api-token").said


def test_removal_leaves_configuration_and_journal_and_not_a_file_of_the_program(tree: Tree) -> None:
    done = tree.run("dpkg --remove receipt-bridge")

    assert 0 == done.code, done.said
    assert "# mine\n" == (tree / "/etc/receipt-bridge/config.toml").read_text()
    assert "what was printed" == (tree / _JOURNAL).read_text()
    left = tree.run(_OF_THE_PACKAGE).said
    assert "/usr/lib/receipt-bridge" not in left
    assert "/usr/bin/receipt-bridge" not in left


def test_purging_deletes_the_token_and_says_where_the_journal_is_kept(tree: Tree) -> None:
    done = tree.run("dpkg --purge receipt-bridge")

    assert 0 == done.code, done.said
    assert not (tree / "/etc/receipt-bridge").exists()
    assert "what was printed" == (tree / _JOURNAL).read_text()
    assert "the journal of printed receipts is kept in /var/lib/receipt-bridge" in done.said


def test_it_installs_again_over_a_journal_that_was_kept(tree: Tree, package: Path) -> None:
    done = tree.run(f"dpkg --install {tree.put(package)}")

    assert 0 == done.code, done.said
    assert "what was printed" == (tree / _JOURNAL).read_text()
    assert "receipt-bridge receipt-bridge" in tree.run("stat -c '%U %G' /var/lib/receipt-bridge").said

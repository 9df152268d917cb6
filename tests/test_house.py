"""The house rules that a machine can hold: who may import whom, what an import does, how long things may be."""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.shops import issue, quick_shop, start
from support.waiting import LONGEST, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bridge", "drivers", "simulators")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

FLOORS: tuple[tuple[str, ...], ...] = (
    ("datagram", "journald", "messages", "pulse"),
    ("blotting", "clock", "config", "log", "notify", "pdf", "reasons", "wake", "whole_file"),
    ("baselinker", "journal", "outbox", "training"),
    ("decisions", "errands", "intake", "observer", "standing"),
    ("balance", "guards", "polls"),
    ("alerts", "metrics"),
    ("courier", "rounds", "station", "watch"),
    ("assembly",),
    ("backup", "doctor", "service", "support"),
    ("setup",),
    ("cli",),
    ("__main__",),
)
"""The parts of bridge, the ground first: a part may import what stands below it, and nothing beside it."""

BESIDE = {("decisions", "reasons")}
"""What may be imported although it stands on the same floor."""


def name_of(path: Path) -> str:
    """Return a module's name."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path, *, typing: bool = True) -> set[str]:
    """Return every module a file imports, wherever in it: `a.b` and, of `from a import b`, both `a` and `a.b`.

    Without `typing`, what is imported for the type checker alone does not count.
    """
    found: set[str] = set()
    tree = tree_of(path)
    if not typing:
        tree.body = [
            node
            for node in tree.body
            if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide who imports whom"
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def users(library: str, package: str, *, typing: bool = True) -> set[str]:
    """Return the modules of a package that import a library, or a part of it."""
    return {
        name_of(path)
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] == package
        and any(name == library or name.startswith(f"{library}.") for name in imports(path, typing=typing))
    }


# -- who may import whom -------------------------------------------------------------------------------------------


def test_drivers_know_neither_the_bridge_nor_the_simulators() -> None:
    assert set() == users("bridge", "drivers") | users("simulators", "drivers")


def test_simulators_do_not_know_the_bridge() -> None:
    assert set() == users("bridge", "simulators")


def test_the_bridge_knows_simulators_in_its_demo_and_in_training_mode_only() -> None:
    assert {"bridge.cli.demo", "bridge.training"} == users("simulators", "bridge")


@pytest.mark.parametrize("library", ["serial", "usb", "socket"])
def test_only_links_of_the_drivers_touch_a_port(library: str) -> None:
    found = users(library, "drivers")

    assert found
    assert all(name.startswith("drivers.link.") for name in found)


@pytest.mark.parametrize(
    ("library", "modules"),
    [
        ("httpx", {"bridge.alerts.webhook", "bridge.baselinker.client"}),
        ("sqlite3", {"bridge.journal.database"}),
        ("socket", {"bridge.datagram"}),
        ("reportlab", {"bridge.pdf"}),
        ("escpos", set()),
        ("serial", set()),
        ("usb", set()),
    ],
)
def test_a_library_of_the_bridge_has_one_file_that_knows_it(library: str, modules: set[str]) -> None:
    assert modules == users(library, "bridge")


def test_python_escpos_has_one_file_that_loads_it() -> None:
    assert {"drivers.escpos.library"} == users("escpos", "drivers", typing=False)


def test_the_bridge_asks_the_registry_for_drivers_and_knows_none_by_name() -> None:
    languages = {path.parent.name for path in (ROOT / "drivers").glob("*/driver.py")}

    assert "escpos" in languages
    assert set() == {name for one in languages for name in users(f"drivers.{one}", "bridge")}


def test_a_driver_knows_no_other_driver() -> None:
    languages = {path.parent.name for path in (ROOT / "drivers").glob("*/driver.py")}

    for one in languages:
        for user in users(f"drivers.{one}", "drivers"):
            assert user.startswith((f"drivers.{one}", "drivers.registry")), (user, one)


def part_of(module: str) -> str:
    """Return the part of bridge a module belongs to: `bridge.courier.poll` -> courier."""
    return module.split(".")[1] if module.count(".") else ""


def test_every_part_of_the_bridge_stands_on_a_floor() -> None:
    parts = {part_of(name_of(path)) for path in SOURCES if path.is_relative_to(ROOT / "bridge")}

    assert parts - {""} == {part for floor in FLOORS for part in floor}


@pytest.mark.parametrize("path", sorted((ROOT / "bridge").rglob("*.py")), ids=name_of)
def test_a_part_of_the_bridge_imports_only_from_the_floors_below_it(path: Path) -> None:
    height = {part: level for level, floor in enumerate(FLOORS) for part in floor}
    own = part_of(name_of(path))
    known = {part_of(name) for name in imports(path) if name.startswith("bridge.")} & height.keys()
    for other in known - {own}:
        assert height[other] < height[own] or (own, other) in BESIDE, f"{own} imports {other}"


# -- what an import does -------------------------------------------------------------------------------------------

IMPORT_ALL = """
import importlib, json, logging, os, signal, sys, threading

names = json.load(sys.stdin)
before = (dict(os.environ), os.getcwd(), logging.getLogger().handlers[:], threading.active_count(),
          signal.getsignal(signal.SIGTERM), os.listdir("."))
forbidden = ("socket.connect", "socket.bind", "socket.__new__", "subprocess.Popen", "os.system", "os.fork",
             "os.exec", "os.posix_spawn", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod",
             "sqlite3.connect", "pty.spawn", "signal.pthread_kill", "shutil.rmtree", "tempfile.mkstemp",
             "tempfile.mkdtemp", "urllib.Request")

def watch(event, arguments):
    if event in forbidden and not is_bytecode(arguments):
        raise SystemExit(f"{event} {arguments!r}")
    if event == "open" and writes(arguments) and not is_bytecode(arguments):
        raise SystemExit(f"open {arguments!r}")

def writes(arguments):
    path, mode, flags = arguments
    if isinstance(path, int):
        return False  # a descriptor: what opened it was looked at
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

def is_bytecode(arguments):
    return "__pycache__" in str(arguments[0] if arguments else "")

sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
after = (dict(os.environ), os.getcwd(), logging.getLogger().handlers[:], threading.active_count(),
         signal.getsignal(signal.SIGTERM), os.listdir("."))
assert before == after, (before, after)
print("nothing happened")
"""


def test_importing_any_module_of_the_project_does_nothing(tmp_path: Path) -> None:
    names = [name_of(path) for path in SOURCES if path.name != "__main__.py"]

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL],
        input=json.dumps(names),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )

    assert ("nothing happened\n", "") == (done.stdout, done.stderr)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_the_body_of_a_module_only_defines(path: Path) -> None:
    allowed = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
        ast.If,
    )
    for node in tree_of(path).body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        assert isinstance(node, allowed) or is_text, f"{path}:{node.lineno}"
        if isinstance(node, ast.If):
            assert ast.unparse(node.test) in {"TYPE_CHECKING", "__name__ == '__main__'"}, (
                f"{path}:{node.lineno}"
            )


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_global_is_changed_later(path: Path) -> None:
    assert [] == [node.lineno for node in ast.walk(tree_of(path)) if isinstance(node, ast.Global)]


HEAVY = ("PIL", "click", "escpos", "http.server", "pypdf", "reportlab", "rich", "simulators", "usb", "yaml")
DUMPING = """
import json, signal, sys
from bridge.cli import main

def dump(_number, _frame):
    with open(sys.argv[3] + ".modules", "w") as file:
        json.dump(sorted(sys.modules), file)

signal.signal(signal.SIGUSR1, dump)
sys.exit(main(sys.argv[1:]))
"""


def loaded(config: Path, daemon: subprocess.Popen[bytes]) -> set[str]:
    """Return the modules a daemon has loaded by now."""
    dumped = config.with_name(f"{config.name}.modules")
    dumped.unlink(missing_ok=True)
    daemon.send_signal(signal.SIGUSR1)

    def complete() -> set[str]:
        try:
            return set(json.loads(dumped.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return set()

    return wait_for(complete)


def test_an_idle_daemon_has_loaded_nothing_heavy_and_one_that_prints_only_what_it_needs(
    tmp_path: Path,
) -> None:
    with quick_shop(
        tmp_path,
        command=(sys.executable, "-c", DUMPING, "run"),
        environ={"PYTHONPATH": str(ROOT)},
        tables=[{"id": 1, "copy": "pdf"}],
    ) as shop:
        daemon = start(shop)
        wait_for(lambda: shop.ask("status")["printers"][0]["ready"])
        idle = loaded(shop.config_file, daemon)
        (receipt,) = issue(shop)
        assert shop.server.ledger.wait_for(lambda ledger: bool(ledger.files(receipt)), LONGEST)
        busy = loaded(shop.config_file, daemon)
        assert 0 == shop.stop_daemon()

    assert "bridge.courier.poll" in idle
    assert "drivers.escpos.driver" in idle
    assert [] == [name for name in HEAVY if name in idle]
    assert {"escpos", "reportlab"} <= busy
    assert [] == [name for name in ("click", "http.server", "pypdf", "rich", "simulators") if name in busy]


def test_printers_on_the_network_load_no_library_of_other_links(tmp_path: Path) -> None:
    with quick_shop(
        tmp_path, command=(sys.executable, "-c", DUMPING, "run"), environ={"PYTHONPATH": str(ROOT)}
    ) as shop:
        modules = loaded(shop.config_file, start(shop))
        assert 0 == shop.stop_daemon()

    assert [] == [name for name in ("serial", "usb") if name in modules]


# -- what is installed ---------------------------------------------------------------------------------------------


def pinned() -> dict[str, str]:
    """Return the locked versions by name."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines)


def test_every_requirement_is_locked_by_name_and_version_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[<>=~!\[ ]", one, maxsplit=1)[0].lower() for one in wanted}

    assert names <= {name.lower().replace("_", "-") for name in pinned()}
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in pinned())


def required() -> set[str]:
    """Return what an installation of the product brings with it, without what the tests need."""
    found: set[str] = set()
    wanted = ["receipt-bridge"]
    while wanted:
        name = wanted.pop()
        with suppress(metadata.PackageNotFoundError):
            lines = [one for one in metadata.requires(name) or () if "extra ==" not in one]
            names = {re.split(r"[<>=~!\[; (]", one, maxsplit=1)[0].lower().replace("_", "-") for one in lines}
            wanted += names - found
            found |= names
    return found


@pytest.mark.parametrize("unwanted", ["click", "typer", "requests", "aiohttp"])
def test_what_nobody_asked_for_is_not_required(unwanted: str) -> None:
    assert {"httpx", "httpcore", "pydantic-core"} <= required()
    assert unwanted not in required()


def test_what_is_installed_is_what_is_locked() -> None:
    different = {
        name: (version, metadata.version(name))
        for name, version in pinned().items()
        if _is_installed(name) and metadata.version(name) != version
    }

    assert {} == different


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


# -- how long things may be ----------------------------------------------------------------------------------------


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each function of a file and how many lines it has, its docstring and its signature included."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name_of(path)}.{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_400_lines() -> None:
    long = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}

    assert {} == {name: lines for name, lines in long.items() if lines > 400}


def test_functions_are_short() -> None:
    lengths = {name: lines for path in SOURCES for name, lines in functions(path)}

    assert {} == {name: lines for name, lines in lengths.items() if lines > 60}
    assert statistics.median(lengths.values()) <= 9
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= 30


# -- what stands in no file ----------------------------------------------------------------------------------------

_REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "files.python" + "hosted",
    "npm" + "js.org",
    "crates" + ".io",
)
_MACHINES = re.compile(r"(?<![\w.:/-])/(?:work|home|Users|root)/[A-Za-z][\w.-]*")
_SKIPPED = {".git", ".venv", "__pycache__", "build", "dist", "demo-output"}


def tracked() -> list[Path]:
    """Return the files that are part of the project: what git knows, or what lies there where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return [
            path
            for path in ROOT.rglob("*")
            if path.is_file() and not {*path.relative_to(ROOT).parts} & _SKIPPED and not _is_cache(path)
        ]
    return [path for name in listed.split(b"\0") if name and (path := ROOT / os.fsdecode(name)).is_file()]


def _is_cache(path: Path) -> bool:
    return any(part.endswith(("_cache", ".egg-info", ".hypothesis")) for part in path.relative_to(ROOT).parts)


def test_no_file_names_a_package_registry_or_a_place_on_somebody_s_machine() -> None:
    found: list[str] = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {host}" for host in _REGISTRIES if host in text]
        found += [f"{path}: {match[0]}" for match in _MACHINES.finditer(text)]

    assert [] == found


def test_every_test_file_has_a_name_of_its_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))


def test_test_code_is_no_part_of_what_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert [*PACKAGES] == project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

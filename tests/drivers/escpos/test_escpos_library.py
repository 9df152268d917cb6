"""What importing python-escpos does to a process, and what it must not do to ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from drivers.escpos import library
from drivers.escpos.codepages import CODE_PAGES

ROOT = Path(library.__file__).parents[2]

LOAD = """
import logging, os, sys
before = dict(os.environ)
from drivers.escpos.library import load
library = load()
assert load() is library
assert dict(os.environ) == before, "environment"
assert logging.getLogger().handlers == [], "root logger"
assert logging.getLogger().level == logging.WARNING
from drivers.escpos.codepages import CODE_PAGES
printer = library.printer((CODE_PAGES["CP852"],), 576)
printer.charcode("CP852")
printer.text("ąż")
assert printer.output == bytes.fromhex("1b7412a5be"), printer.output
"""


def start(code: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a Python of its own whose temporary folder is `folder`."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=60)
    assert (0, "") == (process.returncode, err)
    return out


def test_options_and_opening_a_driver_load_nothing_heavy(tmp_path: Path) -> None:
    code = """
import sys, threading, time
import drivers.escpos, drivers.registry, drivers.layout
from drivers.contract import Surroundings
package = drivers.registry.load("escpos")
class Link:
    address, bytes_per_second, two_way, is_open = "memory://x", 960.0, True, False
surroundings = Surroundings(time.monotonic, threading.Event(), print)
driver = package.open_driver(package.Options(header=["Łódź"]), Link(), surroundings)
heavy = {"escpos", "PIL", "usb", "serial", "yaml", "qrcode", "barcode", "reportlab", "rich", "httpx", "anyascii"}
print(sorted(heavy & sys.modules.keys()))
"""
    assert "[]\n" == output(start(code, tmp_path))


def test_loading_leaves_no_trace(tmp_path: Path) -> None:
    assert "" == output(start(LOAD, tmp_path))
    assert [] == list(tmp_path.iterdir())


def test_processes_started_together_do_not_trip_over_a_broken_cache(tmp_path: Path) -> None:
    temporary, cache = tmp_path / "tmp", tmp_path / "cache"
    temporary.mkdir()
    cache.mkdir()
    version = ".".join(map(str, sys.version_info[:3]))
    broken = cache / f"{version}.capabilities.pickle"
    broken.write_bytes(b"\x80\x04\x95")
    crowd = [start(LOAD, temporary, ESCPOS_CAPABILITIES_PICKLE_DIR=str(cache)) for _ in range(4)]
    assert [""] * 4 == [output(process) for process in crowd]
    assert [] == list(temporary.iterdir())
    assert b"\x80\x04\x95" == broken.read_bytes()


def test_threads_load_it_once(tmp_path: Path) -> None:
    code = """
from concurrent.futures import ThreadPoolExecutor
from drivers.escpos.library import load
with ThreadPoolExecutor(8) as pool:
    libraries = list(pool.map(lambda _: load(), range(8)))
print(len(set(map(id, libraries))))
"""
    assert "1\n" == output(start(code, tmp_path))
    assert [] == list(tmp_path.iterdir())


def test_an_application_that_logs_keeps_its_handlers(tmp_path: Path) -> None:
    code = """
import logging
logging.basicConfig(level=logging.INFO, format="%(message)s")
before = list(logging.getLogger().handlers)
from drivers.escpos.library import load
load()
assert logging.getLogger().handlers == before
assert logging.getLogger().level == logging.INFO
"""
    assert "" == output(start(code, tmp_path))


def test_the_capabilities_file_has_every_code_page() -> None:
    capabilities = json.loads(Path(library.__file__).with_name("capabilities.json").read_text("utf-8"))
    expected = {library.library_name(page): page.codec for page in CODE_PAGES.values()}
    assert expected == {name: entry["python_encode"] for name, entry in capabilities["encodings"].items()}
    assert ["default"] == list(capabilities["profiles"])

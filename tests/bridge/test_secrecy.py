"""The API token is nowhere to be found: not in what the daemon says, keeps, shows or leaves behind when it dies.

The daemon is the real one, at its loudest, and BaseLinker answers with errors that repeat the token.
"""

from __future__ import annotations

import os
import signal
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.commands import run_command
from support.shops import issue, quick_shop, said, start, wait_for_state
from support.waiting import LONGEST, wait_for

from bridge.clock import SystemClock
from bridge.config.credentials import VARIABLE, read_token
from bridge.config.reading import load_config
from bridge.config.secret import Secret
from bridge.service import Service
from simulators.baselinker.account import refusal
from simulators.baselinker.faults import Kind
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.server import BaseLinkerServer, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from simulators.shop import Shop

TOKEN = "1234-56789-FAKE-SECRECY-TOKEN"


class EchoingServer(BaseLinkerServer):
    """BaseLinker as it may be some day: it repeats the token in every error, and refuses the methods named."""

    def __init__(self, *methods: str) -> None:
        super().__init__(token=TOKEN, limit=RequestLimit(per_minute=10**6))
        self.echoes = set(methods)

    def _reply(self, request: Request) -> dict[str, Any]:
        if request.method in self.echoes:
            return refusal(f"ERROR_{TOKEN}", f"Token {TOKEN} (X-BLToken: '{TOKEN}') may not do this")
        reply = super()._reply(request)
        if reply["status"] == "ERROR":
            reply["error_message"] = f"{TOKEN}: {reply['error_message']}"
        return reply


@contextmanager
def loud_shop(folder: Path, server: BaseLinkerServer, **further: Any) -> Iterator[Shop]:
    tables = [{"id": 1, "copy": "pdf"}]
    with quick_shop(folder, server=server, log={"level": "debug"}, tables=tables, **further) as shop:
        yield shop


def traces(folder: Path) -> list[str]:
    """Return every file of a shop in which the token stands, but the one that is there to hold it."""
    return [
        str(path)
        for path in sorted(folder.rglob("*"))
        if stat.S_ISREG(path.lstat().st_mode)
        and path.name != "api-token"
        and TOKEN.encode() in path.read_bytes()
    ]


def test_an_echoing_baselinker_finds_no_echo_in_log_journal_or_commands(tmp_path: Path) -> None:
    server = EchoingServer("addOrderReceiptFile")
    with loud_shop(tmp_path, server) as shop:
        issue(shop)
        start(shop, until="upload refused, it is tried again: ")
        server.echoes.add("setOrderReceipt")
        (receipt,) = issue(shop)
        wait_for(lambda: said(shop, "confirmation refused, it is tried again: "))
        server.echoes.add("getReceipt")
        (other,) = issue(shop)
        wait_for_state(shop, other, "held")
        told = [
            run_command(*words, config=shop.config_file)
            for words in (
                ("status", "--json"),
                ("receipts", str(receipt), "--json"),
                ("receipts", str(other)),
                ("check", "--json"),
            )
        ]
        assert 0 == shop.stop_daemon()

        assert said(shop, "ERROR_(token)")
        assert "ERROR_(token)" in told[2].out
        assert TOKEN not in "".join(one.out + one.err for one in told)
        assert [] == traces(tmp_path)


def test_a_token_that_is_refused_or_blocked_is_not_told(tmp_path: Path) -> None:
    server = EchoingServer()
    with loud_shop(tmp_path, server) as shop:
        start(shop)
        server.block()
        wait_for(lambda: said(shop, "api=blocked"))
        checked = run_command("check", "--json", config=shop.config_file)
        assert 0 == shop.stop_daemon()
        server.limit = RequestLimit()
        server.token = "another"
        start(shop, until="api=bad_token")
        shown = run_command("status", config=shop.config_file)
        assert 0 == shop.stop_daemon()

        assert TOKEN not in checked.out + checked.err + shown.out + shown.err
        assert [] == traces(tmp_path)


def test_broken_answers_at_the_loudest_level_tell_nothing(tmp_path: Path) -> None:
    server = EchoingServer()
    server.faults.script("getNewReceipts", Kind.BAD_JSON, Kind.BAD_JSON)
    with loud_shop(tmp_path, server) as shop:
        start(shop, until="BaseLinker answers again")
        assert 0 == shop.stop_daemon()

        assert [] == traces(tmp_path)


def test_the_system_s_own_view_of_the_process_does_not_show_it(tmp_path: Path) -> None:
    with loud_shop(tmp_path, EchoingServer()) as shop:
        daemon = start(shop)
        place = Path("/proc", str(daemon.pid))

        shown = [place / "cmdline", place / "environ", place / "comm", *place.glob("task/*/comm")]
        assert len(shown) > 4
        assert all(TOKEN.encode() not in path.read_bytes() for path in shown)
        assert 0 == shop.stop_daemon()


BUG = """
import sys
from bridge.courier import poll
from bridge.cli import main

def boom(*_, **__):
    raise RuntimeError("header X-BLToken: " + open(sys.argv[3].replace("config.toml", "api-token")).read())

poll.apply_poll = boom
sys.exit(main(sys.argv[1:]))
"""


def test_a_traceback_that_quotes_it_is_blotted(tmp_path: Path) -> None:
    command = (sys.executable, "-c", BUG, "run")
    with loud_shop(tmp_path, EchoingServer(), command=command) as shop:
        assert 70 == shop.start_daemon().wait(LONGEST)

        assert said(shop, "  RuntimeError: header X-BLToken: (token)")
        assert said(shop, "Traceback (most recent call last)")
        assert [] == traces(tmp_path)


def test_a_crash_leaves_the_stacks_in_the_log_and_no_core_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(tmp_path / "shop")
    with loud_shop(tmp_path / "shop", EchoingServer()) as shop:
        daemon = start(shop)
        limits = Path("/proc", str(daemon.pid), "limits").read_text(encoding="ascii")
        assert ["0", "0"] == next(line for line in limits.splitlines() if "core file" in line).split()[4:6]

        assert -signal.SIGABRT == shop.stop_daemon(signal.SIGABRT)

        assert said(shop, "Fatal Python error: Aborted")
        assert said(shop, "_wait")
        assert [] == [*tmp_path.rglob("core*")]
        assert [] == traces(tmp_path)


def test_programs_the_daemon_starts_do_not_inherit_it(tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("lp", "lpstat"):
        (programs / name).write_text(f"#!/bin/sh\nenv > {tmp_path}/seen-by-{name}\ncat > /dev/null\n")
        (programs / name).chmod(0o755)
    environ = {VARIABLE: TOKEN, "PATH": f"{programs}:{os.environ['PATH']}"}
    stanzas = {"till": {"address": "cups://queue", "proof": "none"}}
    with loud_shop(tmp_path / "shop", EchoingServer(), environ=environ, stanzas=stanzas) as shop:
        (tmp_path / "shop" / "api-token").unlink()
        receipts = issue(shop)
        start(shop)
        assert shop.wait_until_confirmed(receipts, LONGEST)
        assert 0 == shop.stop_daemon()

    for name in ("lp", "lpstat"):
        assert "PATH=" in (tmp_path / f"seen-by-{name}").read_text(encoding="utf-8")
    assert [] == traces(tmp_path)


def test_nothing_that_holds_the_token_shows_it(tmp_path: Path) -> None:
    with loud_shop(tmp_path, EchoingServer()) as shop:
        config = load_config(shop.config_file, {})
    token = read_token(config, {})

    service = Service(config, token, SystemClock(), {})

    assert TOKEN == token.reveal()
    assert TOKEN not in f"{service!r} {service} {config!r} {token} {token!r} {token:>40} {Secret(TOKEN)}"


def test_a_wrong_token_file_is_told_without_what_stands_in_it(tmp_path: Path) -> None:
    with loud_shop(tmp_path, EchoingServer()) as shop:
        (tmp_path / "api-token").write_text(f"token = {TOKEN}\n", encoding="utf-8")
        assert 78 == shop.start_daemon().wait(LONGEST)
        assert said(shop, "holds something else than a token")
        text = shop.config_file.read_text(encoding="utf-8")
        shop.config_file.write_text(text.replace('"api-token"', f'"{TOKEN}"'), encoding="utf-8")
        assert 78 == shop.start_daemon().wait(LONGEST)
        shop.config_file.write_text(text + f'\n[baselinker.token]\nvalue = "{TOKEN}"\n', encoding="utf-8")
        assert 78 == shop.start_daemon().wait(LONGEST)

        assert TOKEN not in shop.log_file.read_text(encoding="utf-8").replace(f"{tmp_path}/{TOKEN}", "a path")

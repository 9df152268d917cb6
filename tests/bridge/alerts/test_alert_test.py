"""`receipt-bridge alert-test`: every configured way is tried, and what became of it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.desks import technicians_desk
from support.listeners import MailListener, WebListener
from support.programs import Program

from simulators.escpos.server import TcpPrinter
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(technicians_desk(tmp_path / "desk"), capsys)


def configure(program: Program, alerts: str, url: str = "") -> None:
    secret = program.desk.folder / "hook"
    secret.touch(mode=0o600)
    secret.write_text(f"{url}\n", encoding="utf-8")
    text = program.desk.config.read_text(encoding="utf-8")
    program.desk.write("config.toml", f"{text}[alerts]\n{alerts}\n")


def test_where_nothing_is_configured_it_says_so(program: Program) -> None:
    ended = program("alert-test")

    assert 1 == ended.code
    assert "no way is configured" in ended.err


def test_every_way_is_tried_and_told(program: Program) -> None:
    with WebListener() as web, MailListener() as mail, TcpPrinter() as printer:
        text = program.desk.config.read_text(encoding="utf-8")
        program.desk.write("config.toml", text.replace('"tcp://127.0.0.1:2"', f'"{printer.address}"'))
        configure(
            program,
            'webhook_file = "hook"\nmail_to = ["a@example.com"]\nmail_server = "127.0.0.1"\n'
            f'mail_port = {mail.port}\nmail_security = "none"\nslip_printer = "bar"',
            web.url,
        )
        answer = program.json("alert-test")
        paper = "".join(slip.to_text() for slip in printer.device.ledger.slips)

    assert {
        "ok": True,
        "ways": [
            {"way": "webhook", "ok": True, "finding": "taken"},
            {"way": "mail", "ok": True, "finding": "taken"},
            {"way": "slip", "ok": True, "finding": "printed on bar"},
        ],
    } == answer
    assert [("test", "new")] == web.told()
    assert 1 == len(mail.mails)
    assert "This is a test alert of the receipt bridge." in paper


def test_one_way_that_fails_does_not_stop_the_others(program: Program) -> None:
    with WebListener(answers=[500]) as web, MailListener() as mail:
        configure(
            program,
            'webhook_file = "hook"\nmail_to = ["a@example.com"]\nmail_server = "127.0.0.1"\n'
            f'mail_port = {mail.port}\nmail_security = "none"\nslip_printer = "bar"',
            web.url,
        )
        ended = program("alert-test")

    assert 1 == ended.code
    assert "the server answered with status 500" in ended.out
    assert "FAKE-SECRET-PATH" not in ended.out
    assert 1 == len(mail.mails)
    assert ["webhook", "mail", "slip"] == [line.split()[0] for line in ended.out.splitlines()[1:]]


@pytest.mark.parametrize(
    ("missing", "ok", "finding"),
    [
        ((), True, "bar has a beep and a display"),
        (("dsptxtline",), True, "bar has a beep"),
        (("beep", "dsptxtline"), False, "bar has no beep or display"),
    ],
)
def test_the_counter_is_called_and_its_display_cleared(
    program: Program, missing: tuple[str, ...], ok: bool, finding: str
) -> None:
    device = FiscalPrinter(replace(XL2_ONLINE, missing=frozenset(missing)))
    with PosnetTcp(device.pc1) as port:
        before = program.desk.config.read_text(encoding="utf-8").rpartition("[[printers]]")[0]
        printer = f'name = "bar"\ndriver = "posnet"\naddress = "{port.address}"\nseries = [9]'
        program.desk.write("config.toml", f"{before}[[printers]]\n{printer}\n")
        configure(program, "beep = true")
        answer = program.json("alert-test")
    device.close()

    assert {"ok": ok, "ways": [{"way": "counter", "ok": ok, "finding": finding}]} == answer
    assert ({"beep"} - {*missing} == {"beep"}) == bool(device.beeps)
    assert all(not line.strip() for line in device.customer_display.values())

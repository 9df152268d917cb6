"""Alerts of the real daemon in a simulated shop: told to a real web server, a real mail server and a printer."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpx
from support.commands import run_command
from support.fiscal_shops import fiscal_shop
from support.listeners import MailListener, WebListener
from support.shops import issue, papers, quick_shop, said, start, wait_for_state
from support.waiting import wait_for

from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.shop import Shop

WRONG_NIP: dict[str, Any] = {"nip": "526-104-08-29"}


def shop_with(folder: Path, listener: WebListener, **settings: Any) -> Shop:
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "hook"
    secret.touch(mode=0o600)
    secret.write_text(f"{listener.url}\n", encoding="utf-8")
    alerts = {"webhook_file": str(secret), **settings.pop("alerts", {})}
    return quick_shop(folder, alerts=alerts, **settings)


def hold_one(shop: Shop) -> int:
    (receipt,) = issue(shop, **WRONG_NIP)
    wait_for_state(shop, receipt, "held")
    return receipt


def resolve(shop: Shop, receipt: int) -> None:
    done = run_command("resolve", str(receipt), "dismiss", config=shop.config_file)
    assert 0 == done.code, done.err


def test_a_held_receipt_is_told_once_and_once_more_when_somebody_has_decided(tmp_path: Path) -> None:
    with WebListener(answers=[503]) as listener, shop_with(tmp_path / "shop", listener) as shop:
        start(shop)
        receipt = hold_one(shop)
        key = f"receipt_held:{receipt}:nip_invalid"
        wait_for(lambda: [(key, "new")] == listener.told())
        shop.stop_daemon()
        start(shop)
        other = hold_one(shop)
        wait_for(lambda: len(listener.told()) == 2)
        resolve(shop, receipt)
        wait_for(lambda: len(listener.told()) == 3)
        assert 0 == shop.stop_daemon()

        assert [(key, "new"), (f"receipt_held:{other}:nip_invalid", "new"), (key, "over")] == listener.told()
        assert "receipt-bridge resolve" in listener.documents[0]["text"]
        assert "FAKE-SECRET-PATH" not in shop.log_file.read_text(encoding="utf-8")
        assert said(shop, "the server answered with status 503. It is tried again by itself")


def test_a_printer_that_is_out_is_told_and_told_again_when_it_is_back(tmp_path: Path) -> None:
    with (
        WebListener() as listener,
        shop_with(tmp_path / "shop", listener, alerts={"printer_minutes": 0}) as shop,
    ):
        device = shop.printers["till"].device
        start(shop)
        wait_for(lambda: shop.ask("status")["printers"][0]["ready"])
        device.paper_out = True
        issue(shop)
        wait_for(lambda: ("printer_out:till", "new") in listener.told())
        device.new_roll()
        wait_for(lambda: listener.told()[-1:] == [("printer_out:till", "over")])


def test_a_mail_server_that_hangs_holds_up_neither_receipts_nor_other_ways(tmp_path: Path) -> None:
    with WebListener() as listener, MailListener(hang=True) as hanging:
        mail = {
            "mail_to": ["shop@example.com"],
            "mail_server": "127.0.0.1",
            "mail_port": hanging.port,
            "mail_security": "none",
        }
        with shop_with(tmp_path / "shop", listener, alerts=mail) as shop:
            start(shop)
            hold_one(shop)
            wait_for(lambda: listener.told() and hanging.connections)
            assert shop.wait_until_confirmed(issue(shop, seed=3), 45)
            hanging.over.set()
            assert 0 == shop.stop_daemon()


def test_the_kitchen_prints_what_another_printer_holds(tmp_path: Path) -> None:
    printers = {"till": TcpPrinter(), "kitchen": TcpPrinter()}
    with (
        WebListener() as listener,
        shop_with(
            tmp_path / "shop",
            listener,
            printers=printers,
            stanzas={"kitchen": {"series": [9]}},
            alerts={"slip_printer": "kitchen"},
        ) as shop,
    ):
        start(shop)
        receipt = hold_one(shop)
        wait_for(lambda: f"receipt-bridge resolve {receipt}" in papers(shop, "kitchen").replace("\n", " "))
        assert 0 == shop.stop_daemon()

        assert "" == papers(shop, "till").strip()
        assert 1 == papers(shop, "kitchen").count("PERSON")


def test_a_fiscal_printer_calls_people_to_its_own_receipts(tmp_path: Path) -> None:
    with fiscal_shop(tmp_path / "shop") as (shop, printer):
        with shop.config_file.open("a", encoding="utf-8") as file:
            file.write("\n[alerts]\nbeep = true\n")
        start(shop)
        receipt = hold_one(shop)
        wait_for(lambda: printer.beeps)
        assert "RECEIPT WAITS" == printer.customer_display[1].strip()
        resolve(shop, receipt)
        wait_for(lambda: not printer.customer_display[1].strip())
        assert 0 == shop.stop_daemon()

        assert 1 == printer.beeps
        assert [] == list(printer.ledger.slips)


def test_numbers_in_a_file_and_by_http(tmp_path: Path) -> None:
    file = tmp_path / "receipt_bridge.prom"
    with quick_shop(
        tmp_path / "shop", metrics={"textfile": str(file), "listen": f"127.0.0.1:{free_port()}"}
    ) as shop:
        start(shop)
        assert shop.wait_until_confirmed(issue(shop, 2), 45)
        wait_for(lambda: file.exists() and 'state="confirmed"} 2' in file.read_text(encoding="utf-8"))
        address = shop.settings["metrics"]["listen"]
        served = httpx.get(f"http://{address}/metrics", timeout=10).text

        assert 0o644 == file.stat().st_mode & 0o777
        assert 'receipt_bridge_receipts_total{printer="till",state="confirmed"} 2' in served
        assert 'receipt_bridge_requests_total{method="getNewReceipts",outcome="ok"}' in served
        assert 'receipt_bridge_printer_ready{printer="till"} 1' in served
        assert 0 == shop.stop_daemon()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])

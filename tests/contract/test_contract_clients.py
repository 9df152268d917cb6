"""Client libraries of others, as their makers published them, do their work with the simulated BaseLinker.

What they expect of the API comes from the real one and owes nothing to this project. Each talks from a process of its
own (with_*) to a simulator in a process of its own. baselinker-api is installed with the tests; the others stand in the
folder that CONTRACT_CLIENTS names: `make contract-test` installs them there and runs this.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bridge.baselinker.api import Api, connect
from bridge.baselinker.coded_files import decoded, pdf_file

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "0000-0000-FAKE-TOKEN"


@dataclass(frozen=True)
class Library:
    """A client library; `error` and `blocked` are its names for an error answer and for a blocked token."""

    name: str
    command: tuple[str, ...]
    more: tuple[str, ...] = ()
    error: str = "Error"
    blocked: str = "Error"


def libraries() -> list[Library]:
    program = ("-m", "contract.with_baselinker_api")
    # Its own class for limits is for a code that BaseLinker was never seen to send.
    found = [Library("baselinker-api", (sys.executable, *program), error="APIError", blocked="APIError")]
    if "CONTRACT_CLIENTS" not in os.environ:
        return found
    folder = Path(os.environ["CONTRACT_CLIENTS"]).absolute()
    script = str(ROOT / "tests" / "contract" / "with_baselinker_js.mjs")
    return [
        *found,
        Library(
            "py-baselinker",
            (str(folder / "py-baselinker" / "bin" / "python"), "-m", "contract.with_py_baselinker"),
            error="BaseLinkerError",
            blocked="BaseLinkerError",
        ),
        Library(
            "entirius-django-baselinker",
            (str(folder / "entirius-django-baselinker" / "bin" / "python"), "-m", "contract.with_entirius"),
            error="BaselinkerResponseError",
            blocked="BaselinkerBlockedTokenResponseError",
        ),
        Library("baselinker-js", ("node", script), (str(folder / "npm"),)),
    ]


@pytest.fixture(params=libraries(), ids=lambda library: library.name)
def library(request: pytest.FixtureRequest) -> Library:
    found = request.param
    assert isinstance(found, Library)
    return found


class Talk:
    """A library at work: `talk(method, ...)` returns the reply it handed to its user."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, method: str, /, **parameters: Any) -> Any:
        said = self.said(method, **parameters)
        assert "error" not in said, said
        return said["reply"]

    def said(self, method: str, /, **parameters: Any) -> dict[str, Any]:
        """Return the reply, or the name and the words of the error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([method, parameters]), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        assert line, f"the program of the library ended, see standard error: {self._process.args!r}"
        found = json.loads(line)
        assert isinstance(found, dict)
        return found


@contextmanager
def running(command: list[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    # Nothing of what is said here is for a proxy.
    direct = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    with subprocess.Popen(
        command, cwd=folder, env=direct, stdin=pipe, stdout=pipe, text=True, encoding="utf-8"
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def simulator(*options: str) -> Iterator[str]:
    """Run the simulated BaseLinker as a program; yield its address."""
    command = [sys.executable, "-m", "simulators.baselinker", "--port", "0", "--receipts", "3", *options]
    with running(command, ROOT) as process:
        assert process.stdout is not None
        word, url = process.stdout.readline().split()
        assert "url" == word
        yield url


@contextmanager
def talking(library: Library, url: str, token: str = TOKEN) -> Iterator[Talk]:
    with running([*library.command, url, token, *library.more], ROOT / "tests") as process:
        yield Talk(process)


@pytest.fixture
def url() -> Iterator[str]:
    with simulator() as address:
        yield address


@pytest.fixture
def talk(library: Library, url: str) -> Iterator[Talk]:
    with talking(library, url) as found:
        yield found


@pytest.fixture
def ours(url: str) -> Iterator[Api]:
    with connect(TOKEN, url=url) as api:
        yield api


def order(**fields: Any) -> dict[str, Any]:
    """Return an order of one line with everything the documentation requires."""
    return {
        "order_status_id": 1,
        "date_add": 1_700_000_000,
        "currency": "PLN",
        "payment_method": "BLIK",
        "payment_method_cod": False,
        "paid": True,
        "email": "jan@example.com",
        "phone": "+48 600 000 000",
        "delivery_method": "Paczkomat",
        "delivery_price": 12.5,
        "delivery_fullname": "Jan Żółw",
        "delivery_address": "Łąkowa 1/2",
        "delivery_postcode": "00-001",
        "delivery_city": "Łódź",
        "delivery_country_code": "PL",
        "products": [
            {"storage": "db", "name": "Świeca", "price_brutto": 19.99, "tax_rate": 23, "quantity": 2}
        ],
        **fields,
    }


@pytest.fixture
def status(ours: Api) -> int:
    """Return an order status of the account."""
    found = ours.getOrderStatusList()["statuses"][0]["id"]
    assert isinstance(found, int)
    return found


# -- what they must be able to do ----------------------------------------------------------------------------------


def test_catalogs_are_listed(talk: Talk) -> None:
    reply = talk("getInventories")

    assert [307] == [catalog["inventory_id"] for catalog in reply["inventories"]]


def test_an_order_is_added_and_read_back(talk: Talk, status: int) -> None:
    added = talk(
        "addOrder", **order(order_status_id=status, user_comments="1 + 1 & 100%", email="jan@example.com")
    )
    (found,) = talk("getOrders", order_id=int(added["order_id"]))["orders"]

    assert int(added["order_id"]) == int(found["order_id"])
    assert ("1 + 1 & 100%", "+48 600 000 000") == (found["user_comments"], found["phone"])
    assert [("Świeca", 19.99, 2)] == [
        (line["name"], float(line["price_brutto"]), int(line["quantity"])) for line in found["products"]
    ]


def test_a_receipt_is_fetched_and_confirmed_and_waits_no_more(talk: Talk, ours: Api) -> None:
    first, *others = talk("getNewReceipts")["orders"]
    assert first["products"]
    reply = talk("setOrderReceipt", receipt_id=first["receipt_id"], receipt_nr="W000017", date=1_700_000_000)

    assert "SUCCESS" == reply["status"]
    assert others == talk("getNewReceipts")["orders"]
    assert 2 == len(others)
    assert "W000017" == ours.getReceipt(receipt_id=first["receipt_id"])["external_receipt_number"]


def test_a_file_full_of_plus_signs_arrives_byte_for_byte(talk: Talk, ours: Api, status: int) -> None:
    pdf = b"%PDF-1.7\n" + b"\xfb\xef\xbe" * 50
    assert "++++" in pdf_file(pdf)
    order_id = int(talk("addOrder", **order(order_status_id=status))["order_id"])
    series = next(one["id"] for one in ours.getSeries()["series"] if one["type"] == "INVOICE")
    invoice_id = int(talk("addInvoice", order_id=order_id, series_id=series)["invoice_id"])

    talk("addOrderInvoiceFile", invoice_id=invoice_id, file=pdf_file(pdf), external_invoice_number="FV/1")

    stored = ours.getInvoiceFile(invoice_id=invoice_id, get_external=True)
    assert (pdf, "FV/1") == (decoded(stored["invoice"]), stored["invoice_number"])


# -- errors --------------------------------------------------------------------------------------------------------


def is_error(said: dict[str, Any], name: str, word: str) -> None:
    assert name == said.get("error"), said
    assert word in said["said"]


def test_an_error_answer_is_the_librarys_error(library: Library, url: str) -> None:
    with talking(library, url, "0000-0000-WRONG-TOKEN") as talk:
        is_error(talk.said("getOrders"), library.error, "Invalid user token")


def test_a_blocked_token_is_the_librarys_error_for_it(library: Library) -> None:
    with simulator("--limit", "2") as url, talking(library, url) as talk:
        talk("getOrders")
        talk("getOrders")

        is_error(talk.said("getOrders"), library.blocked, "Query limit exceeded, token blocked until")

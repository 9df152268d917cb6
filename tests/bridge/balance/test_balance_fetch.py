"""What BaseLinker is asked for a balance, whatever it answers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from support.balances import BEGIN, END
from support.journals import enter

from bridge.balance.fetch import Fetched, Question, fetch
from bridge.baselinker.budget import Budget, Priority
from bridge.baselinker.client import Client
from bridge.baselinker.dynamic import Api
from bridge.config.secret import Secret
from bridge.journal import Event, Journal
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.faults import Kind
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.model import Product
from simulators.baselinker.server import BaseLinkerServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEA = Product("Herbata", Decimal("10.50"), quantity=Decimal(2))
BOOK = Product("Książka", Decimal(30), tax_rate=Decimal(5))
NOON = BEGIN + 43_200


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer(limit=RequestLimit(per_minute=10**6)) as opened:
        yield opened


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", lambda: float(NOON)) as opened:
        yield opened


def ask(server: BaseLinkerServer, journal: Journal, *ours: int, numbers: bool = True) -> Fetched:
    question = Question(
        ours=ours,
        begin=BEGIN,
        end=END,
        numbers=numbers,
        printer_for=lambda series: "till" if series == 1 else None,
        entry=journal.get,
    )
    with Client(Secret(server.token), Budget(10**5), url=server.url) as client:
        return fetch(Api(client, priority=Priority.UPLOAD), question, lambda _count: None)


def issue(server: BaseLinkerServer, **fields: Any) -> int:
    values = {"date_add": NOON, "series_id": 1, **fields}
    return server.add_receipt((TEA, BOOK), **values).receipt_id


def confirmed(server: BaseLinkerServer, number: str = "00001", **fields: Any) -> int:
    receipt_id = issue(server, **fields)
    server.edit_receipt(receipt_id, printed=True, listed=False, external_receipt_number=number)
    return receipt_id


def methods(server: BaseLinkerServer) -> list[str]:
    return [call.method for call in server.ledger.requests]


def test_each_of_our_receipts_is_asked_for_with_number_total_and_rates(
    server: BaseLinkerServer, journal: Journal
) -> None:
    receipt_id = confirmed(server, "00017")

    fetched = ask(server, journal, receipt_id)

    issued = fetched.office.issued[receipt_id]
    assert ("00017", 5100, {"23%": 2100, "5%": 3000}) == (issued.number, issued.total, issued.rates)
    assert ("", "", ()) == (fetched.trouble, fetched.doubt, fetched.office.elsewhere)
    assert ["getReceipts", "getReceipt"] == methods(server)


def test_without_numbers_one_list_is_enough(server: BaseLinkerServer, journal: Journal) -> None:
    receipt_id = confirmed(server)

    office = ask(server, journal, receipt_id, numbers=False).office

    assert (None, 5100) == (office.issued[receipt_id].number, office.issued[receipt_id].total)
    assert ["getReceipts"] == methods(server)


def test_a_list_that_tells_numbers_spares_the_questions(server: BaseLinkerServer, journal: Journal) -> None:
    told = {"receipt_nr": "00003", "printer_name": "kitchen", "total_price_brutto": "51.00"}
    receipt_id = confirmed(server, entry=told)

    issued = ask(server, journal, receipt_id).office.issued[receipt_id]

    assert ("00003", "kitchen", 5100) == (issued.number, issued.printer, issued.total)
    assert ["getReceipts"] == methods(server)


def test_a_receipt_of_an_old_order_is_not_listed_and_asked_for_all_the_same(
    server: BaseLinkerServer, journal: Journal
) -> None:
    receipt_id = confirmed(server, date_add=BEGIN - 40 * 86_400)

    fetched = ask(server, journal, receipt_id, numbers=False)

    assert [receipt_id] == [*fetched.office.issued]
    assert frozenset() == fetched.office.refused


def test_a_receipt_baselinker_does_not_know_is_refused(server: BaseLinkerServer, journal: Journal) -> None:
    fetched = ask(server, journal, 999)

    assert (frozenset({999}), {}) == (fetched.office.refused, fetched.office.issued)


def test_all_pages_are_fetched(server: BaseLinkerServer, journal: Journal) -> None:
    ours = [confirmed(server, f"{number:05d}") for number in range(1, 251)]

    office = ask(server, journal, *ours, numbers=False).office

    assert set(ours) == set(office.issued)
    assert ["getReceipts"] * 3 == methods(server)


@pytest.mark.parametrize(
    ("number", "numbered"), [("00077", True), ("", False)], ids=["printed", "not printed"]
)
def test_a_receipt_the_journal_has_never_seen_is_told(
    server: BaseLinkerServer, journal: Journal, number: str, numbered: bool
) -> None:
    receipt_id = confirmed(server, number)

    (one,) = ask(server, journal).office.elsewhere

    assert (receipt_id, "till", False, numbered) == (
        one.issued.receipt_id,
        one.printer,
        one.known,
        one.issued.numbered,
    )


@pytest.mark.parametrize(
    "fields",
    [{"series_id": 9}, {"date_add": BEGIN - 1}, {"date_add": END}],
    ids=["another bridge's series", "the day before", "the day after"],
)
def test_what_is_not_ours_or_of_another_day_is_left_alone(
    server: BaseLinkerServer, journal: Journal, fields: dict[str, Any]
) -> None:
    confirmed(server, **fields)

    assert () == ask(server, journal).office.elsewhere


@pytest.mark.parametrize(
    ("number", "told"), [("00077", True), ("", False)], ids=["printed elsewhere", "only taken off the list"]
)
def test_a_receipt_that_left_the_list_is_told_when_somebody_printed_it(
    server: BaseLinkerServer, journal: Journal, number: str, told: bool
) -> None:
    receipt_id = confirmed(server, number)
    entry = enter(journal, receipt_id)
    with journal.transaction():
        journal.move(entry, Event.UNLISTED, {}, {"reason": "no longer listed"})

    elsewhere = ask(server, journal).office.elsewhere

    assert [(receipt_id, True)] * told == [(one.issued.receipt_id, one.known) for one in elsewhere]


def test_a_receipt_that_waits_to_be_printed_is_no_stranger(
    server: BaseLinkerServer, journal: Journal
) -> None:
    enter(journal, issue(server))

    assert () == ask(server, journal).office.elsewhere


def test_what_was_found_before_an_error_stands(server: BaseLinkerServer, journal: Journal) -> None:
    receipt_id = confirmed(server)
    server.faults.script("getReceipt", Kind.BAD_GATEWAY)

    fetched = ask(server, journal, receipt_id)

    assert not fetched.office.asked
    assert "getReceipt" in fetched.trouble
    assert (None, 5100) == (
        fetched.office.issued[receipt_id].number,
        fetched.office.issued[receipt_id].total,
    )


def test_a_list_that_does_not_come_is_trouble_and_no_empty_list(
    server: BaseLinkerServer, journal: Journal
) -> None:
    server.faults.script("getReceipts", Kind.NO_STATUS)

    fetched = ask(server, journal, confirmed(server))

    assert (False, {}, frozenset()) == (
        fetched.office.asked,
        fetched.office.issued,
        fetched.office.refused,
    )


@pytest.mark.parametrize(
    "entry",
    [
        {"receipt_id": -5},
        {"receipt_id": "x"},
        {"receipt_id": 10**30},
        {"products": "?"},
        {"products": [], "date_add": "soon"},
        {"series_id": [], "order_id": "?", "receipt_full_nr": []},
    ],
)
def test_no_entry_of_the_list_stops_a_balance(
    server: BaseLinkerServer, journal: Journal, entry: dict[str, Any]
) -> None:
    strange = confirmed(server, entry=entry)
    receipt_id = confirmed(server, "00002")

    fetched = ask(server, journal, strange, receipt_id)

    assert "" == fetched.trouble
    assert "00002" == fetched.office.issued[receipt_id].number


def test_an_answer_without_an_id_is_about_what_was_asked(server: BaseLinkerServer, journal: Journal) -> None:
    receipt_id = confirmed(server, details={"receipt_id": None})
    other = confirmed(server, details={"receipt_id": 4})

    issued = ask(server, journal, receipt_id, other).office.issued

    assert ("00001", None) == (issued[receipt_id].number, issued[other].number)


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(lists_as_objects=True, numbers_as_text=True),
        Behaviour(unknown_fields=True, zero_as_empty=True),
        Behaviour(getreceipts_shows_waiting=False),
        replace(Behaviour(), looks_as_in_samples=False),
    ],
)
def test_whatever_shape_its_answers_have(
    server: BaseLinkerServer, journal: Journal, behaviour: Behaviour
) -> None:
    server.behaviour = behaviour
    receipt_id = confirmed(server, "00017")

    issued = ask(server, journal, receipt_id).office.issued[receipt_id]

    assert ("00017", 5100) == (issued.number, issued.total)

"""Two interfaces and one transaction: who owns it, who waits, which code page each has (posnet.md 2, 3 and 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fiscal_printers import Counter, as_bytes

from drivers.posnet.frames import enclose
from simulators.posnet import codepages
from simulators.posnet.behaviour import RefusedError

NAMES = {0: "cp1250", 1: "iso8859-2"}


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_the_other_interface_cannot_touch_an_open_receipt(counter: Counter) -> None:
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr100␉")

    assert ["!sdev␉ds0␉cpN␉qeT␉peN␉tl1␉"] == counter.ask("!sdev␉", interface=2)
    for command in (
        "trinit␉",
        "trend␉",
        "prncancel␉",
        "cash␉kw1␉wpT␉",
        "dailyrep␉da2026-10-09␉",
        "formstart␉fn200␉",
    ):
        assert [f"{command.partition('␉')[0]}␉?41␉"] == counter.ask(command, interface=2)
    assert 1 == len(counter.ask("scnt␉", interface=2))
    counter.tell("trend␉to100␉")
    counter.tell("trinit␉", interface=2)

    assert ["!sdev␉ds0␉cpN␉qeT␉peN␉tl2␉"] == counter.ask("!sdev␉")
    assert ["trinit␉?41␉"] == counter.ask("trinit␉")


def test_a_form_owns_the_printer_too(counter: Counter) -> None:
    counter.tell("formstart␉fn200␉", interface=2)

    assert ["trinit␉?41␉"] == counter.ask("trinit␉")
    assert "tl2" in counter.ask("!sdev␉")[0]


def test_a_hard_cancel_works_from_either_side(counter: Counter) -> None:
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr100␉")

    counter.tell("hardprncancel␉", interface=2)

    assert ["scnt␉rd4␉hn56␉bn0␉fn0␉nuZBF 2101002392␉bc1␉bt1␉fc0␉"] == counter.ask("scnt␉")


def test_the_other_host_sells_and_is_refused_like_any_host(counter: Counter) -> None:
    counter.printer.other_host.sell([("Obcy", 1, 250), ("Inny", 0, 50)])
    assert (50, 250) == counter.printer.fiscal.receipts[0].totals[:2]
    counter.tell("trinit␉")

    with pytest.raises(RefusedError):
        counter.printer.other_host.sell()
    counter.tell("prncancel␉")
    counter.printer.other_host.begin()
    assert "2" == counter.ask("!sdev␉")[0][-2]
    counter.printer.other_host.cancel()

    assert 2 == len(counter.printer.fiscal.cancelled)


def test_the_printer_s_own_keyboard_makes_reports(counter: Counter) -> None:
    counter.sell()
    counter.printer.operator.daily_report()

    assert "5" == counter.value("scnt␉", "rd")
    counter.tell("trinit␉")
    with pytest.raises(RefusedError):
        counter.printer.operator.daily_report()


def test_answers_go_where_the_question_came_from(counter: Counter) -> None:
    counter.printer.change(menu=True)
    counter.ask("currget␉@0001␉")
    counter.ask("currget␉@0002␉", interface=2)
    counter.printer.change(menu=False)

    assert ["currget␉@0001␉naPLN␉"] == counter.answers(1)
    assert ["currget␉@0002␉naPLN␉"] == counter.answers(2)


# -- code pages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "data"),
    [(0, "8C6C696D616B20BFF3B3747920"), (1, "A66C696D616B20BFF3B3747920"), (2, "986C696D616B20A7A292747920")],
)
def test_bytes_are_read_in_the_page_of_the_interface(counter: Counter, page: int, data: str) -> None:
    counter.tell(f"pccfgset␉id4␉no6666␉cp{page}␉", "trinit␉")

    counter.send(enclose(b"trline\tna" + bytes.fromhex(data) + b"\tvt0\tpr100\t"))
    counter.tell("trend␉")

    (line,) = counter.printer.fiscal.receipts[0].sales
    assert "Ślimak żółty " == line.name
    assert bytes.fromhex(data) == line.raw.encode("latin-1")
    assert f"cp{page}" in counter.ask("pccfgget␉")[0]
    assert "cp0" in counter.ask("pccfgget␉pi2␉")[0]


def test_a_host_with_another_page_is_seen_in_the_stored_bytes(counter: Counter) -> None:
    counter.tell("pccfgset␉id4␉no6666␉cp2␉")
    counter.sell("trline␉naSól␉vt0␉pr100␉")

    (line,) = counter.printer.fiscal.receipts[0].sales
    assert as_bytes("Sól") == line.raw.encode("latin-1")
    assert "Sól" != line.name


def test_answers_are_in_the_page_of_the_interface(counter: Counter) -> None:
    counter.tell("pccfgset␉id4␉no6666␉cp2␉", "ftrinfoset␉txzażółć␉")
    counter.printer.pc1.receive(enclose(b"ftrinfoget\t"))

    assert counter.raw().startswith(b"\x02ftrinfoget\ttx")


@pytest.mark.parametrize(
    ("command", "code"),
    [("pccfgset␉id4␉cp3␉", 2063), ("pccfgset␉id4␉pi3␉", 2063), ("pccfgget␉pi0␉", 2063)],
)
def test_interfaces_and_pages_that_do_not_exist(counter: Counter, command: str, code: int) -> None:
    assert [f"{command.partition('␉')[0]}␉?{code}␉"] == counter.ask(command)


def test_both_interfaces_cannot_be_switched_off(counter: Counter) -> None:
    counter.tell("pccfgset␉id0␉pi2␉")

    assert ["pccfgset␉?2063␉"] == counter.ask("pccfgset␉id0␉pi1␉")


def test_the_serial_line_is_set_and_told(counter: Counter) -> None:
    assert ["comcfgget␉no1␉sp115200␉da8␉st1␉pa0␉fl3␉"] == counter.ask("comcfgget␉no1␉")
    counter.tell("comcfgset␉no1␉sp9600␉da8␉st1␉pa2␉fl0␉")

    assert ["comcfgget␉no1␉sp9600␉da8␉st1␉pa2␉fl0␉"] == counter.ask("comcfgget␉no1␉")


@given(st.text(alphabet="ąćęłńóśźżĄĆĘŁŃÓŚŹŻ aA1,.", max_size=30), st.sampled_from([0, 1, 2]))
def test_polish_text_survives_every_page(text: str, page: int) -> None:
    assert text == codepages.decode(codepages.encode(text, page), page)


@given(st.binary(), st.sampled_from([0, 1, 2]))
def test_every_byte_prints_something_in_every_page(data: bytes, page: int) -> None:
    assert len(data) == len(codepages.decode(data, page))


@pytest.mark.parametrize("page", [0, 1])
def test_letters_are_those_of_the_known_pages(page: int) -> None:
    letters = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"

    assert letters.encode(NAMES[page]) == codepages.encode(letters, page)


def test_pieces_of_lines_stand_where_the_specification_has_them() -> None:
    assert "└─" == codepages.decode(b"\x81\xb4", 0)
    assert "│┼" == codepages.decode(b"\x89\x8b", 1)
    assert "└┼" == codepages.decode(b"\xc8\xce", 2)
    assert "     " == codepages.decode(b"\xff\x80\xfe\xc1\xe9", 2)

"""Tokens and the store of answers (posnet.md 5.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fiscal_printers import Counter

from simulators.posnet.answers import AnswerStore, Kept
from simulators.posnet.behaviour import KnownToken


def kept(token: int, size: int = 0, interface: int = 1) -> Kept:
    return Kept(interface, f"{token:04d}", (b"x", b"@%04d" % token, b"na" + b"y" * size))


def test_the_last_32_answers_are_kept() -> None:
    counter = Counter()
    for token in range(1, 34):
        counter.ask(f"opendrwr␉@{token:04d}␉")

    assert ["ERR␉@0001␉?13␉"] == counter.ask("rpt␉@0001␉")
    assert ["opendrwr␉@0002␉"] == counter.ask("rpt␉@0002␉")
    assert ["opendrwr␉@0033␉"] == counter.ask("rpt␉@0033␉")


def test_a_kilobyte_holds_fifteen_answers_to_strns() -> None:
    counter = Counter()
    for token in range(1, 17):
        counter.ask(f"strns␉@{token:04d}␉")

    assert 15 == len(counter.printer.speaker.kept)
    assert ["ERR␉@0001␉?13␉"] == counter.ask("rpt␉@0001␉")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 400))))
def test_the_store_is_never_too_full_and_the_newest_is_there(answers: list[tuple[int, int]]) -> None:
    store = AnswerStore()
    for token, size in answers:
        store.keep(kept(token, size))
        newest = store.find(1, f"{token:04d}", own_only=True)
        assert newest == kept(token, size)
        assert len(store) <= 32


def test_refusals_and_frame_errors_are_repeated_too_and_rpt_keeps_nothing() -> None:
    counter = Counter()
    counter.ask("trend␉@0001␉")
    counter.ask("trline␉@0002␉")
    counter.ask("rpt␉@0009␉")

    assert ["trend␉@0001␉?2005␉"] == counter.ask("rpt␉@0001␉")
    assert ["ERR␉@0002␉?2␉cmtrline␉fdna␉"] == counter.ask("rpt␉@0002␉")
    assert ["ERR␉@0009␉?13␉"] == counter.ask("rpt␉@0009␉")
    assert 2 == len(counter.printer.speaker.kept)


@pytest.mark.parametrize("keeps", [False, True])
def test_whether_polls_push_answers_out_is_a_switch(keeps: bool) -> None:
    counter = Counter(answers_keep_immediate=keeps)
    counter.ask("opendrwr␉@0001␉")
    for token in range(2, 40):
        counter.ask(f"!sprn␉@{token:04d}␉")

    answer = "ERR␉@0001␉?13␉" if keeps else "opendrwr␉@0001␉"
    assert [answer] == counter.ask("rpt␉@0001␉")


def test_rpt_waits_for_the_command_before_it() -> None:
    counter = Counter()
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr1␉")
    counter.printer.change(speed=1.0)
    counter.ask("trend␉@0001␉")

    assert [] == counter.ask("rpt␉@0001␉")
    counter.printer.change(speed=None)
    counter.time.pass_by(100)

    assert ["trend␉@0001␉", "trend␉@0001␉"] == counter.answers()


@pytest.mark.parametrize(
    ("rule", "second", "cash"),
    [
        (KnownToken.EXECUTE, "cash␉@0001␉", 200),
        (KnownToken.REPEAT_ANSWER, "cash␉@0001␉", 100),
        (KnownToken.REFUSE, "ERR␉@0001␉?4␉", 100),
    ],
)
def test_what_a_known_token_does_is_a_switch(rule: KnownToken, second: str, cash: int) -> None:
    counter = Counter(known_token=rule)
    assert ["cash␉@0001␉"] == counter.ask("cash␉@0001␉kw100␉wpT␉")

    assert [second] == counter.ask("cash␉@0001␉kw100␉wpT␉")

    assert cash == counter.printer.memory.settings.cash


@pytest.mark.parametrize("apart", [False, True])
def test_whether_each_interface_has_its_own_answers_is_a_switch(apart: bool) -> None:
    counter = Counter(answers_per_interface=apart)
    counter.ask("currget␉@0001␉")

    answer = "ERR␉@0001␉?13␉" if apart else "currget␉@0001␉naPLN␉"
    assert [answer] == counter.ask("rpt␉@0001␉", interface=2)


@pytest.mark.parametrize("survives", [False, True])
def test_whether_answers_survive_the_end_of_a_connection_is_a_switch(survives: bool) -> None:
    counter = Counter(answers_survive_reconnect=survives)
    counter.ask("currget␉@0001␉")
    counter.ask("currget␉@0002␉", interface=2)
    counter.printer.pc1.connection_ended()

    answer = "currget␉@0001␉naPLN␉" if survives else "ERR␉@0001␉?13␉"
    assert [answer] == counter.ask("rpt␉@0001␉")
    assert ["currget␉@0002␉naPLN␉"] == counter.ask("rpt␉@0002␉", interface=2)


@pytest.mark.parametrize("survives", [False, True])
def test_whether_the_queue_survives_the_end_of_a_connection_is_a_switch(survives: bool) -> None:
    counter = Counter(queue_survives_reconnect=survives)
    counter.printer.change(menu=True)
    counter.ask("cash␉kw100␉wpT␉")
    counter.ask("cash␉kw5␉wpT␉", interface=2)
    counter.printer.pc1.connection_ended()
    counter.printer.change(menu=False)

    # The first one had begun to wait for the menu; what begins is carried out.
    assert 105 == counter.printer.memory.settings.cash
    counter.printer.change(menu=True)
    for amount in (1, 10):
        counter.ask(f"cash␉kw{amount}␉wpT␉")
    counter.printer.pc1.connection_ended()
    counter.printer.change(menu=False)
    assert (116 if survives else 106) == counter.printer.memory.settings.cash

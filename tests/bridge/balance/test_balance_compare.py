"""Single cases of a balance: what a printer or BaseLinker cannot tell, and what is told of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.balances import BEGIN, DAY, END, World, period, receipt, shown, world_of

from bridge.balance.compare import compare
from bridge.balance.differences import (
    INCOMPLETE,
    NOTHING,
    Balance,
    Difference,
    Kind,
    Note,
    NoteKind,
    Says,
    Word,
)
from bridge.balance.periods import in_order
from bridge.balance.sources import Elsewhere, Issued, Office, Pending, Till
from bridge.balance.words import DIFFERENCES, NOTES, note_text, says, todo_of, what_of

ONE, TWO = receipt(1, "00001"), receipt(2, "00002", printed_at=BEGIN + 40_000)


def kinds(world: World) -> list[Kind]:
    return [one.kind for one in world.balance().differences]


def notes(world: World) -> list[NoteKind]:
    return [one.kind for one in world.balance().notes]


def two_way(*sold: Any, trouble: str = "") -> World:
    world = world_of(*sold)
    return replace(world, till=Till("till", BEGIN, END, trouble=trouble))


def test_a_printer_without_totals_is_compared_with_baselinker_alone() -> None:
    balance = two_way(ONE, replace(TWO, number="")).balance()

    assert () == balance.differences
    assert [(200, None, 200)] == [(one.journal, one.device, one.baselinker) for one in balance.sums]
    assert [NoteKind.NO_TOTALS] == [note.kind for note in balance.notes]


def test_a_printer_that_could_not_be_asked_leaves_the_day_unproven() -> None:
    balance = two_way(ONE, trouble="no answer").balance()

    assert () == balance.differences
    assert [(NoteKind.NOT_READ, "no answer")] == [(note.kind, note.text) for note in balance.notes]
    assert not Balance(DAY, (balance,)).balanced


def test_only_receipts_of_that_day_and_printer_count() -> None:
    world = two_way(ONE)
    others = (
        replace(TWO, printed_at=BEGIN - 1),
        replace(TWO, receipt_id=3, printed_at=END),
        replace(TWO, receipt_id=4, printer="bar"),
    )

    assert [1] == [row.receipt_id for row in world.with_sold(ONE, *others).balance().rows]


def test_a_receipt_proven_after_midnight_counts_for_the_report_that_closed_it() -> None:
    late = replace(TWO, printed_at=END + 30_000, timed=False)
    world = world_of(ONE, TWO).with_sold(ONE, late)
    following = replace(world.till, begin=END, end=END + 86_400)
    assert world.till.day is not None
    empty = replace(world.till.day, periods=(period(2, ()),))

    assert [] == kinds(world)
    assert [1, 2] == [row.receipt_id for row in world.balance().rows]
    assert () == compare(replace(following, day=empty), (ONE, late), (), world.office).rows


def test_what_a_printer_sold_over_midnight_is_compared_as_a_whole() -> None:
    late = replace(TWO, printed_at=END + 300)
    world = world_of(ONE, late)

    assert ([], [NoteKind.SPANS]) == (kinds(world), notes(world))


@pytest.mark.parametrize(
    ("gap", "kind"),
    [
        ("no_records", NoteKind.NO_RECORDS),
        ("training", NoteKind.TRAINING),
        ("record_missing", NoteKind.RECORD_MISSING),
        ("something of a later driver", NoteKind.RECORD_MISSING),
    ],
)
def test_what_the_printer_cannot_tell_is_no_difference_but_a_note(gap: str, kind: NoteKind) -> None:
    world = world_of(ONE, TWO).with_day(gap=gap, periods=())
    balance = world.balance()

    assert [] == kinds(world)
    assert [(kind, 0, None), (NoteKind.NOT_COMPARED, 2, 200)] == [
        (note.kind, note.count, note.grosze) for note in balance.notes
    ]
    assert [None] == [one.device for one in balance.sums]


def test_in_training_the_time_decides_and_not_the_number_of_a_report() -> None:
    early = replace(ONE, printed_at=BEGIN + 100)
    later = replace(TWO, number="00001")
    running = period(1, (later,), closed=False)
    world = world_of(early, later).with_day(gap="training", periods=(running,))

    assert [NoteKind.TRAINING, NoteKind.RUNNING, NoteKind.NOT_COMPARED] == notes(world)
    assert [] == kinds(world)


def test_a_receipt_of_another_device_is_told_and_not_counted_to_this_one() -> None:
    world = world_of(ONE).with_sold(ONE, replace(TWO, device="ABC 1"))
    found = [(one.kind, one.receipt_id) for one in world.balance().differences]

    assert [(Kind.OTHER_DEVICE, 2)] == found


def test_a_person_s_number_counts_and_no_number_takes_the_place_of_one() -> None:
    by_hand = replace(TWO, number="", report=None, device="")
    world = world_of(ONE, TWO, replace(ONE, receipt_id=3, number="00003")).with_sold(
        ONE, by_hand, replace(ONE, receipt_id=3, number="00003")
    )

    assert Kind.NUMBER_GAP not in kinds(world)
    assert Kind.COUNT not in kinds(world)


def test_cancelled_receipts_explain_their_numbers() -> None:
    world = world_of(ONE, TWO, cancelled=2)

    assert ([], [NoteKind.CANCELLED]) == (kinds(world), notes(world))


@pytest.mark.parametrize("last", [57, None])
def test_numbers_that_go_on_over_the_days_have_gaps_too(last: int | None) -> None:
    sold = [receipt(place, f"{number:05d}") for place, number in enumerate((54, 55, 57), 1)]
    world = world_of(*sold).with_day(restarts=False).changed_period(0, finished=4, last_number=last)

    assert ["00056"] == [one.number for one in world.balance().differences if one.kind is Kind.NUMBER_GAP]


def test_a_sale_before_the_first_number_we_know_is_counted() -> None:
    world = world_of(ONE, TWO).with_day(restarts=None).changed_period(0, finished=3)
    (found,) = world.balance().differences

    assert (Kind.COUNT, "3", "2") == (found.kind, found.device.number, found.journal.number)


def test_numbers_far_apart_are_no_sequence() -> None:
    world = (
        world_of(ONE, replace(TWO, number="99999999")).with_day(restarts=False).changed_period(0, finished=3)
    )

    assert [Kind.COUNT] == [kind for kind in kinds(world) if kind is not Kind.VAT_TOTALS]


def test_baselinker_that_tells_no_numbers_at_all_is_a_note() -> None:
    world = world_of(ONE, TWO)
    own = {key: replace(one, number=one.own_number) for key, one in world.office.issued.items()}
    empty = {key: replace(one, number="") for key, one in world.office.issued.items()}

    for issued in (own, empty):
        silent = world.with_office(issued=issued)
        assert ([], [NoteKind.NUMBERS_NOT_TOLD]) == (kinds(silent), notes(silent))


def test_one_number_missing_among_those_told_is_a_lost_confirmation() -> None:
    assert [Kind.NOT_CONFIRMED] == kinds(world_of(ONE, TWO).changed_issued(2, number=""))


def test_without_questions_for_numbers_only_the_journal_tells_what_is_not_confirmed() -> None:
    world = world_of(ONE, replace(TWO, state="printed"))
    issued = {key: replace(one, number=None) for key, one in world.office.issued.items()}
    quick = world.with_office(issued=issued, numbers_asked=False)

    assert ([Kind.NOT_CONFIRMED], [NoteKind.NUMBERS_NOT_ASKED]) == (kinds(quick), notes(quick))


@pytest.mark.parametrize(
    ("ours", "own", "theirs", "kind"),
    [
        ("00012", "1/P", "12", None),
        ("00012", "1/P", "00012", None),
        ("", "1/P", "1/P", None),
        ("", "1/P", "", None),
        ("", "1/P", "W-9", Kind.OTHER_NUMBER),
        ("X" * 21, "1/P", "", None),
        ("00012", "1/P", "13", Kind.OTHER_NUMBER),
        ("00012", "1/P", "1/P", Kind.NOT_CONFIRMED),
    ],
)
def test_which_number_is_right(ours: str, own: str, theirs: str, kind: Kind | None) -> None:
    one = replace(ONE, number=ours, own_number=own)
    world = two_way(one, TWO).changed_issued(1, number=theirs)

    assert ([kind] if kind else []) == kinds(world)


@pytest.mark.parametrize("state", ["dismissed", "held"])
def test_a_number_entered_by_hand_settles_what_a_person_put_away(state: str) -> None:
    world = two_way(replace(ONE, state=state))

    assert [] == kinds(world)
    assert [Kind.NOT_CONFIRMED] == kinds(world.changed_issued(1, number=""))


def test_nothing_is_said_of_baselinker_when_it_was_not_asked() -> None:
    world = replace(world_of(ONE), office=Office(asked=False))
    lost = replace(world_of(replace(ONE, state="printed")), office=Office(asked=False))

    assert [] == kinds(world)
    assert [(Kind.NOT_CONFIRMED, Word.NOT_ASKED)] == [
        (one.kind, one.baselinker.word) for one in lost.balance().differences
    ]
    assert [None] == [one.baselinker for one in world.balance().sums]


@pytest.mark.parametrize(
    ("state", "may_be", "word"),
    [
        ("held", "no", Word.HELD),
        ("held", "unknown", Word.MAY_BE_PRINTED),
        ("intent", "unknown", Word.MAY_BE_PRINTED),
        ("waiting", "no", Word.WAITING),
    ],
)
def test_what_nobody_has_proven_is_told(state: str, may_be: str, word: Word) -> None:
    world = replace(world_of(ONE), pending=(Pending(7, "till", state, may_be, total=500),))
    (found,) = world.balance().differences

    assert (Kind.PENDING, 7, word, 500) == (
        found.kind,
        found.receipt_id,
        found.journal.word,
        found.journal.grosze,
    )


def test_what_somebody_else_printed_by_the_printer_s_name_is_told() -> None:
    issued = Issued(8, own_number="8/P", number="8/P", printer="kitchen", total=900)
    world = world_of(ONE).with_office(
        issued={1: shown(ONE)}, elsewhere=(Elsewhere(issued, "till", known=True),)
    )
    (found,) = world.balance().differences

    assert (Kind.OTHER_PRINTER, "issued, 9.00, kitchen") == (found.kind, says(found.baselinker, "en"))


def test_a_printer_s_name_is_compared_as_far_as_baselinker_keeps_it() -> None:
    name = "x" * 60
    one = replace(ONE, printer=name)
    world = replace(two_way(one), till=Till(name, BEGIN, END)).changed_issued(1, printer="x" * 50)

    assert [] == kinds(world)


def test_rates_stand_highest_first_and_words_last() -> None:
    assert ["23%", "8%", "5.5%", "0%", "(E)", "exempt"] == in_order(
        ["exempt", "8%", "(E)", "0%", "23%", "5.5%"]
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_kind_has_words_and_a_cure_in_both_languages(kind: Kind, language: str) -> None:
    told = DIFFERENCES[kind]
    found = Difference(kind, "till", NOTHING, NOTHING, NOTHING, receipt_id=12)

    assert what_of(found, language) == (told.what_pl if language == "pl" else told.what)
    assert "{" not in todo_of(found, language)
    assert told.what != told.what_pl
    assert told.todo != told.todo_pl


@pytest.mark.parametrize("kind", NoteKind)
def test_every_note_has_a_sentence_in_both_languages(kind: NoteKind) -> None:
    sentences = {note_text(Note(kind, "till", 3, 1230, "why"), language) for language in ("en", "pl")}

    assert 2 == len(sentences)
    assert all("{" not in sentence for sentence in sentences)
    assert {*NOTES} == {*NoteKind}
    assert INCOMPLETE < {*NoteKind}


@pytest.mark.parametrize("word", Word)
def test_every_word_can_be_said_in_polish(word: Word) -> None:
    assert says(Says(word, "7", 1234), "pl").endswith("7, 12,34")

"""The slip of the set-up on simulated printers of several makes, and the options that follow from what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.escpos_shop import Shop

from drivers.contract import Refusal
from drivers.escpos import Options
from drivers.escpos.calibration import ERRAND, LETTERS, sights, tables
from simulators.escpos.models import EPSON_80, MODELS, Model

if TYPE_CHECKING:
    from drivers.calibration import Sight


def calibrate(shop: Shop) -> list[str]:
    """Print the slip; return its lines."""
    assert {"proof": "fence"} == shop.driver.errand(ERRAND, {"language": "en"})
    return shop.slips[-1].splitlines()


def changed(options: Options, sight: Sight, choice: int) -> Options:
    changes = sight.choices[choice].changes
    kept = {
        key: value for key, value in options.model_dump(exclude_defaults=True).items() if key not in changes
    }
    return Options(**kept, **{key: value for key, value in changes.items() if value is not None})


@pytest.mark.parametrize(
    ("model", "columns"), [(EPSON_80, 48), (MODELS["epson-58"], 35), (MODELS["chinese-80"], 48)], ids=str
)
def test_the_longest_whole_ruler_tells_the_width(model: Model, columns: int) -> None:
    shop = Shop(model=model, chinese_mode_off=True)
    lines = [line.strip() for line in calibrate(shop)]
    whole = [int(line.rpartition("<")[2]) for line in lines if line.startswith("1234567890") and "<" in line]
    width = sights(shop.options)[0]

    seen = next(index for index, choice in enumerate(width.choices) if choice.text == f"<{max(whole)}")
    assert min(columns, 48) >= changed(shop.options, width, seen).line_columns == max(whole)


@pytest.mark.parametrize("model", MODELS)
def test_the_first_line_with_right_letters_names_the_table_that_prints_them(model: str) -> None:
    shop = Shop(model=MODELS[model])
    right = [int(line.split()[0]) for line in calibrate(shop) if line.strip().endswith(LETTERS)]
    letters = sights(shop.options)[1]

    assert right
    options = changed(shop.options, letters, right[0] - 1)
    shop = Shop(model=MODELS[model], **options.model_dump(exclude_defaults=True))
    shop.driver.errand("notice", {"title": "OK", "lines": [LETTERS]})
    assert LETTERS in shop.slips[-1]


@pytest.mark.parametrize("known", [{}, {"cut": "none"}, {"drawer": "pin5"}, {"paper_mm": 58}])
def test_the_first_choice_changes_nothing_and_every_choice_is_possible(known: dict[str, Any]) -> None:
    options = Options(**known)

    for sight in sights(options):
        assert options == changed(options, sight, 0)
        for number in range(len(sight.choices)):
            changed(options, sight, number)


def test_the_tables_begin_with_the_one_that_is_set() -> None:
    assert ("CP1250", 72) == tables(Options(code_page="CP1250", code_page_number=72))[0]
    assert len(set(tables(Options()))) == len(tables(Options()))


def test_the_slip_opens_the_drawer_and_is_cut() -> None:
    shop = Shop()
    calibrate(shop)

    (slip,) = shop.device.ledger.slips
    assert ("partial", [2]) == (slip.cut, [kick.pin for kick in slip.kicks])


@pytest.mark.parametrize(
    "detail", [{}, {"title": "x"}, {"title": 1, "lines": []}, {"title": "x", "lines": [1]}]
)
def test_a_notice_that_is_no_text_is_refused(detail: dict[str, Any]) -> None:
    shop = Shop()

    with pytest.raises(Refusal):
        shop.driver.errand("notice", detail)
    assert [] == shop.slips


def test_an_errand_it_does_not_know_is_refused_with_those_it_has() -> None:
    with pytest.raises(Refusal) as refused:
        Shop().driver.errand("daily", {})

    assert "It has: test, calibrate, notice" == refused.value.cure


def test_no_control_character_of_a_notice_reaches_the_printer() -> None:
    shop = Shop()
    shop.driver.errand("notice", {"title": "A\x1bp0", "lines": ["B\x1dV\x00C", "\x10\x04\x01"]})

    (slip,) = shop.device.ledger.slips
    assert [] == list(slip.kicks)
    assert "partial" == slip.cut

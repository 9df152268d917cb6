"""The rules of a receipt: what is taken, what is refused and leaves everything as it was (posnet.md 8 and 9)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN

import pytest
from support.fiscal_printers import Counter

from simulators.posnet.behaviour import Refusal, Spread

OPEN = ("trinit␉bm0␉",)
LINE = (*OPEN, "trline␉naKawa␉vt0␉pr1000␉")
TWO_RATES = (*LINE, "trline␉naMleko␉vt1␉pr500␉")
PAID = (*LINE, "trpayment␉ty0␉wa1000␉")
CHANGE = (*LINE, "trpayment␉ty2␉wa1500␉", "trpayment␉ty0␉wa200␉re1␉")


def prepared(*commands: str) -> Counter:
    counter = Counter()
    counter.tell(*commands)
    return counter


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        # opening and ending
        (OPEN, "trinit␉", 2038),
        ((), "trline␉naX␉vt0␉pr1␉", 2005),
        ((), "trpayment␉ty0␉wa1␉", 2005),
        ((), "trend␉", 2005),
        ((), "trftrend␉", 2005),
        (OPEN, "trend␉", 1992),
        (LINE, "trftrend␉", 2066),
        (LINE, "trftrln␉id25␉naX␉", 2066),
        # lines
        (OPEN, "trline␉naX␉vt7␉pr1␉", 2000),
        (OPEN, "trline␉naX␉vt4␉pr1␉", 2000),
        (OPEN, "trline␉naX␉vt0␉pr0␉", 2006),
        (OPEN, "trline␉naX␉vt0␉pr1␉il0␉", 2007),
        (OPEN, "trline␉naX␉vt0␉pr1␉il0.1␉", 2009),
        (OPEN, "trline␉naX␉vt0␉pr100␉wa0␉", 2009),
        (OPEN, "trline␉naX␉vt0␉pr100␉il2␉wa201␉", 2802),
        (OPEN, "trline␉naX␉vt0␉pr9999999999␉il2␉", 2008),
        (LINE, "trline␉naX␉vt0␉pr9999999999␉", 1950),
        (OPEN, "trline␉na -:*␉vt0␉pr100␉", 2104),
        (PAID, "trline␉naX␉vt0␉pr1␉", 2060),
        # discounts on the line
        (OPEN, "trline␉naX␉vt0␉pr100␉rw100␉", 1985),
        (OPEN, "trline␉naX␉vt0␉pr100␉rw101␉", 1985),
        (OPEN, "trline␉naX␉vt0␉pr100␉rw0␉", 1984),
        (OPEN, "trline␉naX␉vt0␉pr100␉rp1␉", 1984),
        (OPEN, "trline␉naX␉vt0␉pr100␉rp1000␉rw11␉", 2801),
        (OPEN, "trline␉naX␉vt0␉pr9999999999␉rd0␉rw1␉", 1981),
        # storno
        (LINE, "trline␉naKawa␉vt0␉pr1000␉il2␉st1␉", 2851),
        (LINE, "trline␉naInna␉vt0␉pr1000␉st1␉", 2851),
        ((*LINE, "trdiscntvat␉vt0␉rw600␉"), "trline␉naKawa␉vt0␉pr1000␉st1␉", 2852),
        # other discounts
        (OPEN, "trdiscntbill␉rp1000␉", 1992),
        (LINE, "trdiscntbill␉naX␉", 2063),
        (PAID, "trdiscntbill␉rp1000␉", 1991),
        (LINE, "trdiscntbill␉rw1000␉", 1985),
        (LINE, "trdiscntvat␉vt1␉rw10␉", 1983),
        (LINE, "trdiscntvat␉vt0␉rw10␉rt999␉", 1980),
        (LINE, "trdiscntline␉vt0␉dsHerbata␉rt1000␉rw1␉", 2063),
        (LINE, "trdiscntline␉vt0␉dsKawa␉rt1000␉", 2063),
        (LINE, "trdiscntpromo␉vt0␉rw1000␉", 1985),
        (OPEN, "showsubtotal␉", 1992),
        (PAID, "showsubtotal␉", 2060),
        (LINE, "trsubtotcanc␉", 2060),
        # packaging and advances
        (LINE, "trpack␉pr100␉il1.5␉", 2001),
        (LINE, "trpack␉pr100␉il2␉wa100␉", 2803),
        (LINE, "trpack␉pr100␉st1␉", 2853),
        (LINE, "tradvance␉vt0␉pr0␉wa10␉", 1966),
        (LINE, "tradvance␉vt0␉pr10␉wa0␉", 1964),
        (LINE, "tradvance␉vt0␉pr1001␉wa1001␉", 1963),
        # payments
        (OPEN, "trpayment␉ty0␉wa1␉", 1992),
        (LINE, "trpayment␉ty0␉wa0␉", 1962),
        (LINE, "trpayment␉ty1␉wa1␉", 2705),
        (LINE, "trpayment␉ty9␉wa1␉", 2705),
        (LINE, "trpayment␉ty0␉wa10000000000␉", 1951),
        (PAID, "trpayment␉ty0␉wa1␉", 1953),
        (LINE, "trpayment␉ty0␉wa1␉re1␉", 1961),
        (CHANGE, "trpayment␉ty0␉wa301␉re1␉", 1961),
        (CHANGE, "trpayment␉ty0␉wa1␉", 2094),
        (CHANGE, "trpaymentdelete␉ty2␉wa1500␉", 2094),
        (PAID, "trpaymentdelete␉ty2␉wa1000␉", 2063),
        (LINE, "trpaymentcanc␉", 2060),
        (LINE, "trpaymentcurr␉wc100␉ra43215␉naEuro␉sbEUR␉wa433␉", 2804),
        (LINE, "trpaymentcurr␉wc100␉ra43215␉naEuro␉sbeur␉", 2063),
        # verification at the end
        (LINE, "trend␉to999␉", 2805),
        (LINE, "trend␉op1␉", 2806),
        (LINE, "trend␉om1␉", 2807),
        (LINE, "trend␉fp999␉", 2808),
        (PAID, "trend␉fp1001␉", 2808),
        (PAID, "trend␉re1␉", 2809),
        ((*LINE, "trpayment␉ty2␉wa999␉"), "trend␉", 2054),
        (CHANGE, "trend␉", 2054),
        ((*LINE, "trline␉naKawa␉vt0␉pr1000␉st1␉"), "trend␉", 2041),
    ],
)
def test_what_is_refused_changes_nothing(before: tuple[str, ...], command: str, code: int) -> None:
    counter = prepared(*before)
    memory, goods, documents = (
        counter.printer.memory,
        dict(counter.printer.core.goods),
        counter.printer.fiscal,
    )

    assert [f"{command.partition('␉')[0]}␉?{code}␉"] == counter.ask(command)

    assert memory is counter.printer.memory
    assert goods == counter.printer.core.goods
    assert () == documents.documents


@pytest.mark.parametrize(
    ("commands", "sums"),
    [
        (("trline␉naX␉vt0␉pr1299␉il2␉wa2598␉",), {"va": 2598}),
        (("trline␉naX␉vt0␉pr1␉il0.5␉",), {"va": 1}),
        (("trline␉naX␉vt0␉pr333␉il0,333␉",), {"va": 111}),
        (("trline␉naX␉vt0␉pr100␉rd0␉rw10␉",), {"va": 110}),
        (("trline␉naX␉vt0␉pr1000␉rp1000␉rw100␉",), {"va": 900}),
        (("trline␉naX␉vt0␉pr1000␉rd1␉",), {"va": 1000}),
        (("trline␉naX␉vt0␉pr300␉il3␉", "trline␉naX␉vt0␉pr300␉il1␉st1␉"), {"va": 600}),
        (("trline␉naX␉vt0␉pr500␉", "trdiscntline␉vt0␉dsX␉rt500␉rp1000␉"), {"va": 450}),
        (("trline␉naX␉vt0␉pr500␉", "trdiscntvat␉vt0␉rp1000␉", "trdiscntpromo␉vt0␉rw50␉"), {"va": 400}),
        (("trline␉naX␉vt0␉pr100␉", "trline␉naY␉vt1␉pr200␉", "trdiscntsubtot␉rw100␉"), {"va": 66, "vb": 134}),
        (
            ("trline␉naX␉vt0␉pr100␉", "trline␉naY␉vt1␉pr200␉", "trdiscntsubtot␉rd0␉rw1␉"),
            {"va": 100, "vb": 201},
        ),
        (("trline␉naX␉vt0␉pr105␉", "trline␉naY␉vt1␉pr105␉", "trdiscntbill␉rp1000␉"), {"va": 95, "vb": 95}),
        (("trline␉naX␉vt0␉pr100␉", "trdiscntbill␉rw10␉", "trdiscntbill␉rw10␉"), {"va": 80}),
        (("trline␉naX␉vt0␉pr100␉", "trdiscntbill␉rw10␉", "trsubtotcanc␉"), {"va": 100}),
        (("trline␉naX␉vt0␉pr100␉", "trpack␉na123␉pr50␉il2␉", "trpack␉ne1␉pr30␉"), {"pp": 100, "pm": 30}),
        (("trline␉naX␉vt0␉pr100␉", "tradvance␉vt0␉pr100␉wa100␉"), {"va": 0}),
        (("trline␉naX␉vt0␉pr100␉", "trpayment␉ty2␉wa100␉", "trpaymentcanc␉"), {"fp": 0}),
        (("trline␉naX␉vt0␉pr100␉", "trpayment␉ty2␉wa60␉", "trpaymentdelete␉ty2␉wa60␉"), {"fp": 0}),
        (("trline␉naX␉vt0␉pr900␉", "trpaymentcurr␉wc200␉ra43215␉naEuro␉sbEUR␉"), {"fp": 864}),
    ],
)
def test_the_sums_of_an_open_receipt(commands: tuple[str, ...], sums: dict[str, int]) -> None:
    counter = prepared(*OPEN, *commands)

    for field, value in sums.items():
        assert str(value) == counter.value("strns␉", field)
    assert "1" == counter.value("strns␉", "to")


def test_a_percentage_on_several_rates_rounds_each_or_the_sum() -> None:
    each, whole = Counter(), Counter(percent_spread=Spread.SUM)
    for counter in (each, whole):
        counter.tell(
            *OPEN, *(f"trline␉naX{slot}␉vt{slot}␉pr105␉" for slot in range(3)), "trdiscntbill␉rp1000␉"
        )

    assert (95, 95, 95, 0, 0, 0, 0) == each.printer.memory.last.totals
    assert 284 == sum(whole.printer.memory.last.totals)


def test_half_a_grosz_goes_up_unless_told_otherwise() -> None:
    up, even = Counter(), Counter(line_rounding=ROUND_HALF_EVEN)
    for counter in (up, even):
        counter.tell(*OPEN, "trline␉naX␉vt0␉pr5␉il0.5␉")

    assert ("3", "2") == (up.value("strns␉", "va"), even.value("strns␉", "va"))


def test_an_advance_may_cover_everything() -> None:
    counter = prepared(*LINE, "tradvance␉naZaliczka␉vt0␉pr1000␉wa1000␉")

    counter.tell("trend␉to0␉")

    assert 0 == counter.printer.fiscal.receipts[0].total


def test_packaging_is_paid_and_not_fiscal() -> None:
    counter = prepared(*LINE, "trpack␉na1␉pr50␉il2␉")

    counter.tell("trpayment␉ty0␉wa1100␉", "trend␉to1000␉op100␉fp1100␉")

    assert (1000, 1100) == (counter.printer.fiscal.receipts[0].total, counter.printer.fiscal.receipts[0].paid)


@pytest.mark.parametrize(
    ("payments", "end", "paid", "change"),
    [
        ((), "trend␉", 1000, 0),
        ((), "trend␉fp1500␉re500␉", 1500, 500),
        (("trpayment␉ty0␉wa2000␉",), "trend␉fp2000␉", 2000, 1000),
        (("trpayment␉ty0␉wa2000␉",), "trend␉fp2000␉re1000␉", 2000, 1000),
        (("trpayment␉ty2␉wa400␉", "trpayment␉ty8␉wa600␉naPrzelew␉"), "trend␉", 1000, 0),
    ],
)
def test_what_is_paid_and_given_back(payments: tuple[str, ...], end: str, paid: int, change: int) -> None:
    counter = prepared(*LINE, *payments)

    counter.tell(end)

    (receipt,) = counter.printer.fiscal.receipts
    assert (paid, change) == (receipt.paid, receipt.change)
    assert [str(paid), str(change)] == [counter.value("strns␉", field) for field in ("fp", "re")]


def test_figures_of_the_last_receipt_stay_until_the_next_one_is_opened() -> None:
    counter = prepared(*TWO_RATES, "trend␉")
    assert ("1000", "500") == (counter.value("strns␉", "va"), counter.value("strns␉", "vb"))

    counter.tell("formstart␉fn200␉fh84␉", "formend␉fn200␉")
    assert "1000" == counter.value("strns␉", "va")
    counter.tell("trinit␉bm1␉")

    assert ["strns␉to1␉ts17␉va0␉vb0␉vc0␉vd0␉ve0␉vf0␉vg0␉pp0␉pm0␉re0␉fp0␉feN␉"] == counter.ask("strns␉")


def test_a_refused_end_leaves_a_receipt_that_can_be_corrected() -> None:
    counter = prepared(*LINE, "trpayment␉ty2␉wa999␉")
    assert ["trend␉?2054␉"] == counter.ask("trend␉to1000␉fp999␉")

    counter.tell("trpaymentcanc␉", "trpayment␉ty2␉wa1000␉", "trend␉to1000␉fp1000␉")

    assert 1 == len(counter.printer.fiscal.receipts)


def test_the_buyer_s_number_may_be_set_again_and_cleared() -> None:
    counter = prepared(*LINE, "trnipset␉ni1111111111␉")
    counter.tell("trnipset␉ni5222628262␉dsNIP:␉", "trend␉")
    counter.tell(*LINE, "trnipset␉ni5222628262␉", "trnipset␉ni  ␉", "trend␉")

    assert ["5222628262", ""] == [receipt.nip for receipt in counter.printer.fiscal.receipts]


def test_five_hundred_lines_are_taken_and_no_more() -> None:
    counter = prepared(*OPEN)
    for number in range(500):
        counter.tell(f"trline␉naTowar {number}␉vt0␉pr{number + 1}␉")

    assert ["trline␉?2052␉"] == counter.ask("trline␉naX␉vt0␉pr1␉")
    counter.tell("trend␉to125250␉")

    assert 500 == len(counter.printer.fiscal.receipts[0].sales)


# -- goods -------------------------------------------------------------------------------------------------------------


def test_a_rate_may_be_raised_until_it_was_lowered_once() -> None:
    counter = Counter()
    for slot in (1, 0, 2):
        counter.sell(f"trline␉naCoca-Cola␉vt{slot}␉pr100␉")
    assert ["dbchkplu␉vv5,00␉blT␉"] == counter.ask("dbchkplu␉vt0␉naCOCA COLA␉")

    counter.tell("trinit␉")

    assert ["trline␉?2106␉"] == counter.ask("trline␉nacoca:cola␉vt1␉pr100␉")
    counter.tell("trline␉nacoca:cola␉vt2␉pr100␉", "trline␉nacoca cola 2␉vt1␉pr100␉")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("dbchkplu␉vt0␉naNowy␉", "dbchkplu␉vv101,00␉blN␉"),
        ("dbchkplu␉vt4␉naNowy␉", "dbchkplu␉?2102␉"),
        ("dbchkplu␉vt0␉na---␉", "dbchkplu␉?2104␉"),
    ],
)
def test_the_goods_database_is_asked_without_selling(command: str, answer: str) -> None:
    counter = Counter()
    assert [answer] == counter.ask(command)
    assert {} == counter.printer.core.goods


def test_polish_letters_and_some_signs_tell_names_apart() -> None:
    counter = Counter()
    counter.sell(
        "trline␉naŁosoś 3,2%␉vt0␉pr1␉", "trline␉nałosoś 3.2%␉vt0␉pr1␉", "trline␉naLOSOS 3,2%␉vt0␉pr1␉"
    )

    assert {"ŁOSOŚ3,2%", "ŁOSOŚ3.2%", "LOSOS3,2%"} == set(counter.printer.core.goods)


# -- footers -----------------------------------------------------------------------------------------------------------


def test_the_footer_of_one_receipt_is_used_up_and_what_is_kept_stays() -> None:
    counter = Counter()
    counter.tell("ftrcfg␉ccAnna␉cn1␉ca1␉", "ftrcfg␉snZAM 7␉bcBL7␉lnJedna␊Dwie␉ccEwa␉")
    counter.sell()
    counter.sell()

    first, second = counter.printer.fiscal.receipts
    assert ("Ewa", "1", "ZAM 7\nBL7\nJedna\nDwie") == (first.cashier, first.till, first.footer_text)
    assert ("Anna", "1", "") == (second.cashier, second.till, second.footer_text)
    assert (first,) == counter.printer.fiscal.containing("ZAM 7")


def test_lines_for_all_receipts_stay_until_they_are_cleared() -> None:
    counter = Counter()
    counter.tell("ftrinfoset␉txZapraszamy␉lb1␉")
    assert ["ftrinfoget␉txZapraszamy␉"] == counter.ask("ftrinfoget␉")
    counter.sell()
    counter.sell()
    counter.tell("ftrinfoset␉tx␉")
    counter.sell()

    assert ["Zapraszamy", "Zapraszamy", ""] == [
        receipt.footer_text for receipt in counter.printer.fiscal.receipts
    ]
    assert ["ftrinfoset␉?2063␉"] == counter.ask("ftrinfoset␉txa␊b␊c␊d␉")


def test_a_receipt_is_fiscal_before_its_footer_is_sent() -> None:
    counter = prepared(*LINE, "trend␉fe0␉")

    assert ("1", "T") == (counter.value("strns␉", "to"), counter.value("strns␉", "fe"))
    assert ("1", "1") == (counter.value("scnt␉", "bn"), counter.value("scnt␉", "bt"))
    for refused in ("trline␉naX␉vt0␉pr1␉", "trend␉", "prncancel␉", "trnipset␉ni1␉"):
        assert [f"{refused.partition('␉')[0]}␉?2060␉"] == counter.ask(refused)
    assert ["trftrln␉?2702␉"] == counter.ask("trftrln␉id43␉naX␉")
    counter.tell(*(f"trftrln␉id13␉na{number}␉" for number in range(60)))
    assert ["trftrln␉?2703␉"] == counter.ask("trftrln␉id13␉naX␉")
    counter.tell("trftrend␉")

    (receipt,) = counter.printer.fiscal.receipts
    assert "59" == receipt.footer_text.splitlines()[-1]
    assert ("0", "N", "1") == (
        counter.value("strns␉", "to"),
        counter.value("strns␉", "fe"),
        counter.value("scnt␉", "bn"),
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("qrcode␉txA␉px1␉", 3202),
        ("qrcode␉txA␉el4␉", 3209),
        ("qrcode␉txABC␉hx1␉", 2080),
        ("qrcode␉txXY␉hx1␉", 2081),
        ("qrcode␉tx␉", 2056),
        ("qrcode␉tx" + 2001 * "A" + "␉", 3206),
    ],
)
def test_a_code_that_cannot_be_prepared(command: str, code: int) -> None:
    assert [f"qrcode␉?{code}␉"] == Counter().ask(command)


def test_a_prepared_code_is_printed_once() -> None:
    counter = prepared("qrcode␉hx1␉tx424C2D37␉", "ftrcfg␉bb1␉")
    counter.sell()
    counter.sell()

    slips = counter.printer.ledger.slips
    assert [["BL-7"], []] == [slip.qr_codes for slip in slips]


# -- tables and switches -----------------------------------------------------------------------------------------------


def test_another_choice_between_neighbouring_codes_is_a_switch() -> None:
    counter = Counter(codes={Refusal.STATE: 1990, Refusal.EMPTY: 2060})
    counter.tell(*OPEN)

    assert ["trend␉?2060␉"] == counter.ask("trend␉")


def test_a_line_behind_a_payment_is_a_switch() -> None:
    counter = Counter(line_after_payment=True)
    counter.tell(*PAID, "trline␉naX␉vt0␉pr1␉")

    assert ["trend␉?2054␉"] == counter.ask("trend␉")
    counter.tell("trpayment␉ty0␉wa1␉", "trend␉to1001␉fp1001␉")


@pytest.mark.parametrize(("code", "answer"), [(None, "prncancel␉"), (2064, "prncancel␉?2064␉")])
def test_a_cancel_of_nothing_is_a_switch(code: int | None, answer: str) -> None:
    counter = Counter(idle_cancel=code)

    assert [answer] == counter.ask("prncancel␉")
    assert ["scnt␉rd4␉hn55␉bn0␉fn0␉nuZBF 2101002392␉bc0␉bt0␉fc0␉"] == counter.ask("scnt␉")

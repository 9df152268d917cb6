"""Forms, cash, copies, electronic receipts; and counters whose moment is a switch (posnet.md 10 to 13, 18)."""

from __future__ import annotations

import pytest
from support.fiscal_printers import Counter, used

from simulators.posnet.edocuments import of_document
from simulators.posnet.models import MODELS

FORM = "formstart␉fn200␉fh84␉alZamówienie 1234␉"


@pytest.fixture
def counter() -> Counter:
    return Counter()


# -- forms -------------------------------------------------------------------------------------------------------------


def test_a_form_is_printed_and_counted_and_no_sale(counter: Counter) -> None:
    counter.tell(
        FORM, "formline␉fn200␉fl711␉s1Do odbioru w sklepie␉", "formcmd␉fn200␉cm1␉", "formcmd␉fn200␉cm0␉"
    )
    counter.tell("formtinyline␉fn200␉s1drobne␉", "formformattedline␉fn200␉s1&bgrube && ważne␉")
    counter.tell("formbarcode␉fn200␉bc590123412345␉bt1␉", "formimage␉fn200␉no1␉")
    assert "T" == counter.value("formisstarted␉", "is")
    counter.tell("formend␉fn200␉")

    (slip,) = counter.printer.ledger.slips
    text = slip.to_text()
    assert "Zamówienie 1234" in text
    assert "Do odbioru w sklepie" in text
    assert "grube & ważne" in text
    assert "NIEFISKALNY" in text
    assert ["scnt␉rd4␉hn56␉bn0␉fn0␉nuZBF 2101002392␉bc0␉bt0␉fc0␉"] == counter.ask("scnt␉")
    assert ("1", "61", "0") == (
        counter.value("stot␉", "nf"),
        counter.value("eclastdocnoget␉ty5␉", "di"),
        counter.value("eclastdocnoget␉ty0␉", "di"),
    )


@pytest.mark.parametrize(
    ("before", "command", "code"),
    [
        ((), "formline␉fn200␉fl711␉s1x␉", 2505),
        ((), "formend␉fn200␉", 2505),
        ((), "formstart␉fn1␉", 2501),
        ((), "formstart␉fn201␉", 2508),
        ((), "formstart␉fn200␉alParagon  Fiskalny␉", 2055),
        ((FORM,), "formstart␉fn200␉", 2506),
        ((FORM,), "formend␉fn201␉", 2501),
        ((FORM,), "formline␉fn200␉fl711␉s1To jest PARAGON FISKALNY␉", 2055),
        ((FORM,), "formline␉fn200␉fl711␉s1" + 39 * "x" + "␉", 2055),
        ((FORM,), "formcmd␉fn200␉cm2␉", 2507),
        ((FORM,), "formbarcode␉fn200␉bc12␉bt1␉", 2059),
        ((FORM,), "formbarcode␉fn200␉bc12␉bt2␉", 2059),
        ((FORM,), "formbarcode2d␉fn200␉", 3200),
        ((FORM,), "trinit␉", 2038),
        (("formstart␉fn40␉",), "formtinyline␉fn40␉s1x␉", 2501),
        (("trinit␉",), FORM, 2038),
    ],
)
def test_what_a_form_does_not_take(
    counter: Counter, before: tuple[str, ...], command: str, code: int
) -> None:
    counter.tell(*before)
    memory = counter.printer.memory

    assert [f"{command.partition('␉')[0]}␉?{code}␉"] == counter.ask(command)
    assert memory is counter.printer.memory


def test_a_form_prints_a_prepared_code_once(counter: Counter) -> None:
    counter.tell("qrcode␉txBL-1␉px4␉el2␉", FORM, "formbarcode2d␉fn200␉")
    assert ["formbarcode2d␉?3200␉"] == counter.ask("formbarcode2d␉fn200␉")
    counter.tell("formend␉fn200␉")

    assert ["BL-1"] == counter.printer.ledger.slips[0].qr_codes


def test_a_form_may_be_aborted(counter: Counter) -> None:
    counter.tell(FORM, "prncancel␉", "trinit␉")

    assert ["Zamówienie 1234 ANULOWANO"] == [each.title for each in counter.printer.fiscal.non_fiscal]


def test_wide_forms_want_wide_paper() -> None:
    counter = Counter(MODELS["xl2-80"])
    counter.tell("formstart␉fn201␉fh0␉alSzeroko␉", "formline␉fn201␉fl0␉s1" + 54 * "x" + "␉")

    assert ["formline␉?2055␉"] == counter.ask("formline␉fn201␉fl0␉s1" + 55 * "x" + "␉")


# -- cash --------------------------------------------------------------------------------------------------------------


def test_the_drawer_never_owes(counter: Counter) -> None:
    counter.tell("cash␉kw500␉wpT␉", "cash␉kw200␉wpN␉")
    assert "300" == counter.value("scashstate␉", "cs")

    assert ["cash␉?503␉"] == counter.ask("cash␉kw400␉wpN␉")

    assert "0" == counter.value("scashstate␉", "cs")
    assert 3 == len(counter.printer.fiscal.non_fiscal)


@pytest.mark.parametrize("command", ["stocash␉kw100␉", "packret␉kw100␉"])
def test_slips_of_returns_touch_no_total(counter: Counter, command: str) -> None:
    counter.tell(command)

    assert ("T", "0", "56") == (
        counter.value("scomm␉", "tz"),
        counter.value("scashstate␉", "cs"),
        counter.value("scnt␉", "hn"),
    )


def test_display_and_paper_feed_do_no_harm(counter: Counter) -> None:
    counter.tell(
        "trinit␉", "dsptxtline␉id0␉no1␉lnWitamy␉", "dsptxt␉lnX␉", "dspcmd␉id1␉", "beep␉", "papfeed␉ln3␉"
    )
    counter.tell("login␉naAnna␉nk7␉", "trline␉naX␉vt0␉pr1␉", "trend␉", "logout␉", "barcodeheightset␉he50␉")

    (receipt,) = counter.printer.fiscal.receipts
    assert ("Anna", "7") == (receipt.cashier, receipt.till)
    assert "" == counter.printer.memory.footer.cashier


# -- copies ------------------------------------------------------------------------------------------------------------


def test_copies_say_that_they_are_copies_and_are_no_sale(counter: Counter) -> None:
    counter.sell("trline␉naPierwszy␉vt0␉pr100␉")
    counter.sell("trline␉naDrugi␉vt0␉pr200␉")
    counter.tell("ecprndoc␉ty0␉fn1␉tn1␉fd2026-10-09␉td2026-10-09␉", "eclastprintouts␉no1␉")

    _, _, one, other = [slip.to_text() for slip in counter.printer.ledger.slips]
    assert 2 == one.count("*** KOPIA ***")
    assert "Pierwszy" in one
    assert "Drugi" not in one
    assert "KOPIA DOKUMENTU" in other
    assert 300 == sum(counter.printer.fiscal.totals())
    assert "2" == counter.value("scnt␉", "bt")


@pytest.mark.parametrize(
    "command", ["ecprndoc␉ty0␉fn2␉tn9␉", "ecprndoc␉ty0␉fn1␉tn1␉td2026-10-08␉", "ecprndoc␉ty4␉fn1␉tn99␉"]
)
def test_what_is_not_there_is_not_copied(counter: Counter, command: str) -> None:
    counter.sell()

    assert ["ecprndoc␉?2930␉"] == counter.ask(command)


def test_a_report_and_a_cancelled_receipt_are_copied_too(counter: Counter) -> None:
    counter.tell(
        "trinit␉", "trline␉naX␉vt0␉pr1␉", "prncancel␉", "dailyrep␉da2026-10-09␉", "eclastprintouts␉no2␉"
    )

    text = counter.printer.ledger.slips[-1].to_text()
    assert "ANULOWANY" in text
    assert "RAPORT FISKALNY DOBOWY" in text


# -- electronic receipts -----------------------------------------------------------------------------------------------


def ready(counter: Counter) -> Counter:
    counter.tell("eparagonstatusset␉st1␉", "eparagondefaultset␉adhttps://example.invalid␉")
    return counter


@pytest.mark.parametrize(
    ("block", "server", "printed", "status"),
    [("1", True, "N", "1"), ("0", True, "T", "1"), ("1", False, "T", "2")],
)
def test_the_next_receipt_goes_to_the_buyer_whose_id_was_set(
    counter: Counter, block: str, server: bool, printed: str, status: str
) -> None:
    ready(counter).printer.behaviour.edocument_server = server
    assert ["eparagonidznext␉ha1␉"] == counter.ask("eparagonidznext␉idKLIENT-1␉")
    assert "4" == counter.value("eparagonbufferget␉hd1␉", "st")
    assert ["eparagonidznext␉?4258␉"] == counter.ask("eparagonidznext␉idKLIENT-2␉")
    counter.tell(f"trinit␉bm{block}␉", "trline␉naX␉vt0␉pr1␉", "trend␉")
    counter.sell()

    assert [printed, status, "61", "KLIENT-1"] == [
        counter.value("eparagonbufferget␉hd1␉", field) for field in ("pr", "st", "di", "id")
    ]
    assert [1, 0] == [receipt.edocument for receipt in counter.printer.fiscal.receipts]
    assert (1 if printed == "N" else 2) == len(counter.printer.ledger.slips)


def test_the_id_belongs_to_whoever_prints_next(counter: Counter) -> None:
    ready(counter).ask("eparagonidznext␉idKLIENT␉")
    counter.printer.other_host.sell()
    counter.sell()

    assert [1, 0] == [receipt.edocument for receipt in counter.printer.fiscal.receipts]


def test_an_id_may_be_set_inside_the_receipt_dropped_and_given_afterwards(counter: Counter) -> None:
    ready(counter).tell("trinit␉", "trline␉naX␉vt0␉pr1␉")
    assert ["eparagonidznext␉ha1␉"] == counter.ask("eparagonidznext␉idA␉")
    counter.tell("eparagonidzcancel␉")
    assert ["eparagonidzprev␉?2038␉"] == counter.ask("eparagonidzprev␉idB␉")
    counter.tell("trend␉fe0␉")
    assert ["eparagonidznext␉?2060␉"] == counter.ask("eparagonidznext␉idA␉")
    counter.tell("trftrend␉")

    assert ["eparagonidzprev␉ha1␉"] == counter.ask("eparagonidzprev␉idB␉")
    assert ["eparagonidzprev␉?4257␉"] == counter.ask("eparagonidzprev␉idB␉")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("eparagonidznext␉idX␉", 4273),
        ("eparagonidzprev␉idX␉", 4273),
        ("eparagonconnectiontest␉", 4273),
        ("eparagonbufferget␉hd1␉", 2930),
    ],
)
def test_without_a_server_there_are_no_electronic_receipts(counter: Counter, command: str, code: int) -> None:
    assert [f"{command.partition('␉')[0]}␉?{code}␉"] == counter.ask(command)


def test_the_service_tells_of_itself(counter: Counter) -> None:
    assert ["eparagonstatusget␉stN␉"] == counter.ask("eparagonstatusget␉")
    ready(counter)
    assert ["eparagonstatusget␉stT␉"] == counter.ask("eparagonstatusget␉")
    assert "https://example.invalid" == counter.value("eparagondefaultget␉", "ad")
    assert ["eparagonconnectiontest␉ap0␉ht200␉cu0␉"] == counter.ask("eparagonconnectiontest␉")
    counter.printer.behaviour.edocument_server = False
    assert ["eparagonconnectiontest␉?4275␉"] == counter.ask("eparagonconnectiontest␉")
    assert ["eparagonidznext␉?4277␉"] == counter.ask("eparagonidznext␉id ␉")
    assert ["eparagonidzprev␉?2930␉"] == counter.ask("eparagonidzprev␉idX␉")


def test_an_identifier_that_is_refused_or_unknown_is_a_switch(counter: Counter) -> None:
    ready(counter).printer.behaviour.edocument_refusal = 4250
    assert ["eparagonidznext␉?4250␉"] == counter.ask("eparagonidznext␉idX␉")
    counter.printer.behaviour.idle_idzcancel = 4258
    assert ["eparagonidzcancel␉?4258␉"] == counter.ask("eparagonidzcancel␉")
    counter.printer.behaviour.edocuments_known = False

    for command in ("eparagonstatusget", "eparagonidznext", "eparagonidzcancel"):
        assert [f"ERR␉?1␉cm{command}␉"] == counter.ask(f"{command}␉")


@pytest.mark.parametrize(("survives", "left"), [(False, 0), (True, 1)])
def test_whether_an_identifier_outlives_its_cancelled_receipt_is_a_switch(survives: bool, left: int) -> None:
    counter = ready(Counter(edocument_survives_cancel=survives))
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr1␉")
    counter.ask("eparagonidznext␉idA␉")

    counter.tell("prncancel␉")
    counter.sell()

    assert [left] == [receipt.edocument for receipt in counter.printer.fiscal.receipts]
    became = of_document(counter.printer.memory, counter.printer.fiscal.receipts[0].number)
    assert ("A" if survives else None) == (became and became.customer)


def test_the_queue_is_summed_up(counter: Counter) -> None:
    ready(counter).ask("eparagonidznext␉idA␉")
    assert ["eparagonbuffersummaryget␉nw0␉sn0␉fl0␉gu0␉rs1␉"] == counter.ask("eparagonbuffersummaryget␉")
    assert ["eparagonbufferfreecntget␉fr99␉"] == counter.ask("eparagonbufferfreecntget␉")
    counter.sell()
    assert ["eparagonbuffersummaryget␉nw0␉sn1␉fl0␉gu0␉rs0␉"] == counter.ask("eparagonbuffersummaryget␉")


def test_sending_takes_its_time() -> None:
    counter = ready(Counter(edocument_seconds=20.0))
    counter.ask("eparagonidznext␉idA␉")
    counter.tell("trinit␉bm1␉", "trline␉naX␉vt0␉pr1␉")

    assert [] == counter.ask("trend␉")
    assert [] == counter.wait(19.0)
    assert ["trend␉"] == counter.wait(2.0)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("eparagonidznext␉", "ERR␉?2␉cmeparagonidznext␉fdid␉"),
        (f"eparagonidznext␉id{'x' * 129}␉", "ERR␉?10␉cmeparagonidznext␉fdid␉"),
        (f"eparagonidznext␉idx␉ad{'x' * 81}␉", "ERR␉?10␉cmeparagonidznext␉fdad␉"),
        ("eparagonstatusset␉st2␉", "ERR␉?3␉cmeparagonstatusset␉fdst␉"),
        ("eparagonbufferget␉hdx␉", "ERR␉?3␉cmeparagonbufferget␉fdhd␉"),
    ],
)
def test_their_fields_are_looked_at(counter: Counter, command: str, answer: str) -> None:
    assert [answer] == ready(counter).ask(command)


# -- counters whose moment is a switch ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("late", "before"), [(False, "1"), (True, "0")])
def test_when_the_counters_move_with_a_footer_is_a_switch(late: bool, before: str) -> None:
    counter = Counter(counted_at_footer_end=late)
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr100␉", "trend␉fe0␉")

    assert (before, before) == (counter.value("scnt␉", "bn"), counter.value("scnt␉", "bt"))
    assert ("100", "61") == (counter.value("stot␉", "pa"), counter.value("eclastdocnoget␉ty0␉", "di"))
    counter.tell("trftrend␉")
    counter.sell()

    assert ("2", "2") == (counter.value("scnt␉", "bn"), counter.value("scnt␉", "bt"))
    assert [1, 2] == [receipt.receipt for receipt in counter.printer.fiscal.receipts]


@pytest.mark.parametrize(("early", "opened"), [(False, "55"), (True, "56")])
def test_when_the_printout_is_counted_is_a_switch(early: bool, opened: str) -> None:
    counter = Counter(printout_at_header=early)
    counter.tell("trinit␉")
    assert opened == counter.value("scnt␉", "hn")
    counter.tell("trline␉naX␉vt0␉pr100␉", "trend␉")

    assert "56" == counter.value("scnt␉", "hn")
    assert 56 == counter.printer.fiscal.receipts[0].printout


@pytest.mark.parametrize(("counts", "printouts"), [(True, "56"), (False, "55")])
def test_whether_a_silent_cancel_is_a_printout_is_a_switch(counts: bool, printouts: str) -> None:
    counter = Counter(printout_of_silent_cancel=counts)
    counter.tell("cancelledsaleprintcfgset␉en0␉", "trinit␉bm1␉", "trline␉naX␉vt0␉pr100␉", "prncancel␉")

    assert printouts == counter.value("scnt␉", "hn")
    assert ("1", "1", "100") == (
        counter.value("scnt␉", "bc"),
        counter.value("scnt␉", "bt"),
        counter.value("stot␉", "ct"),
    )
    assert () == counter.printer.ledger.slips


# -- the ledger --------------------------------------------------------------------------------------------------------


def test_the_ledger_answers_what_a_harness_asks(counter: Counter) -> None:
    counter.tell("ftrcfg␉snBL-77␉")
    counter.sell("trline␉naX␉vt0␉pr100␉", nip="5222628262")
    counter.tell("dailyrep␉da2026-10-09␉")
    counter.sell("trline␉naY␉vt3␉pr7␉")
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr1␉", "prncancel␉")
    fiscal = counter.printer.fiscal

    first, second = fiscal.receipts
    assert (1, 61, 4, "2026-10-09T11:48:14+02:00") == (first.receipt, first.number, first.report, first.time)
    assert ("5222628262", "BL-77", True) == (first.nip, first.footer_text, first.finished)
    assert (second, first) == (fiscal.receipt(1), fiscal.receipt(1, report=4))
    assert (100, 0, 0, 7, 0, 0, 0) == fiscal.totals()
    assert (2, 1, 100) == (fiscal.count(), len(fiscal.reports), fiscal.reports[0].total)
    assert 1 == len(fiscal.cancelled)
    assert "Y" == second.sales[0].name
    with pytest.raises(KeyError):
        fiscal.receipt(2)


def test_the_first_printer_was_never_sold_on() -> None:
    counter = Counter(memory=used(reports=0, printouts=0, last_document=0, last_report=""))

    assert ["scnt␉rd0␉hn0␉bn0␉fn0␉nuZBF 2101002392␉bc0␉bt0␉fc0␉"] == counter.ask("scnt␉")
    assert ["eclastdocnoget␉di0␉"] == counter.ask("eclastdocnoget␉")

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.contract import Plan, Refusal
from drivers.posnet.commands import Command, Effect
from drivers.posnet.facts import DeviceFacts
from drivers.posnet.frames import Frame, FrameParser, read_command
from drivers.posnet.names import comparable
from drivers.posnet.options import PosnetOptions
from drivers.posnet.payments import PaymentForm
from drivers.posnet.plan import PosnetPlan, make_plan
from drivers.posnet.text import PAGES
from drivers.receipt import Line, Receipt, VatRate

VAT = tuple(Decimal(rate) for rate in ("23.00", "8.00", "5.00", "0.00", "100.00", "101.00", "101.00"))
ONLINE = DeviceFacts.online(VAT, "windows-1250")
OLDER = DeviceFacts(VAT, "mazovia")
TODAY = date(2026, 10, 9)
A, B, EXEMPT = VatRate(Decimal(23)), VatRate(Decimal(8)), VatRate(None)
PLAIN = PosnetOptions(system_number="", footer=())


def line(name: str = "Kubek", price: str = "10", quantity: str = "1", rate: VatRate = A, **more: Any) -> Line:
    return Line(name, Decimal(quantity), Decimal(price), rate, **more)


def receipt(*lines: Line, **more: Any) -> Receipt:
    return Receipt(receipt_id=123, lines=lines or (line(),), **more)


def plan(
    of: Receipt, device: DeviceFacts = ONLINE, options: PosnetOptions = PLAIN, today: date = TODAY
) -> PosnetPlan:
    return make_plan(of, device, options, today)


def sent(planned: PosnetPlan, mnemonic: str) -> list[dict[str, str]]:
    return [dict(command.fields) for command in planned.commands if command.mnemonic == mnemonic]


def test_a_card_sale_is_the_worked_sequence() -> None:
    """posnet.md 8.11: two rates, a line discount, a NIP."""
    sale = receipt(
        line("Kubek ceramiczny", "12.99", "2"),
        line("Herbata zielona", "3.69", rate=B),
        line("Rabat", "-2.00"),
        payment="Karta",
        nip="5222628262",
    )
    planned = plan(sale)
    frames = [
        command.frame(PAGES[planned.code_page], 101 + at) for at, command in enumerate(planned.commands)
    ]
    assert [
        b"\x02trinit\t@0101\tbm0\t#F7DC\x03",
        b"\x02trline\t@0102\tnaKubek ceramiczny\tvt0\tpr1299\til2\twa2598\trd1\trnRabat\trw200\t#B1B9\x03",
        b"\x02trline\t@0103\tnaHerbata zielona\tvt1\tpr369\twa369\t#EB5A\x03",
        b"\x02trnipset\t@0104\tni5222628262\t#D975\x03",
    ] == [frame.encode() for frame in frames[:4]]
    assert (("ty", "2"), ("wa", "2767"), ("na", "Karta"), ("re", "0")) == planned.commands[4].fields
    assert b"\x02trend\t@0106\tto2767\tfp2767\t#8EBF\x03" == frames[5].encode()
    assert [Effect.MUTATES] * 5 + [Effect.COMMIT] == [command.effect for command in planned.commands]
    assert ((2398, 369, 0, 0, 0, 0, 0), 2767) == (planned.totals, planned.total)
    assert ((0, "Kubek ceramiczny"), (1, "Herbata zielona")) == planned.checks
    assert [
        Command("dbchkplu", (("vt", "0"), ("na", "Kubek ceramiczny")), Effect.READS),
        Command("dbchkplu", (("vt", "1"), ("na", "Herbata zielona")), Effect.READS),
    ] == list(planned.queries)


def test_letters_come_from_the_printers_own_table() -> None:
    turned = replace(ONLINE, vat=(Decimal(100), Decimal(8), Decimal(101), Decimal(23), *VAT[5:], Decimal(0)))
    rates = (A, B, VatRate(Decimal(0)), EXEMPT)
    planned = plan(receipt(*(line(f"Towar {rate}", rate=rate) for rate in rates)), turned)
    assert ["3", "1", "6", "0"] == [fields["vt"] for fields in sent(planned, "trline")]
    assert (1000, 1000, 0, 1000, 0, 0, 1000) == planned.totals


@pytest.mark.parametrize(("rate", "named"), [(VatRate(Decimal(7)), "7%"), (VatRate(Decimal(100)), "100%")])
def test_a_rate_the_printer_lacks_is_refused_with_both_sides_named(rate: VatRate, named: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan(receipt(line(), line(rate=rate)))
    assert "lines[1].vat_rate" == refused.value.field
    assert f"no VAT rate {named}" in refused.value.what
    assert "A 23%, B 8%, C 5%, D 0%, E exempt" in refused.value.what
    assert "vat_rate" == refused.value.code


def test_exempt_goods_need_a_letter_too() -> None:
    without = replace(ONLINE, vat=(*VAT[:4], Decimal(101), *VAT[5:]))
    with pytest.raises(Refusal, match="no VAT rate exempt"):
        plan(receipt(line(rate=EXEMPT)), without)
    with pytest.raises(Refusal, match="it has none"):
        plan(receipt(line()), replace(ONLINE, vat=(Decimal(101),) * 7))
    with pytest.raises(ValueError, match="seven|7 rates"):
        plan(receipt(line()), replace(ONLINE, vat=VAT[:6]))


@pytest.mark.parametrize(
    ("price", "quantity", "fields"),
    [
        ("416.625", "2", {"pr": "83325", "wa": "83325", "op": "2 x 416,625"}),
        ("12.99", "2.5", {"pr": "1299", "il": "2.5", "wa": "3248"}),
        ("10.00", "1.000", {"pr": "1000", "wa": "1000"}),
        # The nearest price in grosze still comes to the value: the quantity may stay true.
        ("9.999", "0.333", {"pr": "1000", "il": "0.333", "wa": "333", "op": "0,333 x 9,999"}),
        ("10.004", "1", {"pr": "1000", "wa": "1000", "op": "1 x 10,004"}),
        # A quantity finer than a thousandth.
        ("3", "0.33333333", {"pr": "300", "il": "0.333", "wa": "100", "op": "0,33333333 x 3,00"}),
        ("100", "0.0001", {"pr": "1", "wa": "1", "op": "0,0001 x 100,00"}),
        ("0.005", "1", {"pr": "1", "wa": "1", "op": "1 x 0,005"}),
        ("0.0001", "1000", {"pr": "10", "wa": "10", "op": "1000 x 0,0001"}),
        # Beyond what any field shows: rounded, and said so.
        (
            "416.62499999999999999999999",
            "2.00000000000000000000000001",
            {"pr": "83325", "wa": "83325", "op": "ok. 2 x 416,625"},
        ),
        # A price the printer cannot hold, though it holds the value.
        ("200000000", "0.25", {"pr": "5000000000", "wa": "5000000000", "op": "0,25 x 200000000,00"}),
    ],
)
def test_a_line_keeps_its_exact_value(price: str, quantity: str, fields: dict[str, str]) -> None:
    planned = plan(receipt(line(price=price, quantity=quantity)))
    (shown,) = sent(planned, "trline")
    assert {"na": "Kubek", "vt": "0", **fields} == shown
    assert ("op" in fields) == ("fine_price" in [note.code for note in planned.notes])


def test_the_true_price_fits_the_shortest_description_whatever_it_is() -> None:
    odd = line(price="12345.678901234567890123", quantity="123.45678901234567890123456")
    (shown,) = sent(plan(receipt(odd), OLDER), "trline")
    assert "ok. 123,457 x 12345,679" == shown["op"]
    for price, quantity in (
        ("99999999.9840001", "0.9999999999999999"),
        ("0.0009999999999999", "999999999.9990001"),
    ):
        (shown,) = sent(plan(receipt(line(price=price, quantity=quantity)), OLDER), "trline")
        assert len(shown["op"]) <= 35


def test_lines_of_no_value_are_left_out_and_named() -> None:
    planned = plan(
        receipt(line("Ulotka & mapa", "0"), line(), line("Naklejka", "0.001", rate=VatRate(Decimal(7))))
    )
    assert ["Kubek"] == [fields["na"] for fields in sent(planned, "trline")]
    assert [{"ln": "Poz. 0,00: Ulotka && mapa, Naklejka", "lb": "0"}] == sent(planned, "ftrcfg")
    assert ["zero_value"] == [note.code for note in planned.notes]
    assert planned.notes[0].text.endswith(": 1, 3")


def test_many_lines_of_no_value_are_counted_in_the_footer() -> None:
    planned = plan(receipt(line(), *(line(f"Dodatek numer {at}", "0") for at in range(5))))
    assert ["Poz. 0,00: 5"] == [fields["ln"] for fields in sent(planned, "ftrcfg")]


@pytest.mark.parametrize(
    ("lines", "options", "field", "code"),
    [
        ((line(price="0"),), PLAIN, "lines", "zero_value"),
        ((), PLAIN, "lines", "zero_value"),
        (
            (line(), line(price="0")),
            PLAIN.model_copy(update={"zero_price": "refuse"}),
            "lines[1]",
            "zero_value",
        ),
        ((line(price="100000000"),), PLAIN, "lines[0]", "too_large"),
        ((line(price="60000000"), line("B", "60000000")), PLAIN, "lines", "too_large"),
        ((line(),) * 501, PLAIN, "lines", "too_many_lines"),
        ((line(), line(price="-10")), PLAIN, "lines[1]", "negative_line"),
        ((line(), line(price="-1", rate=B)), PLAIN, "lines[1]", "negative_line"),
        ((line(), line(price="-1", quantity="-1")), PLAIN, "lines[1]", "negative_line"),
        (
            (line(), line(price="-1")),
            PLAIN.model_copy(update={"negative_lines": "refuse"}),
            "lines[1]",
            "negative_line",
        ),
        ((line(price="-1"),), PLAIN, "lines", "zero_value"),
    ],
)
def test_what_the_printer_can_never_take_is_refused(
    lines: tuple[Line, ...], options: PosnetOptions, field: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        plan(replace(receipt(), lines=lines), options=options)
    assert (field, code) == (refused.value.field, refused.value.code)
    assert refused.value.cure


def test_other_currencies_are_refused() -> None:
    with pytest.raises(Refusal, match="EUR") as refused:
        plan(receipt(currency="EUR"))
    assert ("currency", "currency") == (refused.value.field, refused.value.code)


def test_the_largest_receipts_are_taken() -> None:
    assert 500 == len(sent(plan(receipt(*(line(),) * 500)), "trline"))
    assert 9_999_999_999 == plan(receipt(line(price="99999999.99"))).total


def test_a_negative_line_lowers_the_lines_of_its_rate_by_what_they_are_worth() -> None:
    planned = plan(
        receipt(
            line("Kubek", "90"),
            line("Herbata", "100", rate=B),
            line("Talerz", "10"),
            line("Kupon świąteczny z bardzo długą nazwą", "-10"),
        )
    )
    kubek, herbata, talerz = sent(planned, "trline")
    assert ("9000", "1", "900") == (kubek["wa"], kubek["rd"], kubek["rw"])
    assert ("1000", "1", "100") == (talerz["wa"], talerz["rd"], talerz["rw"])
    assert "Kupon świąteczny z bardzo" == kubek["rn"]
    assert not {"rd", "rn", "rw"} & set(herbata)
    assert (9000, 10000) == planned.totals[:2]


def test_every_line_keeps_a_grosz_under_the_largest_discount() -> None:
    lines = (line("Kubek", "1.00"), line("Talerz", "0.01"), line("Miska", "0.50"))
    planned = plan(receipt(*lines, line("Rabat 1", "-1.00"), line("Rabat 2", "-0.24", "2")))
    assert [1, 1, 1] == [one.paid for one in planned.lines]
    assert ["Rabat", "", "Rabat"] == [one.discount_name for one in planned.lines]
    with pytest.raises(Refusal, match="takes 1.49 off what is sold at 23%"):
        plan(receipt(*lines, line("Rabat", "-1.49")))


def test_a_returned_quantity_is_a_negative_line() -> None:
    assert 500 == plan(receipt(line(quantity="1"), line("Zwrot", "5", "-1"))).total


def test_nameless_goods_get_another_word_the_printer_counts() -> None:
    planned = plan(
        receipt(
            line("!!!", sku="SKU-1", ean="590"),
            line("--", sku="*", ean="5901234123457"),
            line("日本", sku="", ean=""),
            line("???", sku="-", ean=""),
        ),
        OLDER,
    )
    first, second, third, fourth = (fields["na"] for fields in sent(planned, "trline"))
    assert ("SKU-1", "5901234123457", "Towar") == (first, second, fourth)
    assert comparable(third)


def test_names_are_cut_to_what_the_model_takes() -> None:
    long = line(
        "Koszulka męska bawełniana z długim rękawem i kapturem w kolorze czarnym, rozmiar uniwersalny XL"
    )
    for device, longest in ((ONLINE, 80), (OLDER, 40)):
        (shown,) = sent(plan(receipt(long), device), "trline")
        assert longest == len(shown["na"])
        assert shown["na"].endswith("uniwersalny XL")
    (shown,) = sent(plan(receipt(long), ONLINE, PLAIN.model_copy(update={"name_length": 30})), "trline")
    assert 30 == len(shown["na"])


def test_the_buyers_nip_goes_to_the_footer_of_printers_without_the_command() -> None:
    sale = receipt(nip="5222628262")
    assert [{"ni": "5222628262"}] == sent(plan(sale), "trnipset")
    assert [] == sent(plan(sale), "ftrcfg")
    assert [] == sent(plan(sale, OLDER), "trnipset")
    assert [{"ln": "NIP nabywcy: 5222628262", "lb": "0"}] == sent(plan(sale, OLDER), "ftrcfg")
    assert [] == sent(plan(receipt()), "trnipset")


@pytest.mark.parametrize(
    ("price", "today", "noted"),
    [
        ("450", date(2026, 12, 31), False),
        ("450.01", date(2026, 12, 31), True),
        ("450", date(2027, 1, 1), True),
        ("450.01", date(2024, 1, 1), True),
    ],
)
def test_a_receipt_with_a_nip_that_is_no_simplified_invoice_is_noted(
    price: str, today: date, *, noted: bool
) -> None:
    codes = [note.code for note in plan(receipt(line(price=price), nip="5222628262"), today=today).notes]
    assert (["no_invoice"] if noted else []) == codes
    assert () == plan(receipt(line(price=price)), today=today).notes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Gotówka", PaymentForm.CASH),
        ("GOTOWKA", PaymentForm.CASH),
        ("Karta płatnicza", PaymentForm.CARD),
        ("Płatność kartą online", PaymentForm.CARD),
        ("Karta kredytowa", PaymentForm.CARD),
        ("Visa/Mastercard", PaymentForm.CARD),
        ("Google Pay", PaymentForm.CARD),
        ("Przelew bankowy", PaymentForm.TRANSFER),
        ("Przelewy24", PaymentForm.TRANSFER),
        ("PayU", PaymentForm.TRANSFER),
        ("BLIK", PaymentForm.TRANSFER),
        ("Allegro Finance", PaymentForm.TRANSFER),
        ("Allegro Pay", PaymentForm.CREDIT),
        ("Raty PayU", PaymentForm.CREDIT),
        ("PayPo - kup teraz, zapłać późn", PaymentForm.CREDIT),
        ("Karta podarunkowa", PaymentForm.VOUCHER),
        ("Bon towarowy", PaymentForm.COUPON),
        ("Czek", PaymentForm.CHEQUE),
        ("Pobranie", PaymentForm.OTHER),
        ("Płatność przy odbiorze", PaymentForm.OTHER),
        ("Karta przy odbiorze", PaymentForm.CARD),
        ("Cash on delivery", PaymentForm.OTHER),
        ("Barter", PaymentForm.OTHER),
        ("", PaymentForm.OTHER),
    ],
)
def test_payment_forms_out_of_free_text(text: str, form: PaymentForm) -> None:
    planned = plan(receipt(payment=text))
    assert form is planned.payment
    (payment,) = sent(planned, "trpayment")
    assert (str(form.value), "1000", text[:25].rstrip() or "Inna") == (
        payment["ty"],
        payment["wa"],
        payment["na"],
    )


def test_own_patterns_come_first_and_the_fallback_last() -> None:
    options = PosnetOptions(
        system_number="",
        footer=(),
        payments=[{"pattern": "^pobranie", "form": "cash"}],
        payment_fallback="transfer",
    )
    assert PaymentForm.CASH is plan(receipt(payment="Pobranie"), options=options).payment
    assert PaymentForm.TRANSFER is plan(receipt(payment="Barter"), options=options).payment
    assert "Przelew" == sent(plan(receipt(), options=options), "trpayment")[0]["na"]


def test_older_printers_have_no_transfers() -> None:
    planned = plan(receipt(payment="Przelew"), OLDER)
    assert PaymentForm.OTHER is planned.payment
    assert ("6", "Przelew") == tuple(sent(planned, "trpayment")[0][name] for name in ("ty", "na"))


def test_numbers_stand_in_the_footer_before_the_receipt_is_opened() -> None:
    options = PosnetOptions(
        barcode="{order_id}",
        code_2d="https://sklep.example/z/{order_id}?a=1&b=2",
        cashier="Żaneta",
        till="7",
        footer=("Zamówienie & numer: {order_id}", "Dziękujemy"),
    )
    planned = plan(receipt(number="PAR 1/2026", order_id=77), options=options)
    code, footer, opened, *_ = planned.commands
    assert ("qrcode", "https://sklep.example/z/77?a=1&b=2") == (code.mnemonic, code.get("tx"))
    assert "trinit" == opened.mnemonic
    assert {
        "cc": "Żaneta",
        "cn": "7",
        "ca": "0",
        "sn": "PAR 1/2026",
        "bc": "77",
        "bb": "1",
        "ln": "Zamówienie && numer: 77\nDziękujemy",
        "lb": "0",
    } == dict(footer.fields)
    assert footer.frame(PAGES["mazovia"]).encode()


def test_what_is_missing_or_does_not_fit_is_left_out_whole() -> None:
    options = PosnetOptions(barcode="{number}", footer=("Zamówienie: {order_id}",))
    planned = plan(receipt(number="Paragon żółty 1/2026"), options=options)
    assert [{"sn": "Paragon żółty 1/2026"}] == sent(planned, "ftrcfg")
    assert ["left_out"] == [note.code for note in planned.notes]
    planned = plan(receipt(number="…" * 29 + "PAR1"), options=PosnetOptions())
    assert [] == sent(planned, "ftrcfg")
    assert ["left_out"] == [note.code for note in planned.notes]


def test_urgent_lines_come_before_configured_ones() -> None:
    options = PosnetOptions(system_number="", footer=("jeden", "dwa", "trzy"))
    planned = plan(receipt(line(), line("Ulotka", "0"), nip="5222628262"), OLDER, options)
    assert ["NIP nabywcy: 5222628262\nPoz. 0,00: Ulotka\njeden"] == [
        fields["ln"] for fields in sent(planned, "ftrcfg")
    ]
    assert 2 == sum(note.code == "left_out" for note in planned.notes)


def test_block_mode_is_asked_for() -> None:
    assert [{"bm": "1"}] == sent(
        plan(receipt(), options=PLAIN.model_copy(update={"block_mode": True})), "trinit"
    )


def wire_lines(planned: PosnetPlan, page: str) -> list[dict[str, str]]:
    """The lines as a printer reads them from the wire."""
    parser = FrameParser(read_command, strict=True)
    data = b"".join(
        command.frame(PAGES[page], at % 10_000).encode() for at, command in enumerate(planned.commands)
    )
    frames = parser.feed(data)
    assert len(planned.commands) == len(frames)
    return [
        {name: PAGES[page].decode(value) for name, value in frame.fields}
        for frame in frames
        if isinstance(frame, Frame) and frame.mnemonic == "trline"
    ]


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def exact_value(one: Line) -> int:
    exact = Fraction(one.unit_price) * Fraction(one.quantity) * 100
    return half_up(exact) if exact >= 0 else -half_up(-exact)


def any_line(chance: random.Random, at: int) -> Line:
    places = chance.choice([0, 2, 2, 2, 3, 4, 6])
    price = Decimal(chance.randint(0, 10 ** chance.randint(1, 3 + places))).scaleb(-places)
    quantity = chance.choice(
        [
            Decimal(chance.randint(1, 20)),
            Decimal(chance.randint(1, 5000)).scaleb(-3),
            Decimal(chance.randint(1, 10**8)).scaleb(-7),
        ]
    )
    ending = chance.choice(["czarna S", "czarna M", "biała XL", "42", f"nr {at}"])
    head = chance.choice(["Kubek", "Koszulka męska bawełniana z długim rękawem i kapturem sportowa", "!"])
    rate = chance.choice([A, B, VatRate(Decimal(5)), VatRate(Decimal(0)), EXEMPT])
    return Line(f"{head} {ending}", quantity, price, rate)


def any_sale(chance: random.Random, count: int) -> Receipt:
    """A sale of that many lines, beside what is taken off again in some of its rates."""
    lines = [line("Pierwszy", "0.01"), *(any_line(chance, at) for at in range(1, count))]
    for rate in sorted({one.vat_rate for one in lines}, key=str):
        room = sum(exact_value(one) - 1 for one in lines if one.vat_rate == rate and exact_value(one))
        if room and chance.random() < 0.5:
            lines.append(Line("Rabat", Decimal(1), Decimal(-chance.randint(1, room)).scaleb(-2), rate))
    return receipt(*lines, order_id=77, number="PAR 1")


@given(
    st.integers(1, 500),
    st.integers(0, 2**32),
    st.sampled_from(
        [ONLINE, OLDER, replace(OLDER, code_page="iso-8859-2"), replace(ONLINE, code_page="cp852")]
    ),
)
@settings(max_examples=60, deadline=None)
def test_totals_are_what_an_independent_count_in_fractions_says(
    count: int, seed: int, device: DeviceFacts
) -> None:
    """A printer of its own, on the bytes of the wire, against the receipt counted in fractions."""
    sale = any_sale(random.Random(seed), count)
    expected = dict.fromkeys(range(7), 0)
    for one in sale.lines:
        slot = VAT.index(Decimal(100) if one.vat_rate.percent is None else one.vat_rate.percent)
        expected[slot] += exact_value(one)
    planned = plan(sale, device, PosnetOptions())
    counted = dict.fromkeys(range(7), 0)
    for fields in wire_lines(planned, device.code_page):
        value = half_up(int(fields["pr"]) * Fraction(fields.get("il", "1")))
        assert str(value) == fields["wa"]
        discount = int(fields.get("rw", "0"))
        assert 0 <= discount < value
        counted[int(fields["vt"])] += value - discount
        assert len(fields.get("il", "1").partition(".")[2]) <= 3
        assert len(fields["na"]) <= device.name_length
        assert len(fields.get("op", "")) <= device.description_length
    assert expected == counted
    assert tuple(expected.values()) == planned.totals
    total = str(sum(expected.values()))
    assert (total, total) == (planned.commands[-1].get("to"), planned.commands[-1].get("fp"))


HOSTILE = "\x00\x02\x03\t\n\x1b\x7f\x80\x81\x9f\xa0\xad\u202e#@?&żŁ„日"
texts = st.text(max_size=60) | st.text(HOSTILE + "abc", max_size=60)
hostile_lines = st.builds(
    Line,
    name=texts,
    quantity=st.decimals("0.001", 999, places=3),
    unit_price=st.decimals(0, "9999.99", places=2),
    vat_rate=st.sampled_from([A, B, EXEMPT]),
    sku=texts,
    ean=texts,
)
hostile_receipts = st.builds(
    Receipt,
    receipt_id=st.integers(1, 10**9),
    lines=st.lists(hostile_lines, max_size=8).map(lambda lines: (line("Pierwszy"), *lines)),
    order_id=st.none() | st.integers(1, 10**9),
    number=texts,
    payment=texts,
    nip=st.sampled_from(["", "5222628262"]),
)
devices = st.builds(replace, st.sampled_from([ONLINE, OLDER]), code_page=st.sampled_from(sorted(PAGES)))
EVERYTHING = PosnetOptions(
    barcode="{number}", code_2d="{number}{order_id}", footer=("{number}", "{order_id}")
)


@given(hostile_receipts, devices)
def test_no_control_byte_of_a_receipt_ever_reaches_the_wire(sale: Receipt, device: DeviceFacts) -> None:
    planned = plan(sale, device, EVERYTHING)
    for command in (*planned.queries, *planned.commands):
        data = command.frame(device.page, 1).encode()
        assert (b"\x02", b"\x03") == (data[:1], data[-1:])
        assert data.count(b"\t") == len(command.fields) + 2
        inside = data[1:-1].replace(b"\t", b"")
        if command.mnemonic == "ftrcfg":
            inside = inside.replace(b"\n", b"")
        assert all(byte >= 0x20 and byte != 0x7F for byte in inside)


@given(hostile_receipts, devices)
def test_a_plan_is_the_same_each_time_and_survives_the_journal(sale: Receipt, device: DeviceFacts) -> None:
    planned = plan(sale, device, EVERYTHING)
    assert planned == plan(sale, device, EVERYTHING)
    stored = json.dumps(Plan(sale, details=planned.to_json()).to_json())
    assert planned == PosnetPlan.from_json(Plan.from_json(json.loads(stored)).details)

"""Lifelike Polish receipts from a seed, for the demo, training, tests and benchmarks.

Every tenth receipt has something special, so that few receipts already show what is hard:

    number 3 of ten     two of something at 416.625, a price finer than a grosz
    number 5 of ten     goods sold by weight or length, quantities such as 0.375
    number 7 of ten     40 lines
    number 9 of ten     all five VAT rates on one receipt
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.model import EXEMPT, Product, gross_total

if TYPE_CHECKING:
    from collections.abc import Sequence

PAYMENTS = (
    "BLIK",
    "Przelewy24",
    "PayU",
    "Karta płatnicza",
    "Płatność przy odbiorze",
    "Przelew na konto",
    "Gotówka",
    "Allegro Finance",
    "Szybkie płatności – raty 0%",
)
"""Payment methods as users and marketplaces word them."""

SHOPS = (
    "Zielony Wąwóz",
    "Kuźnia Smaków",
    "Pod Lipą – rękodzieło",
    "Świat Małego Odkrywcy",
    "Książnica Żółw",
)
"""Names of shops that do not exist."""

_Goods = tuple[str, str, Decimal]
_23, _8, _5, _0 = Decimal(23), Decimal(8), Decimal(5), Decimal(0)
_GOODS: tuple[_Goods, ...] = (
    ("Kubek ceramiczny „Łąka” 330 ml", "39.90", _23),
    ("Świeca sojowa lawendowa 200 g", "54.00", _23),
    ("Koc wełniany w kratę 140×200 cm", "189.99", _23),
    ("Deska do krojenia dębowa, olejowana", "119.00", _23),
    ("Łyżka drewniana z jesionu", "17.50", _23),
    ("Latarka czołowa LED, 3 tryby, USB-C", "64.95", _23),
    ("Plecak miejski „Wędrowiec” 22 l grafitowy", "249.00", _23),
    ("Zestaw śrubokrętów precyzyjnych 32 el.", "44.49", _23),
    ("Klocki drewniane – gęś, źrebię, żółw", "79.00", _23),
    ("Skarpety bawełniane r. 39–42, 3 pary", "29.97", _23),
    ("Krem do rąk z nagietkiem 75 ml", "21.30", _23),
    ("Pościel bawełniana 160×200 „Mgła”", "205.69", _23),
    ("Plaster opatrunkowy, 10 szt.", "6.49", _8),
    ("Żel przeciwbólowy na stłuczenia 100 g", "24.80", _8),
    ("Inhalacyjny roztwór soli 3%, 30 ampułek", "31.99", _8),
    ("Posiłek na wynos: pierogi ruskie, 12 szt.", "28.00", _8),
    ("Chleb żytni na zakwasie 800 g", "12.90", _5),
    ("Miód gryczany z Roztocza 900 g", "48.00", _5),
    ("Mąka pszenna typ 650, 1 kg", "4.29", _5),
    ("Konfitura z róży 220 g", "19.99", _5),
    ("Ser kozi dojrzewający „Źdźbło”", "36.40", _5),
    ("Baśnie z gór i dolin, oprawa twarda", "59.90", _5),
    ("Ćwiczenia z ortografii, klasa 4", "24.99", _5),
    ("Mapa szlaków: Beskid Niski 1:50 000", "18.00", _5),
    ("Wysyłka do Norwegii – druk na zamówienie", "75.00", _0),
    ("Sadzonka lawendy (wywóz poza UE)", "11.20", _0),
    ("Warsztaty językowe – lekcja próbna", "60.00", EXEMPT),
    ("Kurs czytania dla pierwszoklasistów", "145.00", EXEMPT),
)
_BY_MEASURE: tuple[tuple[str, str, Decimal, str], ...] = (
    ("Ser Bursztyn krojony, cena za kg", "62.90", _5, "0.375"),
    ("Tkanina lniana naturalna, 1 mb", "47.50", _23, "1.25"),
    ("Kawa ziarnista „Świt”, na wagę", "118.00", _23, "0.333"),
    ("Sznur konopny 8 mm, 1 mb", "3.35", _23, "12.5"),
)
_FINE: _Goods = ("Regał sosnowy „Ściółka”, element 2 z 3", "416.625", _23)
_DELIVERIES: tuple[_Goods, ...] = (
    ("Kurier – dostawa pod drzwi", "15.99", _23),
    ("Paczkomat – przesyłka gabaryt A", "12.49", _23),
    ("Odbiór osobisty – pakowanie", "2.00", _23),
)
_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_LONG = 40


@dataclass(frozen=True, slots=True)
class SampleReceipt:
    """A receipt to be added to the simulator: `server.add_receipt(sample.products, **sample.fields)`."""

    products: tuple[Product, ...]
    payment_method: str
    nip: str
    shop: str
    email: str

    @property
    def total(self) -> int:
        """The gross total in grosze, reckoned in fractions and apart from the drivers."""
        return gross_total(self.products)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields beside the products, by the names of StoredReceipt."""
        return {"payment_method": self.payment_method, "nip": self.nip}


def sample_receipts(count: int, seed: int = 0) -> list[SampleReceipt]:
    """Return so many receipts; the same ones for the same seed, and the first ones the same for any count."""
    return [_sample(position, random.Random(f"{seed} {position}")) for position in range(1, count + 1)]


def sample_nip(chance: random.Random) -> str:
    """Return ten digits with a right checksum, as a Polish tax id has."""
    while True:
        digits = [chance.randrange(1, 10) for _ in range(3)] + [chance.randrange(10) for _ in range(6)]
        check = sum(weight * digit for weight, digit in zip(_NIP_WEIGHTS, digits, strict=True)) % 11
        # A remainder of ten has no digit: such numbers are never given out.
        if check < 10:
            return "".join(map(str, [*digits, check]))


def _sample(position: int, chance: random.Random) -> SampleReceipt:
    products = [*_special(position % 10, chance), *_delivery(chance)]
    return SampleReceipt(
        products=tuple(products),
        payment_method=chance.choice(PAYMENTS),
        nip=_typed_nip(chance),
        shop=chance.choice(SHOPS),
        email=f"klient{position}@example.com",
    )


def _special(place: int, chance: random.Random) -> list[Product]:
    if place == 3:
        return [_product(_FINE, chance, Decimal(2)), *_some(chance, 1)]
    if place == 5:
        return [_by_measure(chance), *_some(chance, 2)]
    if place == 7:
        # One place is left for the delivery, which a long receipt always has.
        return _some(chance, _LONG - 1)
    if place == 9:
        rates = sorted({goods[2] for goods in _GOODS}, reverse=True)
        return [_product(chance.choice([one for one in _GOODS if one[2] == rate]), chance) for rate in rates]
    return _some(chance, chance.randint(1, 5))


def _some(chance: random.Random, count: int) -> list[Product]:
    return [
        _product(chance.choice(_GOODS), chance, Decimal(chance.choice((1, 1, 1, 2, 3)))) for _ in range(count)
    ]


def _product(goods: _Goods, chance: random.Random, quantity: Decimal = Decimal(1)) -> Product:
    name, price, rate = goods
    return Product(name, Decimal(price), rate, quantity, sku=_sku(name, chance), ean=_ean(chance))


def _by_measure(chance: random.Random) -> Product:
    name, price, rate, quantity = chance.choice(_BY_MEASURE)
    return _product((name, price, rate), chance, Decimal(quantity))


def _delivery(chance: random.Random) -> Sequence[Product]:
    name, price, rate = chance.choice(_DELIVERIES)
    return [Product(name, Decimal(price), rate)]


def _typed_nip(chance: random.Random) -> str:
    """Return a tax id as a buyer types it, on one receipt in four."""
    if chance.randrange(4):
        return ""
    nip = sample_nip(chance)
    return chance.choice((nip, f"{nip[:3]}-{nip[3:6]}-{nip[6:8]}-{nip[8:]}", f"PL {nip}"))


def _sku(name: str, chance: random.Random) -> str:
    letters = "".join(letter for letter in name.upper() if letter.isascii() and letter.isalpha())
    return f"{letters[:3]}-{chance.randrange(1000, 10000)}"


def _ean(chance: random.Random) -> str:
    """Return an EAN-13 of the Polish range with a right check digit, or nothing, as half of all goods have."""
    if chance.randrange(2):
        return ""
    digits = [5, 9, 0, *(chance.randrange(10) for _ in range(9))]
    check = -sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return "".join(map(str, [*digits, check]))

"""The words printed on slips, in Polish and English; money and quantities the way each language writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from drivers.receipt import format_grosze

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from drivers.receipt import VatRate

Language = Literal["pl", "en"]


@dataclass(frozen=True, slots=True)
class SlipWords:
    """Every word a slip needs in one language, and its decimal separator."""

    decimal_mark: str
    not_fiscal: str
    not_fiscal_detail: str
    copy: str
    copy_detail: str
    unnamed: str
    vat_rate: str
    net: str
    vat_amount: str
    gross: str
    exempt: str
    all_rates: str
    total: str
    payment: str
    buyer_nip: str
    number: str
    order: str
    receipt_id: str

    def money(self, grosze: int) -> str:
        """Return grosze as units with two decimals: 124905 -> '1249,05'."""
        return format_grosze(grosze).replace(".", self.decimal_mark)

    def unit_price(self, price: Decimal) -> str:
        """Return a unit price exactly, with two decimals or as many more as it has."""
        whole, _, decimals = f"{price:f}".partition(".")
        return f"{whole}{self.decimal_mark}{decimals.rstrip('0').ljust(2, '0')}"

    def quantity(self, quantity: Decimal) -> str:
        """Return a quantity exactly and without idle zeros: 2.50 -> '2,5'."""
        whole, _, decimals = f"{quantity:f}".partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}{self.decimal_mark}{decimals}" if decimals else whole

    def rate(self, rate: VatRate) -> str:
        """Return a VAT rate as printed: '23%', '5,5%', 'zw.'."""
        return self.exempt if rate.exempt else str(rate).replace(".", self.decimal_mark)


WORDS: Mapping[Language, SlipWords] = {
    "pl": SlipWords(
        decimal_mark=",",
        not_fiscal="DOKUMENT NIEFISKALNY",
        not_fiscal_detail="to nie jest paragon fiskalny",
        copy="KOPIA",
        copy_detail="Wydruk ponowny: ten dokument mógł już zostać wydrukowany.",
        unnamed="(bez nazwy)",
        vat_rate="Stawka",
        net="netto",
        vat_amount="VAT",
        gross="brutto",
        exempt="zw.",
        all_rates="Razem",
        total="SUMA",
        payment="Płatność",
        buyer_nip="NIP nabywcy",
        number="Numer",
        order="Zamówienie",
        receipt_id="Nr w BaseLinkerze",
    ),
    "en": SlipWords(
        decimal_mark=".",
        not_fiscal="NOT A FISCAL RECEIPT",
        not_fiscal_detail="this document is not a fiscal receipt",
        copy="COPY",
        copy_detail="Printed again: this document may have been printed before.",
        unnamed="(no name)",
        vat_rate="Rate",
        net="net",
        vat_amount="VAT",
        gross="gross",
        exempt="exempt",
        all_rates="All",
        total="TOTAL",
        payment="Payment",
        buyer_nip="Buyer's tax ID (NIP)",
        number="Number",
        order="Order",
        receipt_id="BaseLinker ID",
    ),
}

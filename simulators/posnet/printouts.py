"""What stands on the paper: receipts in the look of Polish fiscal printers, reports, non-fiscal documents."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from simulators.posnet.arithmetic import tax_of
from simulators.posnet.layout import BOLD, TALL, Sheet, money, rate_text, unmarked
from simulators.posnet.memory import (
    CANCELLED_RECEIPT,
    DAILY_REPORT,
    EXEMPT,
    INACTIVE,
    LETTERS,
    NOTHING,
    RECEIPT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.escpos.paper import Row
    from simulators.posnet.memory import Document, Entry, FooterLine, Memory, Payment, Totals, Transaction

Rows = tuple["Row", ...]

_FORMS = ("GOTÓWKA", "", "KARTA", "CZEK", "BON", "KREDYT", "INNA", "VOUCHER", "PRZELEW")
_TITLES = (
    "transakcja nr",
    "punkty",
    "suma punktów",
    "nr rejestracyjny",
    "nazwisko",
    "karta",
    "nr karty",
    "ważna do",
    "kasjer",
    "nazwa kasjera",
    "zaliczka",
    "waluta",
    "przelicznik",
    "nr zamówienia",
    "nr pracownika",
    "nazwa pracownika",
)
_MARKED_LINE = 41


class Printouts:
    """Makes the printouts of one printer: `memory` as it is once the command is done."""

    def __init__(self, memory: Memory, columns: int) -> None:
        self._memory = memory
        self._sheet = Sheet(columns)

    # -- parts ------------------------------------------------------------------------------------------------------

    def head(self, title: str, time: str, printout: int, *, fiscal: bool = True) -> Rows:
        """Return the header: the shop, its tax number, moment and number of the printout, the title."""
        sheet, settings = self._sheet, self._memory.settings
        shop = _joined(sheet.centred(line) for line in settings.header)
        tax_id = sheet.centred(f"NIP {settings.tax_id}") if settings.tax_id else ()
        moment = sheet.pair(f"{time[:10]} {time[11:16]}", f"nr wydr.{printout:06d}")
        return (*shop, *tax_id, *moment, *self._unless(fiscal), *sheet.centred(title, BOLD))

    def entry(self, entry: Entry) -> Rows:
        """Return the lines of one entry of a receipt."""
        sheet = self._sheet
        if entry.kind in {"sale", "storno"}:
            return self._sale(entry)
        if entry.kind == "subtotal":
            return sheet.pair("Suma pośrednia", money(entry.value))
        if entry.kind == "packaging":
            return sheet.pair(f"Opakowanie {entry.name}", money(entry.value))
        name = entry.change_name or entry.name or ("RABAT" if entry.change < 0 else "NARZUT")
        percent = f" {rate_text(entry.percent)}%" if entry.percent else ""
        letter = LETTERS[entry.slot] if entry.kind in {"line-discount", "rate-discount", "promotion"} else ""
        return sheet.pair(f"   {name}{percent}", f"{money(entry.change)}{letter}")

    def tail(self, document: Document) -> Rows:
        """Return what follows the lines of a receipt, up to the line with its number."""
        transaction, sheet = document.transaction, self._sheet
        if transaction is None:
            return ()
        if document.kind == CANCELLED_RECEIPT:
            return (*sheet.rule(), *sheet.centred("PARAGON ANULOWANY", BOLD), *self._number(document))
        return (
            *sheet.rule(),
            *self._taxes(transaction.totals, document.rates),
            *sheet.pair("SUMA PLN", money(transaction.total), TALL),
            *sheet.rule(),
            *self._payments(document, transaction),
            *self._number(document),
        )

    def seal(self, document: Document) -> Rows:
        """Return the end of the fiscal part: the buyer's number, control number and logo, or that there is none."""
        if document.kind == CANCELLED_RECEIPT:
            return ()
        if not document.fiscal:
            mark = self._sheet.centred("# NIEFISKALNY #")
        else:
            mark = (*self._sheet.centred(_control_number(document)), *self._sheet.logo(document.device))
        return (*self._nip(document.transaction), *mark)

    def footer_line(self, line: FooterLine) -> Rows:
        """Return a line sent with trftrln."""
        title = _TITLES[line.kind] + " " if line.kind < len(_TITLES) else ""
        text = unmarked(line.text) if line.kind == _MARKED_LINE else line.text
        return self._sheet.line(f"{title}{text}")

    def footer(self, document: Document) -> Rows:
        """Return what the host wanted under the receipt: numbers, codes and lines set beforehand."""
        sheet, settled = self._sheet, document.footer
        code = sheet.code2d(document.code2d) if document.code2d else ()
        bars = sheet.barcode(settled.barcode) if settled.barcode else ()
        return (
            *(sheet.pair("Nr sys.", settled.system_number) if settled.system_number else ()),
            *((*code, *bars) if settled.code_place == 1 else (*bars, *code)),
            *_joined(sheet.centred(unmarked(line)) for line in (*settled.lines, *settled.kept_lines)),
        )

    # -- whole printouts --------------------------------------------------------------------------------------------

    def receipt(self, document: Document) -> Rows:
        """Return a whole receipt, as block mode and copies print it."""
        transaction = document.transaction
        entries, lines = (transaction.entries, transaction.footer_lines) if transaction else ((), ())
        return (
            *self.head("PARAGON FISKALNY", document.time, document.printout, fiscal=document.fiscal),
            *_joined(self.entry(entry) for entry in entries),
            *self.tail(document),
            *self.seal(document),
            *_joined(self.footer_line(line) for line in lines),
            *self.footer(document),
        )

    def report(self, document: Document) -> Rows:
        """Return a daily report."""
        sheet, day = self._sheet, document.day
        if day is None:
            return ()
        return (
            *self.head("RAPORT FISKALNY DOBOWY", document.time, document.printout, fiscal=document.fiscal),
            *sheet.pair("Raport nr", str(document.report + 1)),
            *self._taxes(day.totals, document.rates),
            *sheet.pair("SUMA PLN", money(sum(day.totals)), TALL),
            *sheet.pair("Liczba paragonów", str(day.finished)),
            *sheet.pair("Liczba anulowanych", str(day.cancelled)),
            *sheet.pair("Kwota anulowanych", money(day.cancelled_value)),
            *sheet.pair("Wydruki niefiskalne", str(day.non_fiscal)),
            *self.seal(document),
        )

    def plain(self, document: Document) -> Rows:
        """Return a non-fiscal document."""
        sheet = self._sheet
        return (
            *self.head(document.title, document.time, document.printout, fiscal=False),
            *_joined(sheet.line(line) for line in document.lines),
            *sheet.centred("# NIEFISKALNY #"),
        )

    def copy(self, document: Document) -> Rows:
        """Return a stored document under a banner, as the printer's own copy commands print it."""
        banner = self._sheet.centred("*** KOPIA ***", BOLD)
        if document.kind in {RECEIPT, CANCELLED_RECEIPT}:
            body = self.receipt(document)
        elif document.kind == DAILY_REPORT:
            body = self.report(document)
        else:
            body = self.plain(document)
        return (*banner, *body, *banner)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _unless(self, fiscal: bool) -> Rows:
        shown = fiscal and self._memory.settings.fiscal
        return () if shown else self._sheet.centred("# NIEFISKALNY #")

    def _sale(self, entry: Entry) -> Rows:
        sheet = self._sheet
        storno = entry.kind == "storno"
        sign, value = ("-", -entry.value) if storno else ("", entry.value)
        unit = f" {entry.unit}" if entry.unit else ""
        amount = f"{entry.quantity}{unit} x{money(entry.price)}"
        rows: list[Rows] = [sheet.line("STORNO")] if storno else []
        rows += [sheet.line(part) for part in (entry.name, entry.description) if part]
        rows.append(sheet.pair("", f"{amount} {sign}{money(value)}{LETTERS[entry.slot]}"))
        if entry.change:
            percent = f" {rate_text(entry.percent)}%" if entry.percent else ""
            name = entry.change_name or ("rabat" if (entry.change < 0) != storno else "narzut")
            rows.append(sheet.pair(f"   {name}{percent}", money(entry.change)))
            rows.append(sheet.pair("", f"{money(entry.net)}{LETTERS[entry.slot]}"))
        elif entry.remark:
            rows.append(sheet.line(f"   {entry.remark}"))
        return _joined(rows)

    def _taxes(self, totals: Totals, rates: tuple[int, ...]) -> Rows:
        sheet, rows, sum_of_tax = self._sheet, [], 0
        for slot, gross in enumerate(totals):
            if not gross or rates[slot] == INACTIVE:
                continue
            if rates[slot] == EXEMPT:
                rows.append(sheet.pair(f"SPRZEDAŻ ZWOLNIONA {LETTERS[slot]}", money(gross)))
                continue
            tax = tax_of(gross, rates[slot])
            sum_of_tax += tax
            rows.append(sheet.pair(f"SPRZEDAŻ OPODATKOWANA {LETTERS[slot]}", money(gross)))
            rows.append(sheet.pair(f"PTU {LETTERS[slot]} {rate_text(rates[slot])} %", money(tax)))
        return (*_joined(rows), *sheet.pair("SUMA PTU", money(sum_of_tax))) if totals != NOTHING else ()

    def _payments(self, document: Document, transaction: Transaction) -> Rows:
        sheet = self._sheet
        paid = [payment for payment in transaction.payments if not payment.change]
        rows = [sheet.pair(_form(payment), money(payment.amount)) for payment in paid]
        if not paid:
            rows.append(sheet.pair(_FORMS[0], money(document.paid)))
        if document.change:
            rows.append(sheet.pair("RESZTA GOTÓWKA", money(document.change)))
        return _joined(rows)

    def _number(self, document: Document) -> Rows:
        number = f"{document.receipt:05d}"
        if document.till:
            number += f" #{document.till}"
        if document.cashier:
            number += f" {document.cashier}"
        return self._sheet.pair(number, document.time[11:16])

    def _nip(self, transaction: Transaction | None) -> Rows:
        if transaction is None or not transaction.nip:
            return ()
        caption = transaction.nip_caption or "NIP NABYWCY:"
        return self._sheet.pair(caption, transaction.nip, *([BOLD] if transaction.nip_bold else []))


def _joined(parts: Iterable[Rows]) -> Rows:
    return tuple(row for part in parts for row in part)


def _form(payment: Payment) -> str:
    form = _FORMS[payment.kind]
    if payment.currency:
        return f"{payment.name} {money(payment.currency_amount)} {payment.currency}"
    return f"{form} {payment.name}" if payment.name and payment.kind else form


def _control_number(document: Document) -> str:
    """Return the number under which the repository knows the document: here a digest of what it says."""
    said = f"{document.device} {document.number} {document.time} {document.totals} {document.nip}"
    return hashlib.sha256(said.encode()).hexdigest()[:40].upper()

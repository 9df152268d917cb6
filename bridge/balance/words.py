"""Differences and notes in words, English and Polish, with what to do about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.balance.differences import Kind, NoteKind, Word
from drivers.receipt import format_grosze

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.balance.differences import Difference, Note, Says


@dataclass(frozen=True, slots=True)
class Told:
    """A kind of difference for people: what it is, and what to do."""

    what: str
    todo: str
    what_pl: str
    todo_pl: str


DIFFERENCES: Mapping[Kind, Told] = {
    Kind.NOT_CONFIRMED: Told(
        "printed, but not confirmed",
        "While the daemon runs it is confirmed by itself. If it stays so: receipt-bridge receipts {id}; or enter the "
        "number in BaseLinker by hand",
        "wydrukowany, ale niepotwierdzony",
        "Działający program potwierdza go sam. Jeśli tak zostanie: receipt-bridge receipts {id}; albo wpisz numer "
        "ręcznie w BaseLinkerze",
    ),
    Kind.OTHER_NUMBER: Told(
        "another number in BaseLinker",
        "The paper counts. Correct the number in BaseLinker by hand",
        "inny numer w BaseLinkerze",
        "Liczy się wydruk. Popraw numer ręcznie w BaseLinkerze",
    ),
    Kind.OTHER_TOTAL: Told(
        "another total in BaseLinker",
        "The paper counts. Look who changed the receipt in BaseLinker: correct it there or account for the difference",
        "inna suma w BaseLinkerze",
        "Liczy się wydruk. Sprawdź, kto zmienił paragon w BaseLinkerze, i popraw go tam albo rozlicz różnicę",
    ),
    Kind.OTHER_RATES: Told(
        "other VAT rates in BaseLinker",
        "The paper counts. Look who changed the rates in BaseLinker, and correct them there",
        "inne stawki VAT w BaseLinkerze",
        "Liczy się wydruk. Sprawdź, kto zmienił stawki w BaseLinkerze, i popraw je tam",
    ),
    Kind.OTHER_PRINTER: Told(
        "printed by another printer, by BaseLinker's word",
        "Look for both papers. If it was sold twice, the second one has to be put right in the records",
        "według BaseLinkera wydrukowany na innej drukarce",
        "Odszukaj oba wydruki. Jeśli sprzedano dwa razy, drugi wydruk trzeba ująć w ewidencji pomyłek",
    ),
    Kind.NOT_IN_BASELINKER: Told(
        "printed, but not shown by BaseLinker",
        "Look for the order in the panel: was the receipt deleted there? It is sold all the same",
        "wydrukowany, ale BaseLinker go nie pokazuje",
        "Odszukaj zamówienie w panelu: czy paragon tam usunięto? Sprzedaż mimo to się odbyła",
    ),
    Kind.NOT_IN_JOURNAL: Told(
        "issued by BaseLinker, unknown to the journal",
        "If it still waits to be printed, it is printed by itself. Else look in the panel who issued it, and how",
        "wystawiony w BaseLinkerze, nieznany dziennikowi",
        "Jeśli czeka na wydruk, wydrukuje się sam. W innym razie sprawdź w panelu, kto i jak go wystawił",
    ),
    Kind.NOT_AT_PRINTER: Told(
        "in the journal, but the printer sold nothing then",
        "Look for the paper of that time. Was the printer's clock changed, or a paper copied by a person?",
        "w dzienniku, ale drukarka nic wtedy nie sprzedała",
        "Odszukaj wydruk z tej chwili. Czy zmieniono zegar drukarki albo ktoś wpisał numer ręcznie?",
    ),
    Kind.OTHER_DEVICE: Told(
        "printed on another device than the one connected now",
        "Take its totals from the daily report of that device",
        "wydrukowany na innym urządzeniu niż podłączone teraz",
        "Weź sumy z raportu dobowego tamtego urządzenia",
    ),
    Kind.PENDING: Told(
        "not proven: nobody knows yet whether it was sold",
        "receipt-bridge receipts {id} tells why it waits and who has to decide",
        "bez dowodu: nie wiadomo jeszcze, czy sprzedany",
        "receipt-bridge receipts {id} mówi, dlaczego czeka i kto ma zdecydować",
    ),
    Kind.NUMBER_GAP: Told(
        "a number that no receipt of the journal has",
        "Sold by somebody else on this printer, or cancelled: look at the printer's copies of that day",
        "numer, którego nie ma żaden paragon w dzienniku",
        "Ktoś inny sprzedał na tej drukarce albo paragon anulowano: sprawdź kopie wydruków z tego dnia",
    ),
    Kind.NUMBER_TWICE: Told(
        "a number that two receipts of the journal have",
        "Look at the papers of both. A number that a person entered may be wrong",
        "numer, który mają dwa paragony w dzienniku",
        "Sprawdź wydruki obu. Numer wpisany ręcznie może być błędny",
    ),
    Kind.NUMBER_BEYOND: Told(
        "a number that the printer has not given",
        "Look at the paper. A number that a person entered may be wrong",
        "numer, którego drukarka nie nadała",
        "Sprawdź wydruk. Numer wpisany ręcznie może być błędny",
    ),
    Kind.COUNT: Told(
        "another count of receipts",
        "Compare the printer's copies of that day with the list of receipts",
        "inna liczba paragonów",
        "Porównaj kopie wydruków z tego dnia z listą paragonów",
    ),
    Kind.VAT_TOTALS: Told(
        "another total of a VAT rate",
        "The daily report counts. The other differences of that day tell which receipts it comes from",
        "inna suma stawki VAT",
        "Liczy się raport dobowy. Pozostałe różnice z tego dnia mówią, z których paragonów wynika",
    ),
}

NOTES: Mapping[NoteKind, tuple[str, str]] = {
    NoteKind.NO_TOTALS: (
        "{printer} keeps no totals of its own: journal and BaseLinker are compared.",
        "{printer} nie prowadzi własnych sum: porównano dziennik z BaseLinkerem.",
    ),
    NoteKind.NOT_READ: (
        "{printer} could not be asked for its totals: {text}",
        "{printer}: nie udało się odczytać sum: {text}",
    ),
    NoteKind.NO_RECORDS: (
        "{printer} cannot tell closed days: its firmware reads no daily report back. Compare with the printed report.",
        "{printer} nie poda zamkniętych dni: oprogramowanie nie odczytuje raportów. Porównaj z wydrukiem raportu.",
    ),
    NoteKind.TRAINING: (
        "{printer} is in training mode and stores no daily reports: only what runs now can be compared.",
        "{printer} jest w trybie szkoleniowym i nie zapisuje raportów: porównać można tylko bieżące sumy.",
    ),
    NoteKind.RECORD_MISSING: (
        "{printer} did not give back a daily report that it has made: some sales cannot be compared.",
        "{printer} nie oddaje wykonanego raportu dobowego: części sprzedaży nie można porównać.",
    ),
    NoteKind.RUNNING: (
        "{printer}: the day has no daily report yet; its running totals are compared.",
        "{printer}: dzień nie ma jeszcze raportu dobowego; porównano bieżące sumy.",
    ),
    NoteKind.CANCELLED: (
        "{printer} cancelled {count} receipts, which have numbers too.",
        "{printer}: anulowane paragony: {count}; one także mają numery.",
    ),
    NoteKind.INVOICES: (
        "{printer} printed {count} invoices of {amount} besides, which are no part of this.",
        "{printer}: wydrukowano też faktury: {count} na {amount}; nie są tu ujęte.",
    ),
    NoteKind.SPANS: (
        "{printer}: daily report {count} has sales of several days; they are compared together.",
        "{printer}: raport dobowy {count} obejmuje sprzedaż z kilku dni; porównano je razem.",
    ),
    NoteKind.NOT_COMPARED: (
        "{printer} cannot tell anything of {count} receipts of {amount}.",
        "{printer}: nie można porównać z drukarką paragonów: {count} na {amount}.",
    ),
    NoteKind.NUMBERS_NOT_TOLD: (
        "{printer}: BaseLinker shows a printer's number for none of the receipts; numbers are not compared.",
        "{printer}: BaseLinker nie pokazuje numeru drukarki żadnego paragonu; numerów nie porównano.",
    ),
    NoteKind.NUMBERS_NOT_ASKED: (
        "{printer}: BaseLinker was not asked for numbers.",
        "{printer}: nie pytano BaseLinkera o numery.",
    ),
    NoteKind.BASELINKER_NOT_READ: (
        "BaseLinker could not be asked to the end: {text}",
        "Nie udało się odczytać wszystkiego z BaseLinkera: {text}",
    ),
    NoteKind.MAY_BE_INCOMPLETE: (
        "BaseLinker's list may lack receipts: {text}",
        "Lista z BaseLinkera może być niepełna: {text}",
    ),
}

_WORDS: Mapping[Word, tuple[str, str]] = {
    Word.NOTHING: ("nothing", "nic"),
    Word.NOT_ASKED: ("not asked", "nie pytano"),
    Word.CANNOT_TELL: ("cannot tell", "nie wiadomo"),
    Word.CONFIRMED: ("confirmed", "potwierdzony"),
    Word.PRINTED: ("printed", "wydrukowany"),
    Word.PUT_AWAY: ("put away", "odłożony"),
    Word.HELD: ("held", "wstrzymany"),
    Word.MAY_BE_PRINTED: ("may be printed", "może być wydrukowany"),
    Word.WAITING: ("waits", "czeka"),
    Word.ISSUED: ("issued", "wystawiony"),
    Word.NUMBERED: ("has number", "ma numer"),
    Word.SUM: ("", ""),
    Word.COUNT: ("receipts", "paragony"),
}


def what_of(difference: Difference, language: str) -> str:
    """Return what a difference is."""
    told = DIFFERENCES[difference.kind]
    return told.what_pl if language == "pl" else told.what


def todo_of(difference: Difference, language: str) -> str:
    """Return what to do about a difference."""
    told = DIFFERENCES[difference.kind]
    return (told.todo_pl if language == "pl" else told.todo).format(id=difference.receipt_id or "ID")


def says(said: Says, language: str) -> str:
    """Return what a source says: `confirmed 00012, 12.30`."""
    word = _WORDS[said.word][language == "pl"]
    amount = [] if said.grosze is None else [money(said.grosze, language)]
    return ", ".join(filter(None, (" ".join(filter(None, (word, said.number))), *amount, said.name)))


def note_text(note: Note, language: str) -> str:
    """Return a note as a sentence."""
    amount = "" if note.grosze is None else money(note.grosze, language)
    text = NOTES[note.kind][language == "pl"]
    return text.format(printer=note.printer, count=note.count, amount=amount, text=note.text)


def money(grosze: int, language: str) -> str:
    """Return an amount with two decimals, behind a comma in Polish."""
    text = format_grosze(grosze)
    return text.replace(".", ",") if language == "pl" else text

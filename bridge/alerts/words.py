"""Every alert: when it is raised, what it says and what to do, in English and Polish.

`docs/alerts.md` is held against this table by a test. `{...}` is filled by `bridge.alerts.standing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.guards import safe_mode

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Words:
    """One kind of alert: `when` in English for the document, `what` and `todo` in both languages."""

    when: str
    what: str
    what_pl: str
    todo: str
    todo_pl: str

    def what_in(self, language: str) -> str:
        """Return the sentence that says what is wrong."""
        return self.what_pl if language == "pl" else self.what

    def todo_in(self, language: str) -> str:
        """Return the sentence that says what to do."""
        return self.todo_pl if language == "pl" else self.todo


ALERTS: Mapping[str, Words] = {
    "receipt_held": Words(
        when="A receipt is held; told by itself for every receipt and reason.",
        what="Receipt {receipt} for printer {printer} is held: {reason}",
        what_pl="Paragon {receipt} dla drukarki {printer} czeka na decyzję: {reason}",
        todo="What the reason asks for; receipt-bridge receipts {id} tells all.",
        todo_pl="Zgodnie z powodem; wszystko pokaże receipt-bridge receipts {id}.",
    ),
    "printer_out": Words(
        when="A printer has not been ready, or has not been seen, for `printer_minutes`.",
        what="Printer {printer} has been out for {minutes} min: {text}",
        what_pl="Drukarka {printer} nie działa od {minutes} min: {text}",
        todo="Look at the printer; receipt-bridge status tells what is wrong.",
        todo_pl="Sprawdź drukarkę; receipt-bridge status pokaże, co się stało.",
    ),
    "report_overdue": Words(
        when="A fiscal printer has owed the daily report of an earlier day for `report_hours`.",
        what="Printer {printer} has owed a daily report for {hours} h.",
        what_pl="Drukarka {printer} od {hours} h nie ma raportu dobowego.",
        todo="Make it: receipt-bridge report daily {printer}",
        todo_pl="Wykonaj go: receipt-bridge report daily {printer}",
    ),
    "no_poll": Words(
        when="BaseLinker has not listed receipts for `poll_minutes` (three polls at least).",
        what="BaseLinker has not listed receipts for {minutes} min: {text}",
        what_pl="BaseLinker od {minutes} min nie podaje paragonów: {text}",
        todo="Check the network of the bridge's machine and whether BaseLinker works.",
        todo_pl="Sprawdź sieć urządzenia i czy BaseLinker działa.",
    ),
    "token_blocked": Words(
        when="BaseLinker has blocked the API token for a minute because of too many requests.",
        what="BaseLinker blocks the API token: {text}",
        what_pl="BaseLinker zablokował token API: {text}",
        todo="It ends by itself; find the program that uses up the limit, or lower requests_per_minute.",
        todo_pl="Minie samo; znajdź program, który zużywa limit, albo zmniejsz requests_per_minute.",
    ),
    "token_refused": Words(
        when="BaseLinker does not accept the API token.",
        what="BaseLinker does not accept the API token: {text}",
        what_pl="BaseLinker nie przyjmuje tokenu API: {text}",
        todo="Create a new token in BaseLinker, write it into the token file and restart the service.",
        todo_pl="Utwórz nowy token w BaseLinkerze, zapisz go w pliku z tokenem i uruchom usługę ponownie.",
    ),
    "disk_full": Words(
        when="The journal's disk has less than 8 MiB free; over with 16 MiB.",
        what="The disk of the journal is full: {mebibytes} MiB are free, nothing is printed.",
        what_pl="Dysk dziennika jest pełny: wolne {mebibytes} MiB, nic nie jest drukowane.",
        todo="Make room on the disk; printing goes on by itself.",
        todo_pl="Zwolnij miejsce na dysku; drukowanie ruszy samo.",
    ),
    "safe_mode": Words(
        when="The journal is not believed (safe mode): nothing is printed.",
        what="Nothing is printed, the bridge is in safe mode: {text}",
        what_pl="Nic nie jest drukowane, mostek jest w trybie bezpiecznym: {text}",
        todo=safe_mode.TODO,
        todo_pl=safe_mode.TODO_PL,
    ),
    "series_shared": Words(
        when="Somebody else has numbered a receipt of a series that is printed here; over after a day without another.",
        what="Somebody else{name} numbers receipts of series {series}: {count} so far, the last {number}.",
        what_pl="Ktoś inny{name} numeruje paragony serii {series}: dotąd {count}, ostatni {number}.",
        todo="Give every series to one program only, or receipts are printed twice sooner or later.",
        todo_pl="Przydziel każdą serię jednemu programowi, bo prędzej czy później paragony wydrukują się dwa razy.",
    ),
}
"""Every alert by its code."""

TEST = "This is a test alert of the receipt bridge."
TEST_PL = "To jest próbny alarm mostka paragonów."
TEST_TODO = "Nothing: alerts arrive."
TEST_TODO_PL = "Nic: alarmy dochodzą."
NOT_SEEN = "the daemon has not looked at it yet"
NOT_SEEN_PL = "usługa jeszcze jej nie sprawdziła"
NO_ANSWER = "there was no answer"
NO_ANSWER_PL = "brak odpowiedzi"

"""Why a receipt waits for a person: who must act, what they may decide, and the sentences they read.

One table; logs, `status` and `receipts` take their words from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decision(StrEnum):
    """What a person may decide about a receipt (`receipt-bridge resolve`)."""

    PRINTED = "printed"
    """It is on paper: confirm it to BaseLinker."""
    PRINT = "print"
    """Print it (under a COPY banner where it may be on paper already)."""
    DISMISS = "dismiss"
    """Settled outside the bridge: never print it, tell BaseLinker nothing."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to hold: who acts and what to do, in English and Polish."""

    who: str
    todo: str
    todo_pl: str


REASONS: dict[str, Reason] = {
    "nip_invalid": Reason(
        "accountant",
        "Correct the buyer's NIP in BaseLinker (it is then printed by itself), or print without a NIP: "
        "receipt-bridge resolve {id} print",
        "Popraw NIP nabywcy w BaseLinkerze (paragon wydrukuje się sam) albo wydrukuj bez NIP: "
        "receipt-bridge resolve {id} print",
    ),
    "total_differs": Reason(
        "accountant",
        "Compare the receipt in BaseLinker with its lines; correct it there, or print the lines as they are: "
        "receipt-bridge resolve {id} print",
        "Porównaj paragon w BaseLinkerze z jego pozycjami; popraw go tam albo wydrukuj pozycje bez zmian: "
        "receipt-bridge resolve {id} print",
    ),
    "currency": Reason(
        "accountant",
        "Give this currency a printer and a series of its own, or issue the receipt elsewhere and put it away here: "
        "receipt-bridge resolve {id} dismiss",
        "Przydziel tej walucie osobną drukarkę i serię albo wystaw paragon gdzie indziej i odłóż go tutaj: "
        "receipt-bridge resolve {id} dismiss",
    ),
    "total_unknown": Reason(
        "accountant",
        "BaseLinker told no total or currency to compare with. Look at the receipt there, then print it: "
        "receipt-bridge resolve {id} print",
        "BaseLinker nie podał sumy lub waluty do porównania. Sprawdź paragon w panelu i wydrukuj go: "
        "receipt-bridge resolve {id} print",
    ),
    "check_refused": Reason(
        "accountant",
        "BaseLinker refuses to show this receipt. Look for it in the panel, then print or dismiss it: "
        "receipt-bridge resolve {id} print",
        "BaseLinker nie chce pokazać tego paragonu. Znajdź go w panelu, a potem wydrukuj albo odłóż: "
        "receipt-bridge resolve {id} print",
    ),
    "interrupted": Reason(
        "cashier",
        "Look at the paper. Is the receipt there? receipt-bridge resolve {id} printed. "
        "Is it not, or torn? receipt-bridge resolve {id} print",
        "Spójrz na papier. Jest paragon? receipt-bridge resolve {id} printed. "
        "Nie ma go albo jest urwany? receipt-bridge resolve {id} print",
    ),
    "interrupted_fiscal": Reason(
        "cashier",
        "Look at the printer's paper. Is the receipt there with its fiscal number, not cancelled? "
        "receipt-bridge resolve {id} printed. Is it surely not there, or cancelled? receipt-bridge resolve {id} print. "
        "If you cannot tell, leave it and ask the accountant",
        "Spójrz na papier drukarki. Jest paragon z numerem fiskalnym, nieanulowany? "
        "receipt-bridge resolve {id} printed. Na pewno go nie ma albo jest anulowany? "
        "receipt-bridge resolve {id} print. Jeśli nie wiadomo, zostaw go i zapytaj księgową",
    ),
    "internal": Reason(
        "technician",
        "The program failed on this receipt. Keep the log and report it; to try again: "
        "receipt-bridge resolve {id} print",
        "Program zawiódł na tym paragonie. Zachowaj dziennik i zgłoś błąd; ponowna próba: "
        "receipt-bridge resolve {id} print",
    ),
    "confirm_refused": Reason(
        "accountant",
        "The receipt is on paper, BaseLinker refuses the number. Enter it in the panel by hand and dismiss: "
        "receipt-bridge resolve {id} dismiss; or send it again: receipt-bridge resolve {id} printed",
        "Paragon jest na papierze, BaseLinker odrzuca jego numer. Wpisz go ręcznie w panelu i odłóż: "
        "receipt-bridge resolve {id} dismiss; albo wyślij ponownie: receipt-bridge resolve {id} printed",
    ),
    "restored": Reason(
        "cashier",
        "Look for it on paper or in the printer's memory. Is it there? receipt-bridge resolve {id} printed. "
        "Is it surely nowhere? receipt-bridge resolve {id} print. "
        "All of them at once: receipt-bridge resolve --all restored print",
        "Poszukaj go na papierze lub w pamięci drukarki. Jest? receipt-bridge resolve {id} printed. "
        "Na pewno nigdzie go nie ma? receipt-bridge resolve {id} print. "
        "Wszystkie naraz: receipt-bridge resolve --all restored print",
    ),
    "backlog": Reason(
        "cashier",
        "Is it still to be printed? All of them at once: receipt-bridge resolve --all backlog print, or dismiss; "
        "this one alone: receipt-bridge resolve {id} print",
        "Czy nadal ma zostać wydrukowany? Wszystkie naraz: receipt-bridge resolve --all backlog print albo dismiss; "
        "tylko ten: receipt-bridge resolve {id} print",
    ),
}

STAYS_HELD = frozenset({"restored", "backlog"})
"""Reasons that only a person ends: an edit, or a moment off the waiting list, says nothing about paper."""

REFUSED = Reason(
    "accountant",
    "Correct the receipt in BaseLinker: it is then printed by itself. "
    "To put it away: receipt-bridge resolve {id} dismiss",
    "Popraw paragon w BaseLinkerze: wydrukuje się wtedy sam. Żeby go odłożyć: receipt-bridge resolve {id} dismiss",
)


def what_to_do(code: str, receipt_id: int, language: str = "en") -> str:
    """Return the sentence that tells a person what to do about a held or refused receipt."""
    reason = REASONS.get(code, REFUSED)
    sentence = reason.todo_pl if language == "pl" else reason.todo
    return sentence.format(id=receipt_id)


def who_acts(code: str) -> str:
    """Return who must act: cashier, technician or accountant."""
    return REASONS.get(code, REFUSED).who

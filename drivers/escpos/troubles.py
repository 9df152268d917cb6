"""Everything that can be wrong with an ESC/POS printer, as sentences for people, with what helps against it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.contract import Trouble
from drivers.sentences import sentences
from drivers.shared_troubles import SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.contract import Fault

TROUBLES: Mapping[str, Trouble] = {
    trouble.code: trouble
    for trouble in (
        *SHARED,
        Trouble(
            code="cover_open",
            text="The cover is open.",
            cure="Close the cover; printing goes on by itself.",
            text_pl="Pokrywa jest otwarta.",
            cure_pl="Zamknij pokrywę; drukowanie ruszy samo.",
        ),
        Trouble(
            code="cutter",
            text="The cutter is stuck.",
            cure="Switch the printer off, remove the paper jam, switch it on again.",
            text_pl="Zaciął się obcinacz papieru.",
            cure_pl="Wyłącz drukarkę, usuń zacięty papier i włącz ją ponownie.",
        ),
        Trouble(
            code="head_hot",
            text="The print head is too hot.",
            cure="Wait a few minutes; it goes on by itself.",
            text_pl="Głowica drukarki jest przegrzana.",
            cure_pl="Odczekaj kilka minut; drukowanie ruszy samo.",
        ),
        Trouble(
            code="error",
            text="The printer reports an error.",
            cure="Open and close the cover; if it stays, switch the printer off and on.",
            text_pl="Drukarka zgłasza błąd.",
            cure_pl="Otwórz i zamknij pokrywę; jeśli błąd nie zniknie, wyłącz i włącz drukarkę.",
        ),
        Trouble(
            code="unrecoverable",
            text="The printer reports an error it cannot recover from.",
            cure="Switch the printer off and on; if it comes back, the printer needs service.",
            text_pl="Drukarka zgłasza błąd, którego sama nie usunie.",
            cure_pl="Wyłącz i włącz drukarkę; jeśli błąd powróci, oddaj ją do serwisu.",
        ),
        Trouble(
            code="feeding",
            text="Somebody is feeding paper with the button.",
            cure="Let go of the feed button.",
            text_pl="Ktoś wysuwa papier przyciskiem.",
            cure_pl="Puść przycisk wysuwu papieru.",
        ),
        Trouble(
            code="offline",
            text="The printer is offline and does not say why.",
            cure="Look at its lamps: wait while it starts or tests itself, else switch it off and on.",
            text_pl="Drukarka jest w trybie offline i nie podaje przyczyny.",
            cure_pl="Sprawdź jej kontrolki: poczekaj, jeśli się uruchamia, w innym razie wyłącz ją i włącz.",
        ),
        Trouble(
            code="no_answer",
            text="The printer does not answer.",
            cure="Check power and cable, and whether another program is printing on it; a printer that can never "
            'answer is set with proof = "none".',
            text_pl="Drukarka nie odpowiada.",
            cure_pl="Sprawdź zasilanie i przewód oraz czy nie drukuje na niej inny program; dla drukarki, która nigdy "
            'nie odpowiada, ustaw proof = "none".',
        ),
        Trouble(
            code="no_proof",
            text="The printer answers, but not the question that would prove a slip.",
            cure='Set proof = "fence", or "none" if the test print fails with that too.',
            text_pl="Drukarka odpowiada, ale nie na pytanie, które potwierdza wydruk.",
            cure_pl='Ustaw proof = "fence", a jeśli wydruk próbny nadal się nie uda, "none".',
        ),
        Trouble(
            code="no_identity",
            text="The printer does not tell its serial number.",
            cure="Set identify = false if it never does.",
            text_pl="Drukarka nie podaje numeru seryjnego.",
            cure_pl="Ustaw identify = false, jeśli nigdy go nie podaje.",
        ),
        Trouble(
            code="stalled",
            text="The printer takes no more data.",
            cure="Look for an open cover, missing paper or an error lamp.",
            text_pl="Drukarka nie przyjmuje danych.",
            cure_pl="Sprawdź pokrywę, papier i kontrolkę błędu.",
        ),
        Trouble(
            code="interrupted",
            text="Printing was interrupted.",
            cure="Look at the paper: is the whole slip there?",
            text_pl="Drukowanie zostało przerwane.",
            cure_pl="Sprawdź papier: czy jest na nim cały wydruk?",
        ),
        Trouble(
            code="logo_unusable",
            text="The logo cannot be read and is left out.",
            cure="Check the path of logo and that it is a PNG, JPEG, GIF or BMP image of reasonable size.",
            text_pl="Nie można odczytać logo; wydruki są bez niego.",
            cure_pl="Sprawdź ścieżkę logo i czy to obraz PNG, JPEG, GIF lub BMP rozsądnej wielkości.",
            warning=True,
        ),
        Trouble(
            code="not_prepared",
            text="The slip could not be prepared for the printer.",
            cure="Check that the program is installed completely and its temporary folder can be written.",
            text_pl="Nie udało się przygotować wydruku.",
            cure_pl="Sprawdź, czy program jest zainstalowany w całości i czy można zapisywać w folderze tymczasowym.",
        ),
    )
}
"""Every trouble by its code."""


def troubles_of(codes: tuple[str, ...]) -> tuple[Trouble, ...]:
    """Return the troubles of these codes."""
    return tuple(TROUBLES[code] for code in codes)


def with_link(trouble: Trouble, fault: Fault) -> Trouble:
    """Return a trouble with what the link said of it: which port, what the system answered, and the link's own cure."""
    cure = sentences(fault.cure[:1].upper() + fault.cure[1:]) if fault.cure else trouble.cure
    return replace(
        trouble,
        text=f"{trouble.text.rstrip('.')}: {fault.what}",
        text_pl=f"{trouble.text_pl.rstrip('.')}: {fault.what}",
        cure=cure,
        cure_pl=trouble.cure_pl if cure == trouble.cure else f"{trouble.cure_pl} ({cure})",
    )

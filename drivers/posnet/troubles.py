"""Everything that can be wrong with a POSNET printer besides its error numbers, as sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.contract import Trouble
from drivers.shared_troubles import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TROUBLES: Mapping[str, Trouble] = {
    trouble.code: trouble
    for trouble in (
        *SHARED,
        Trouble(
            code="cover_open",
            text="The cover or the lever of the printer is open.",
            cure="Close it; printing goes on by itself.",
            text_pl="Pokrywa lub dźwignia drukarki jest otwarta.",
            cure_pl="Zamknij ją; drukowanie ruszy samo.",
        ),
        Trouble(
            code="mechanism",
            text="The printing mechanism reports a fault.",
            cure="Switch the printer off and on; if it comes back, call the service.",
            text_pl="Mechanizm drukujący zgłasza usterkę.",
            cure_pl="Wyłącz i włącz drukarkę; jeśli błąd powróci, wezwij serwis.",
        ),
        Trouble(
            code="head_hot",
            text="The print head is too hot, or its supply too weak.",
            cure="Wait a few minutes; it goes on by itself. If not, check the power supply.",
            text_pl="Głowica jest przegrzana lub ma za słabe zasilanie.",
            cure_pl="Odczekaj kilka minut; ruszy samo. Jeśli nie, sprawdź zasilacz.",
        ),
        Trouble(
            code="power",
            text="The power supply of the printer fails.",
            cure="Check the power supply and its plug.",
            text_pl="Zasilanie drukarki zawodzi.",
            cure_pl="Sprawdź zasilacz i wtyczkę.",
        ),
        Trouble(
            code="cutter",
            text="The cutter is stuck.",
            cure="Open the cover, remove the paper jam, close the cover.",
            text_pl="Zaciął się obcinacz papieru.",
            cure_pl="Otwórz pokrywę, usuń zacięty papier i zamknij pokrywę.",
        ),
        Trouble(
            code="in_menu",
            text="Somebody is in the menu of the printer.",
            cure="Leave the menu; printing goes on by itself.",
            text_pl="Ktoś jest w menu drukarki.",
            cure_pl="Wyjdź z menu; drukowanie ruszy samo.",
        ),
        Trouble(
            code="key_awaited",
            text="The printer waits for a key.",
            cure="Read its display and press the key it asks for.",
            text_pl="Drukarka czeka na naciśnięcie klawisza.",
            cure_pl="Przeczytaj komunikat na wyświetlaczu i naciśnij klawisz, o który prosi.",
        ),
        Trouble(
            code="error_shown",
            text="The printer shows an error and waits.",
            cure="Read its display and confirm the error on its keyboard.",
            text_pl="Drukarka wyświetla błąd i czeka.",
            cure_pl="Przeczytaj komunikat na wyświetlaczu i potwierdź błąd na klawiaturze.",
        ),
        Trouble(
            code="no_answer",
            text="The printer does not answer.",
            cure="Check power, cable and speed, that its PC interface speaks POSNET, and whether another program "
            "holds it.",
            text_pl="Drukarka nie odpowiada.",
            cure_pl="Sprawdź zasilanie, przewód i prędkość, czy interfejs PC używa protokołu POSNET oraz czy drukarki "
            "nie zajmuje inny program.",
        ),
        Trouble(
            code="lost_answer",
            text="An answer of the printer was lost or damaged.",
            cure="If it happens often, check the cable.",
            text_pl="Odpowiedź drukarki zaginęła lub jest uszkodzona.",
            cure_pl="Jeśli zdarza się to często, sprawdź przewód.",
        ),
        Trouble(
            code="other_host",
            text="Another program or person is selling on this printer.",
            cure="Finish or cancel the open receipt there; this one waits.",
            text_pl="Na tej drukarce sprzedaje inny program lub osoba.",
            cure_pl="Zakończ lub anuluj tam otwarty paragon; ten poczeka.",
        ),
        Trouble(
            code="transaction_open",
            text="A receipt is open on the printer that is not ours.",
            cure="Finish it where it was begun, or cancel it in the menu of the printer.",
            text_pl="Na drukarce jest otwarty paragon, który nie jest nasz.",
            cure_pl="Zakończ go tam, gdzie został rozpoczęty, albo anuluj go w menu drukarki.",
        ),
        Trouble(
            code="read_only",
            text="The printer is read-only: its fiscal life has ended.",
            cure="Call the service.",
            text_pl="Drukarka jest w trybie tylko do odczytu: zakończono jej pracę fiskalną.",
            cure_pl="Wezwij serwis.",
        ),
        Trouble(
            code="no_header",
            text="The printer has no header.",
            cure="Have the header programmed.",
            text_pl="Drukarka nie ma zaprogramowanego nagłówka.",
            cure_pl="Zaprogramuj nagłówek.",
        ),
        Trouble(
            code="training",
            text="The printer is in training mode: its receipts are not fiscal.",
            cure="Have it fiscalised before it is used for sales.",
            text_pl="Drukarka pracuje w trybie szkoleniowym: jej paragony nie są fiskalne.",
            cure_pl="Przed sprzedażą zleć jej fiskalizację.",
            warning=True,
        ),
        Trouble(
            code="report_due",
            text="The daily report of an earlier day is missing.",
            cure="It is made before the next receipt, or by hand: receipt-bridge report daily.",
            text_pl="Brakuje raportu dobowego z wcześniejszego dnia.",
            cure_pl="Zostanie wykonany przed następnym paragonem albo ręcznie: receipt-bridge report daily.",
            warning=True,
        ),
        Trouble(
            code="midnight",
            text="The day ends in a moment, and its daily report comes before the next sale.",
            cure="It goes on by itself after midnight.",
            text_pl="Za chwilę kończy się dzień, a przed następną sprzedażą musi być raport dobowy.",
            cure_pl="Praca ruszy sama po północy.",
        ),
        Trouble(
            code="clock_drift",
            text="The clock of the printer differs from the clock of this computer.",
            cure="Make the daily report, then set the clock in the menu of the printer.",
            text_pl="Zegar drukarki różni się od zegara komputera.",
            cure_pl="Wykonaj raport dobowy, a potem ustaw zegar w menu drukarki.",
            warning=True,
        ),
        Trouble(
            code="inspection_due",
            text="The mandatory inspection of the printer is due soon.",
            cure="Arrange it with the service.",
            text_pl="Zbliża się termin obowiązkowego przeglądu drukarki.",
            cure_pl="Umów przegląd z serwisem.",
            warning=True,
        ),
        Trouble(
            code="inspection_overdue",
            text="The mandatory inspection of the printer is overdue.",
            cure="Arrange it with the service at once.",
            text_pl="Termin obowiązkowego przeglądu drukarki minął.",
            cure_pl="Niezwłocznie umów przegląd z serwisem.",
            warning=True,
        ),
        Trouble(
            code="fiscal_memory_low",
            text="The fiscal memory is nearly full: of daily reports, memory clearings or changes of rates.",
            cure="Ask the service in good time: when it is full, the printer sells no more.",
            text_pl="Pamięć fiskalna drukarki jest prawie pełna: raporty dobowe, zerowania pamięci lub zmiany stawek.",
            cure_pl="Skontaktuj się zawczasu z serwisem: po jej zapełnieniu drukarka nie będzie sprzedawać.",
            warning=True,
        ),
        Trouble(
            code="protected_memory_low",
            text="The protected memory of the printer is nearly full.",
            cure="Have the service exchange it in good time.",
            text_pl="Pamięć chroniona drukarki jest prawie pełna.",
            cure_pl="Zleć zawczasu serwisowi jej wymianę.",
            warning=True,
        ),
        Trouble(
            code="certificate_ends",
            text="A certificate of the printer ends soon, or has ended.",
            cure="Make sure that the printer reaches the internet; if this stays, call the service.",
            text_pl="Certyfikat drukarki wkrótce wygasa albo już wygasł.",
            cure_pl="Zapewnij drukarce dostęp do internetu; jeśli ostrzeżenie nie zniknie, wezwij serwis.",
            warning=True,
        ),
        Trouble(
            code="certificate_missing",
            text="The printer has no valid certificate of its own.",
            cure="Make sure that the printer reaches the internet; if this stays, call the service.",
            text_pl="Drukarka nie ma ważnego własnego certyfikatu.",
            cure_pl="Zapewnij drukarce dostęp do internetu; jeśli ostrzeżenie nie zniknie, wezwij serwis.",
            warning=True,
        ),
        Trouble(
            code="subscription_ends",
            text="The subscription of the printer ends soon, and with it its sales.",
            cure="Have the service renew it.",
            text_pl="Wkrótce kończy się subskrypcja drukarki, a z nią możliwość sprzedaży.",
            cure_pl="Zleć serwisowi jej przedłużenie.",
            warning=True,
        ),
        Trouble(
            code="authorisation_ends",
            text="The authorised working time of the printer ends soon.",
            cure="Get the code from the service.",
            text_pl="Wkrótce kończy się autoryzowany czas pracy drukarki.",
            cure_pl="Uzyskaj kod od serwisu.",
            warning=True,
        ),
        Trouble(
            code="token_known",
            text="The printer still has an answer from before this program was started.",
            cure="It goes on by itself.",
            text_pl="Drukarka pamięta jeszcze odpowiedź sprzed uruchomienia programu.",
            cure_pl="Praca ruszy sama.",
        ),
        Trouble(
            code="report_failed",
            text="The daily report was demanded and could not be made.",
            cure="Look at the printer, then: receipt-bridge report daily.",
            text_pl="Drukarka żąda raportu dobowego, którego nie udało się wykonać.",
            cure_pl="Sprawdź drukarkę, a potem: receipt-bridge report daily.",
        ),
    )
}
"""Every trouble by its code."""


def troubles_of(codes: Iterable[str]) -> tuple[Trouble, ...]:
    """Return the troubles of these codes."""
    return tuple(TROUBLES[code] for code in codes)

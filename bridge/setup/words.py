"""Everything the set-up says, in English and Polish."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXTS: Mapping[str, tuple[str, str]] = {
    "yes": ("yes", "tak"),
    "no": ("no", "nie"),
    "wrong": ("a number,", "liczba,"),
    "greeting": (
        "Setting up the receipt bridge. Ctrl-C ends it at any question; nothing is written before you agree.",
        "Ustawianie mostka paragonów. Ctrl-C kończy przy każdym pytaniu; nic nie zostanie zapisane bez zgody.",
    ),
    "config_there": (
        "{file} is there already; a copy of it is kept.",
        "{file} już istnieje; zostanie zachowana kopia.",
    ),
    "daemon": (
        "The bridge is running (process {process}) and holds its printers. They are not touched.",
        "Mostek działa (proces {process}) i zajmuje swoje drukarki. Nie będą ruszane.",
    ),
    # -- account
    "account": ("1. BaseLinker", "1. BaseLinker"),
    "token_keep": ("Keep the API token that is there?", "Zachować obecny token API?"),
    "token": ("API token (it is not shown)", "Token API (nie będzie widoczny)"),
    "token_bad": ("The token cannot be used: {what}", "Tokenu nie można użyć: {what}"),
    "token_form": (
        "that is no token: one word, without blanks and quotation marks",
        "to nie jest token: jedno słowo, bez spacji i cudzysłowów",
    ),
    "token_good": (
        "BaseLinker accepts the token. Series of receipts:",
        "BaseLinker przyjmuje token. Serie paragonów:",
    ),
    "token_untested": ("The token was not tested (--offline).", "Token nie został sprawdzony (--offline)."),
    "no_series": (
        "There is no series of receipts yet; make one in BaseLinker.",
        "Nie ma jeszcze serii paragonów; załóż ją w BaseLinkerze.",
    ),
    # -- devices
    "devices": ("2. Printers", "2. Drukarki"),
    "looking": (
        "Looking for printers; nothing is printed.",
        "Szukanie drukarek; nic nie zostanie wydrukowane.",
    ),
    "keep_printer": (
        "Keep the printer {name} ({driver}, {address})?",
        "Zachować drukarkę {name} ({driver}, {address})?",
    ),
    "which_printer": ("Which one is to be set up?", "Którą ustawić?"),
    "none_more": ("no more", "żadnej więcej"),
    "other_address": ("another one: type its address", "inną: wpiszę adres"),
    "answers": ("{driver} {model} answers at {address}", "{driver} {model}, odpowiada pod {address}"),
    "follows": ("  As it answers: {key} = {value}", "  Tak odpowiada: {key} = {value}"),
    "unasked": ("{name} at {address}, not asked yet", "{name} pod {address}, jeszcze nie pytana"),
    "silent": ("{name} at {address}, nobody answers", "{name} pod {address}, nikt nie odpowiada"),
    "held": ("{name} at {address}, in use by the bridge", "{name} pod {address}, używana przez mostek"),
    "failed": ("{name} at {address}: {what}", "{name} pod {address}: {what}"),
    "address": (
        "Address (192.0.2.10, tcp://HOST:PORT, serial:///dev/..., /dev/ttyUSB0, cups://QUEUE)",
        "Adres (192.0.2.10, tcp://HOST:PORT, serial:///dev/..., /dev/ttyUSB0, cups://KOLEJKA)",
    ),
    "nobody": ("Nobody answers at {address}.", "Pod {address} nikt nie odpowiada."),
    "use_anyway": ("Use it all the same?", "Użyć mimo to?"),
    "language_of": ("Which language does it speak?", "Jakim językiem mówi drukarka?"),
    "no_printer": ("At least one printer is needed.", "Potrzebna jest co najmniej jedna drukarka."),
    # -- printers
    "name": ("Its name", "Nazwa drukarki"),
    "name_taken": ("that name is taken", "ta nazwa jest zajęta"),
    "series": (
        "Series it prints, such as 1+2, or all: every series no other printer has",
        "Serie, które drukuje, np. 1+2, albo all: wszystkie, których nie ma inna drukarka",
    ),
    "series_unknown": ("BaseLinker has no series {ids}", "BaseLinker nie ma serii {ids}"),
    "series_taken": ("another printer has series {ids}", "serie {ids} ma inna drukarka"),
    "shop": (
        "Name of the shop, above each slip (empty: none)",
        "Nazwa sklepu nad każdym wydrukiem (puste: brak)",
    ),
    "shop_address": ("Address of the shop (empty: none)", "Adres sklepu (puste: brak)"),
    "unserved": (
        "Nobody prints series {id} ({name}); its receipts wait for another bridge.",
        "Serii {id} ({name}) nikt nie drukuje; jej paragony czekają na inny mostek.",
    ),
    # -- calibration
    "calibration": ("3. Calibration", "3. Kalibracja"),
    "calibrate": ("Print a calibration slip on {name}?", "Wydrukować wydruk kalibracyjny na {name}?"),
    "calibrated": (
        "Printed on {name} (proof: {proof}). Look at the paper.",
        "Wydrukowano na {name} (dowód: {proof}). Spójrz na papier.",
    ),
    "not_printed": ("{name}: {what}", "{name}: {what}"),
    "numbered": ("{question} (1 to {highest}, 0: none)", "{question} (1 do {highest}, 0: żaden)"),
    "again": ("Try again?", "Spróbować jeszcze raz?"),
    # -- writing
    "writing": ("4. Configuration", "4. Konfiguracja"),
    "summary": (
        "{name}: {driver} at {address}, series {series}",
        "{name}: {driver} pod {address}, serie {series}",
    ),
    "all": ("all others", "wszystkie pozostałe"),
    "write": ("Write {file}?", "Zapisać {file}?"),
    "not_written": ("Nothing was written.", "Nic nie zapisano."),
    "wrote": ("Written: {file}", "Zapisano: {file}"),
    "wrote_copy": ("Written: {file}; the old one is {copy}", "Zapisano: {file}; poprzedni plik to {copy}"),
    "unchanged": ("As it was: {file}", "Bez zmian: {file}"),
    # -- ending
    "rule": (
        "The service may not use the port of {name} yet. Write the rule {file}?",
        "Usługa nie może jeszcze używać portu drukarki {name}. Zapisać regułę {file}?",
    ),
    "rule_later": (
        "{name}: write this rule to {file} as root:",
        "{name}: zapisz tę regułę do {file} jako root:",
    ),
    "rule_failed": ("{name}: {what}", "{name}: {what}"),
    "rule_none": (
        "{name}: no rule can be made for this port; see docs/install.md.",
        "{name}: dla tego portu nie można zrobić reguły; zob. docs/install.md.",
    ),
    "backlog": (
        (
            "The first start prints no old queue by itself: receipts older than {hours:g} h, or all when more than "
            "{count} wait, are held. To print them: receipt-bridge resolve --all backlog print"
        ),
        (
            "Pierwszy start sam nie drukuje zaległości: paragony starsze niż {hours:g} h, a gdy czeka więcej niż "
            "{count}, wszystkie zostaną wstrzymane. Aby je wydrukować: receipt-bridge resolve --all backlog print"
        ),
    ),
    "service": ("5. Service", "5. Usługa"),
    "start": (
        "Start the service, now and at every start of the machine?",
        "Uruchomić usługę, teraz i przy każdym starcie?",
    ),
    "restart": (
        "The bridge still runs with the old configuration. Restart it now?",
        "Mostek działa jeszcze ze starą konfiguracją. Uruchomić go ponownie teraz?",
    ),
    "started": ("The service runs.", "Usługa działa."),
    "not_started": ("The service did not start: {what}", "Usługa nie ruszyła: {what}"),
    "by_hand": ("To start it: {command}", "Aby uruchomić: {command}"),
    "acceptance": ("6. Acceptance slip", "6. Wydruk odbiorczy"),
    "accept": ("Print an acceptance slip on {name}?", "Wydrukować wydruk odbiorczy na {name}?"),
    "accepted": ("{name}: printed, proof: {proof}", "{name}: wydrukowano, dowód: {proof}"),
    "ready": ("READY", "GOTOWE"),
    "slip_printer": ("Printer: {name}", "Drukarka: {name}"),
    "slip_address": ("Address: {address}", "Adres: {address}"),
    "slip_series": ("Series: {series}", "Serie: {series}"),
    "slip_date": ("Date: {date}", "Data: {date}"),
    "done": ("Done. How it is: receipt-bridge status", "Gotowe. Stan: receipt-bridge status"),
    "stands": ("Interrupted. What stands:", "Przerwano. Co zostało zrobione:"),
    "nothing_stands": ("Interrupted. Nothing was written.", "Przerwano. Nic nie zapisano."),
}


class Words:
    """The texts in one language: `pl`, or else English."""

    def __init__(self, language: str) -> None:
        self.language = "pl" if language == "pl" else "en"

    def __call__(self, key: str, /, **fields: object) -> str:
        """Return a text with its fields filled in."""
        return TEXTS[key][self.language == "pl"].format(**fields)

    def of(self, text: str, text_pl: str) -> str:
        """Return the one of two texts that is in this language."""
        return text_pl if self.language == "pl" else text


def language_of(environ: Mapping[str, str]) -> str:
    """Return the language the terminal asks for, as LC_ALL, LC_MESSAGES and LANG say it: `pl`, or else `en`."""
    named = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return "pl" if named.lower().startswith("pl") else "en"

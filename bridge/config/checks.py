"""What must hold between the tables of the file: nothing twice, every series served, no simulator taken for a printer.

Works on the tables as they were read, so that these mistakes are told together with those of single values;
what has the wrong shape is passed over here, it has been told already.

A printer that is not enabled keeps its name, but may share series and address with another: that is how a spare
printer stands ready.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from bridge.config.web_address import is_this_machine
from bridge.config.wording import Finding
from drivers.link.address import SimulatorAddress

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from bridge.config.toml_lines import KeyPath


class _Claim(NamedTuple):
    """Something that only one may have: where it is written, what it is, how to call it and its owner."""

    path: KeyPath
    what: Hashable
    text: str
    owner: str


def check_tables(tables: Mapping[str, Any], address_of: Callable[[str], Hashable]) -> list[Finding]:
    """Return what contradicts what. `address_of` makes two spellings of one address equal; may raise ValueError."""
    printers = list(_tables(tables, "printers"))
    series = list(_tables(tables, "series"))
    enabled = [(index, table) for index, table in printers if table.get("enabled", True) is True]
    return [
        *_twice(_names(printers)),
        *_twice(_addresses(enabled, address_of)),
        *_twice(_served(enabled)),
        *_twice(_ids(series)),
        *_unserved(series, printers),
        *_edocuments(printers),
        *_simulators(printers, address_of, real=not _is_simulated(tables.get("baselinker"))),
    ]


def _tables(tables: Mapping[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    found = tables.get(key)
    for index, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield index, table


def _twice(claims: Iterable[_Claim]) -> Iterator[Finding]:
    first: dict[Hashable, _Claim] = {}
    for claim in claims:
        before = first.setdefault(claim.what, claim)
        if before is not claim and before.path != claim.path:
            yield Finding(claim.path, f"{claim.text} {before.owner}")


def _owner(index: int, table: Mapping[str, Any]) -> str:
    name = table.get("name")
    return f"printers[{index}]" + (f" ({name!r})" if isinstance(name, str) else "")


def _names(printers: list[tuple[int, dict[str, Any]]]) -> Iterator[_Claim]:
    for index, table in printers:
        name = table.get("name")
        if isinstance(name, str):
            # Names that differ in capitals only would be mixed up by people.
            text = f"{name!r} is taken: give every printer its own name; it is the name of"
            yield _Claim(("printers", index, "name"), name.casefold(), text, _owner(index, table))


def _addresses(
    printers: list[tuple[int, dict[str, Any]]], address_of: Callable[[str], Hashable]
) -> Iterator[_Claim]:
    for index, table in printers:
        address = table.get("address")
        if isinstance(address, str):
            try:
                device = address_of(address)
            except ValueError:
                continue
            if isinstance(device, SimulatorAddress):
                continue  # each is a device of its own, in the folder of its printer
            text = f"{address!r} is taken: one device has one printer table; it is the address of"
            yield _Claim(("printers", index, "address"), device, text, _owner(index, table))


def _served(printers: list[tuple[int, dict[str, Any]]]) -> Iterator[_Claim]:
    """Yield the claim of every enabled printer on each series, and on all the rest where it names none."""
    for index, table in printers:
        owner = _owner(index, table)
        if "series" not in table:
            text = "is missing: only one printer may serve every series that no other names; that is already"
            yield _Claim(("printers", index, "series"), None, text, owner)
        for series_id in _series_of(table):
            text = (
                f"series {series_id} is served twice: it would be printed by either; it is served already by"
            )
            yield _Claim(("printers", index, "series"), series_id, text, owner)


def _series_of(table: Mapping[str, Any]) -> list[int]:
    listed = table.get("series")
    return [item for item in listed if type(item) is int] if isinstance(listed, list) else []


def _ids(series: list[tuple[int, dict[str, Any]]]) -> Iterator[_Claim]:
    for index, table in series:
        if type(table.get("id")) is int:
            text = f"series {table['id']} has a table already: write all its keys into"
            yield _Claim(("series", index, "id"), table["id"], text, f"series[{index}]")


def _unserved(
    series: list[tuple[int, dict[str, Any]]], printers: list[tuple[int, dict[str, Any]]]
) -> Iterator[Finding]:
    if not printers or any("series" not in table for _, table in printers):
        return
    served = {series_id for _, table in printers for series_id in _series_of(table)}
    for index, table in series:
        if type(table.get("id")) is int and table["id"] not in served:
            what = f"series {table['id']} is served by no printer: add it to a printer's series, or remove this table"
            yield Finding(("series", index, "id"), what)


def _edocuments(printers: list[tuple[int, dict[str, Any]]]) -> Iterator[Finding]:
    """Yield the printers for which orders would be asked in vain whether an electronic receipt is wanted."""
    for index, table in printers:
        if table.get("edocument_field") and table.get("edocument", "off") == "off":
            what = 'is of no use while edocument = "off": set that to "on" (a POSNET ONLINE printer), or remove this'
            yield Finding(("printers", index, "edocument_field"), what)


def _simulators(
    printers: list[tuple[int, dict[str, Any]]], address_of: Callable[[str], Hashable], *, real: bool
) -> Iterator[Finding]:
    """Yield what is wrong with simulators, and with who may confirm their receipts to the `real` BaseLinker."""
    for index, table in printers:
        try:
            address = address_of(str(table.get("address", "")))
        except ValueError:
            continue
        training = table.get("training") is True
        if not isinstance(address, SimulatorAddress):
            if training:
                what = "goes with an address simulator://... only: remove it, this printer is a device"
                yield Finding(("printers", index, "training"), what)
            continue
        driver = table.get("driver")
        if isinstance(driver, str) and address.language != driver:
            what = f"'{address}' does not speak what driver = \"{driver}\" does: write simulator://{driver}"
            yield Finding(("printers", index, "address"), what)
        elif real and not training:
            what = (
                f"'{address}' with the real BaseLinker: receipts would be confirmed as printed, and nothing is "
                "fiscal; set [baselinker] url to a simulator on this machine, or, to have it so, training = true here"
            )
            yield Finding(("printers", index, "address"), what)


def _is_simulated(baselinker: object) -> bool:
    """Whether the table [baselinker] names a server on this machine."""
    url = baselinker.get("url") if isinstance(baselinker, dict) else None
    try:
        return isinstance(url, str) and is_this_machine(urlsplit(url).hostname or "")
    except ValueError:
        return False


def check_alerts(
    tables: Mapping[str, Any], prints_notices: Callable[[str], bool], calls_attention: Callable[[str], bool]
) -> list[Finding]:
    """Return what `[alerts]` lacks or contradicts; two functions tell whether a driver prints notices, and beeps."""
    alerts = tables.get("alerts")
    if not isinstance(alerts, dict):
        return []
    printers = [table for _, table in _tables(tables, "printers")]
    return [
        *_mail(alerts),
        *_slip_printer(alerts.get("slip_printer"), printers, prints_notices),
        *_beep(alerts.get("beep"), printers, calls_attention),
    ]


def _mail(alerts: Mapping[str, Any]) -> Iterator[Finding]:
    server = alerts.get("mail_server")
    if alerts.get("mail_to") and not server:
        what = 'needs the server that takes the mail; add it, for example: mail_server = "smtp.example.com"'
        yield Finding(("alerts", "mail_to"), what)
    if server and not alerts.get("mail_to"):
        what = 'is named, but nobody to write to; add, for example: mail_to = ["shop@example.com"]'
        yield Finding(("alerts", "mail_server"), what)
    if alerts.get("mail_user") and alerts.get("mail_security") == "none":
        yield Finding(("alerts", "mail_security"), '"none" would show the password; use "starttls" or "tls"')


def _slip_printer(
    name: object, printers: list[dict[str, Any]], prints_notices: Callable[[str], bool]
) -> Iterator[Finding]:
    if not isinstance(name, str) or not name:
        return
    path = ("alerts", "slip_printer")
    named = next((table for table in printers if table.get("name") == name), None)
    if named is None:
        known = ", ".join(str(table.get("name")) for table in printers)
        yield Finding(path, f"there is no printer {name!r}; there are: {known}")
    elif named.get("enabled", True) is not True:
        yield Finding(path, f"the printer {name!r} is switched off; name one that prints")
    elif isinstance(named.get("driver"), str) and not prints_notices(named["driver"]):
        yield Finding(path, f"the printer {name!r} prints receipts only; name an ESC/POS printer")


def _beep(
    wanted: object, printers: list[dict[str, Any]], calls_attention: Callable[[str], bool]
) -> Iterator[Finding]:
    drivers = [table["driver"] for table in printers if isinstance(table.get("driver"), str)]
    if wanted is True and drivers and not any(map(calls_attention, drivers)):
        yield Finding(("alerts", "beep"), "no printer here can be made to beep; only POSNET printers can")

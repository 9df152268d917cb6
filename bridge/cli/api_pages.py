"""How methods of BaseLinker's API and what they answer are shown to people; JSON shows everything there is."""

from __future__ import annotations

import json
import shutil
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bridge.baselinker.functions import facts
from bridge.baselinker.methods import methods
from bridge.cli.show import json_text, show_facts, show_json, show_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bridge.baselinker.methods import Field, Method
    from bridge.baselinker.paging import Page

# What a column takes at a terminal at most (show.py), with the gap behind it.
_WIDEST = 24
_GAP = 2


def show_list(found: Sequence[Method], *, in_json: bool) -> None:
    """Show methods, one a line."""
    if in_json:
        show_json({"methods": [_method_json(method) for method in found]})
        return
    show_table(("method", "note", "does"), [(method.name, _note(method), method.does) for method in found])


def _method_json(method: Method) -> dict[str, Any]:
    return {
        "method": method.name,
        "group": methods().groups[method.group],
        "does": method.does,
        "destroys": method.destroys,
        "pages": bool(method.paging),
        "required": list(method.required),
        "reference": method.reference,
    }


def _note(method: Method) -> str:
    return method.destroys or ("pages" if method.paging else "-")


def show_method(method: Method) -> None:
    """Show all that is known of a method."""
    print(f"usage: receipt-bridge api {method.name} [KEY=VALUE ...]\n\n{method.does}")
    if method.destroys:
        print(f"It {method.destroys} what BaseLinker has: asks first, unless --yes is given.")
    if method.paging:
        print("It answers in pages: --all fetches them one after the other.")
    if method.parameters:
        print()
        show_table(("parameter", "needed", "value"), list(_parameters(method)))
    for group in method.one_of:
        print(f"One of {' and '.join(group)} is needed.")
    if method.reply:
        print()
        show_table(("answer", "value"), list(_fields(method.reply)))
    if method.gaps:
        print("The answer has more fields than are known.")
    print(f"\nIn BaseLinker's documentation: {method.reference}")


def _parameters(method: Method) -> Iterator[tuple[str, str, str]]:
    words = {True: "yes", False: "-", None: "unknown"}
    choices = {name for group in method.one_of for name in group}
    for parameter in method.parameters:
        needed = "one of" if parameter.name in choices else words[parameter.required]
        yield parameter.name, needed, ", ".join(facts(parameter))
        for name, value in _inside(parameter, parameter.name):
            yield name, "-", value


def _fields(fields: Iterable[Field], path: str = "") -> Iterator[tuple[str, str]]:
    for field in fields:
        name = f"{path}{field.name}"
        yield name, ", ".join(facts(field))
        yield from _inside(field, name)


def _inside(field: Field, name: str) -> Iterator[tuple[str, str]]:
    """Yield the fields inside a field, with their path: `products[].name`."""
    several = "" if field.type == "object" else "[]"
    fields = field.fields or (field.each.fields if field.each is not None else ())
    yield from _fields(fields, f"{name}{several}.")


def show_reply(reply: Mapping[str, Any], *, in_json: bool) -> None:
    """Show what BaseLinker answered."""
    if in_json:
        show_json(reply)
        return
    shown = {key: value for key, value in reply.items() if key != "status"}
    plain = [(key, _cell(value)) for key, value in shown.items() if not isinstance(value, (list, dict))]
    if plain or not shown:
        show_facts(plain or [("status", "done")])
    several = len(shown) > 1
    for key, value in shown.items():
        if isinstance(value, (list, dict)):
            if several:
                print(f"\n{key}" if plain else key)
            _show_entries(key, value)


def show_pages(container: str, pages: Iterator[Page], *, in_json: bool) -> None:
    """Show the entries of all pages: in JSON each page as it comes, in a table when all are there."""
    if in_json:
        _print_pages(container, pages)
        return
    entries: list[Any] = []
    by_id: dict[str, Any] = {}
    for page in pages:
        if isinstance(page, dict):
            by_id |= page
        else:
            entries += page
    _show_entries(container, by_id or entries)


def _print_pages(container: str, pages: Iterator[Page]) -> None:
    """Print one JSON object as its pages come; it stays without an end when a page does not come."""
    closing, separator = "]", ""
    for page in pages:
        in_map = isinstance(page, dict)
        if not separator:
            print(f"{{{json.dumps(container)}: {'{' if in_map else '['}")
            closing = "}" if in_map else "]"
        for line in _lines(page):
            print(f"{separator}{line}", end="")
            separator = ",\n"
        sys.stdout.flush()
    print(f"\n{closing}}}" if separator else f"{{{json.dumps(container)}: []}}")


def _lines(page: Page) -> Iterator[str]:
    if isinstance(page, dict):
        return (f"{json_text(str(key))}: {json_text(entry, indent=None)}" for key, entry in page.items())
    return (json_text(entry, indent=None) for entry in page)


def _show_entries(name: str, entries: list[Any] | dict[str, Any]) -> None:
    """Show a list or map: records as a table, one record by itself with all its fields."""
    if not entries:
        print(f"no {name}")
        return
    rows = _records(entries)
    if rows is None:
        pairs = entries.items() if isinstance(entries, dict) else enumerate(entries, 1)
        show_facts((str(key), _cell(value)) for key, value in pairs)
    elif len(rows) == 1 and sys.stdout.isatty():
        show_facts((key, _cell(value)) for key, value in rows[0].items())
    else:
        _show_records(rows)


def _records(entries: list[Any] | dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the entries as records, those of a map with their key in front; None when they are none."""
    if isinstance(entries, list):
        return entries if all(isinstance(entry, dict) for entry in entries) else None
    if not all(isinstance(entry, dict) for entry in entries.values()):
        return None
    return [
        {"key": key, **{name: value for name, value in entry.items() if name != "key"}}
        for key, entry in entries.items()
    ]


def _show_records(records: list[dict[str, Any]]) -> None:
    names = [*dict.fromkeys(name for record in records for name in record)]
    filled = [name for name in names if any(record.get(name) not in _EMPTY for record in records)]
    cells = {name: [_short(record.get(name)) for record in records] for name in filled or names[:1]}
    shown = _fitting(cells)
    show_table(shown, [*zip(*(cells[name] for name in shown), strict=True)])
    hidden = [name for name in cells if name not in shown]
    if hidden:
        print(f"not shown: {', '.join(hidden)} (--json shows all)")


_EMPTY: tuple[Any, ...] = ("", None, [], {})


def _fitting(cells: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns that have room at the terminal, the first ones first; all of them in a pipe."""
    if not sys.stdout.isatty():
        return [*cells]
    room = shutil.get_terminal_size().columns
    shown: list[str] = []
    for name, column in cells.items():
        room -= min(_WIDEST, max(map(len, [name, *column]))) + _GAP
        if room < 0 and shown:
            break
        shown.append(name)
    return shown


def _cell(value: Any) -> str:
    """Return a value for people, on one line."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (list, dict)):
        return json_text(value, indent=None)
    return str(value)


def _short(value: Any) -> str:
    """Return a value for a table: of a list or map only how much it holds."""
    if isinstance(value, (list, dict)):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}" if value else "-"
    return _cell(value)

"""Reads the configuration file: everything that is wrong is told at once, each mistake with its line.

text --tomllib--> tables --driver options, model, checks between tables--> findings --lines--> Config | ConfigError
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from bridge.config.checks import check_alerts, check_tables
from bridge.config.mistakes import ConfigError, Mistake
from bridge.config.model import PRINTER_KEYS, Config, driver_options
from bridge.config.toml_lines import find_lines, line_of
from bridge.config.wording import Finding, findings, key_text, not_allowed, one_of
from drivers import registry
from drivers.link.address import parse_address

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_FILE = Path("/etc/receipt-bridge/config.toml")
"""The file that is read when none is named."""

VARIABLE = "RECEIPT_BRIDGE_CONFIG"
"""The environment variable that may name another file."""

_MOST_BYTES = 1_000_000
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SYNTAX_CURES = {
    "Invalid value": "text stands in quotation marks, true and false without, decimals with a point",
    "Cannot overwrite a value": "this key stands twice in its table",
    "Cannot declare": "this table stands twice; several printers are [[printers]] with double brackets",
    "Expected '=' after a key": "write key = value",
    "Expected newline or end of document": "text stands in quotation marks, and only a # comment may follow a value",
    "Illegal character '\\n'": "the quotation mark at the end of the line is missing",
    "Unescaped '\\' in a string": r"write \\ for one backslash, or put the text into '...'",
}
_EXAMPLE = "config.example.toml shows every key"


class _NoOptions(BaseModel):
    """Stands in for a driver's options where they are not known; never leaves this file."""


def config_file(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the file that is read: `path`, or the one the environment names, or the usual one."""
    return Path(path or environ.get(VARIABLE) or DEFAULT_FILE).absolute()


def load_config(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read and check the file: `path`, or the one the environment names, or the usual one.

    Raises ConfigError with every mistake.
    """
    file = config_file(path, environ)
    text = _text(file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_mistake(file, text, str(error))]) from None
    config, found = _checked(file, tables)
    if config is not None and not found:
        return config
    lines = find_lines(text)
    mistakes = [Mistake(file, what, line_of(key, lines), key_text(key)) for key, what in found]
    raise ConfigError(sorted(mistakes, key=lambda mistake: mistake.line or 0))


def _text(file: Path) -> str:
    """Return the file's text. Raises ConfigError."""
    try:
        with file.open("rb") as source:
            data = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError([Mistake(file, _unread(error))]) from error
    if len(data) > _MOST_BYTES:
        raise ConfigError([Mistake(file, "is too large for a configuration file")])
    try:
        # Windows editors put a mark before UTF-8 text.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError([Mistake(file, "is not UTF-8 text; save the file as UTF-8", line)]) from error


def _unread(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no such file; name another with --config, or copy the example: {_EXAMPLE}"
    if isinstance(error, PermissionError):
        return "this user may not read the file; use sudo, or let the user the bridge runs as read it"
    return f"cannot be read ({error.strerror})"


def _syntax_mistake(file: Path, text: str, message: str) -> Mistake:
    """Return a mistake out of tomllib's message, with the cure where it is known."""
    place = _PLACE.search(message)
    what = message[: place.start()] if place else message
    cure = next((cure for start, cure in _SYNTAX_CURES.items() if what.startswith(start)), _EXAMPLE)
    if place and place[1]:
        return Mistake(file, f"is not TOML at column {place[2]}: {what}; {cure}", int(place[1]))
    return Mistake(file, f"is not TOML at its end: {what}; {cure}", text.count("\n") + 1)


def _checked(file: Path, tables: dict[str, Any]) -> tuple[Config | None, list[Finding]]:
    """Return the configuration, or everything that is wrong with it."""
    found = [*check_tables(tables, parse_address), *check_alerts(tables, _prints_notices, _calls_attention)]
    printers = tables.get("printers") or []
    if not printers:
        found.append(
            Finding(("printers",), f"no printer is configured; add a [[printers]] table ({_EXAMPLE})")
        )
    if isinstance(printers, list):
        printers = [_printer(index, table, file, found) for index, table in enumerate(printers)]
    try:
        return Config.model_validate({**tables, "printers": printers}, context={"file": file}), found
    except ValidationError as error:
        return None, [*found, *findings(error, Config, {**tables, "printers": printers})]


def _prints_notices(driver: str) -> bool:
    """Whether a driver can print a notice; of an unknown one the mistake is told elsewhere."""
    return driver not in registry.names() or registry.prints_notices(driver)


def _calls_attention(driver: str) -> bool:
    """Whether a driver can call people to its printer; of an unknown one the mistake is told elsewhere."""
    return driver not in registry.names() or registry.calls_attention(driver)


def _printer(index: int, table: object, file: Path, found: list[Finding]) -> object:
    """Return a printer's table with the driver's keys made into one `options`; tell what is wrong with those."""
    if not isinstance(table, dict):
        return table
    own = {key: value for key, value in table.items() if key in PRINTER_KEYS}
    own["options"] = _NoOptions()
    driver = own.get("driver")
    if not isinstance(driver, str):
        return own
    if driver not in registry.names():
        what = not_allowed(driver, one_of(driver, registry.names()))
        found.append(Finding(("printers", index, "driver"), what))
        return own
    model = registry.load(driver).Options
    rest = driver_options(table)
    try:
        own["options"] = model.model_validate(rest, context={"file": file})
    except ValidationError as error:
        of_driver = findings(error, model, rest, also=PRINTER_KEYS)
        found += [Finding(("printers", index, *path), what) for path, what in of_driver]
    return own

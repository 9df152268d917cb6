"""What the command line says of a call's parameters, as values of the types the method wants."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bridge.baselinker.coded_files import coded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bridge.baselinker.methods import Method, Parameter

_FILE = "file"
"""The name of every parameter that takes a file: base64 behind `data:`."""


class ValueMistakes(Exception):
    """Some of the parameters cannot be read; each mistake is a sentence."""

    def __init__(self, mistakes: Iterable[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(self.mistakes))


class _MistakeError(Exception):
    """One parameter cannot be read."""


def parameters_of(method: Method | None, words: Iterable[str], file: str | None) -> dict[str, Any]:
    """Return the parameters of a JSON file and of `key=value` words, which count more. Raises ValueMistakes.

    `method` None: nothing is known of the method, so a value is JSON where it can be read so.
    """
    known = {parameter.name: parameter for parameter in method.parameters} if method is not None else {}
    mistakes: list[str] = []
    given: dict[str, Any] = {}
    for word in words:
        try:
            _take(word, known, given)
        except _MistakeError as error:
            mistakes.append(str(error))
    try:
        begun = {} if file is None else _object(file)
    except _MistakeError as error:
        mistakes.append(str(error))
    if mistakes:
        raise ValueMistakes(mistakes)
    return begun | given


def _take(word: str, known: Mapping[str, Parameter], given: dict[str, Any]) -> None:
    key, equals, text = word.partition("=")
    if not equals or not key:
        raise _MistakeError(f"'{word}' is no KEY=VALUE")
    if key in given:
        raise _MistakeError(f"{key} is given twice")
    given[key] = _value(key, known.get(key), text)


def _value(key: str, parameter: Parameter | None, text: str) -> Any:
    if not text.startswith("@"):
        return _read(parameter, text)
    content = _content(text[1:])
    if key == _FILE:
        return coded(content)
    try:
        return _read(parameter, content.decode("utf-8"))
    except UnicodeDecodeError:
        raise _MistakeError(f"{text[1:]}: is no text in UTF-8, and {key} takes no other file") from None


def _read(parameter: Parameter | None, text: str) -> Any:
    """Return a value: for a text what was typed, unless it is a text in JSON; else JSON where it can be read so."""
    try:
        value = _json(text)
    except ValueError:
        return text
    only_text = parameter is not None and {*parameter.kinds} <= {"text", "date"}
    return text if only_text and not isinstance(value, str) else value


def _object(name: str) -> dict[str, Any]:
    content = sys.stdin.buffer.read() if name == "-" else _content(name)
    try:
        found = _json(content.decode("utf-8"))
    except ValueError as error:
        raise _MistakeError(f"{name}: is no JSON ({error})") from None
    if not isinstance(found, dict):
        raise _MistakeError(f"{name}: holds no JSON object of parameters")
    return found


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise _MistakeError(f"{name}: cannot be read ({error.strerror})") from None


def _json(text: str) -> Any:
    """Read JSON, fractions as exact numbers. Raises ValueError, also for NaN, which is none."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")

"""Turns what the checking library found into sentences: the value, what is allowed, what was probably meant.

    'posnt' is not allowed: one of escpos; did you mean "escpos"?

The library's own English and its web addresses never reach a person. Values of keys that sound secret are not
shown, and neither is the value of a key that should not be there.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from bridge.config.toml_lines import KeyPath

_WHOLE = "a whole number, without quotation marks"
_NUMBER = "a number, without quotation marks"
_TRUTH = "true or false, without quotation marks"
_LIST = "a list in square brackets"
_TABLE = "a table"

_ALLOWED: Mapping[str, str] = {
    "string_type": "text in quotation marks",
    "path_type": "a path in quotation marks",
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": "a whole number of reasonable size",
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": "a finite number",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dataclass_type": _TABLE,
    "dict_type": _TABLE,
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "text of the form {pattern}",
    "too_short": "at least {min_length} in the list",
    "too_long": "at most {max_length} in the list",
    "value_error": "{error}",
    "assertion_error": "{error}",
}
"""What is allowed, for each kind of error the library knows; `{...}` is filled from the error's context."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SECRET = re.compile(r"token|password|secret", re.IGNORECASE)
_TOKEN_KEYS = frozenset({"token", "api_token", "apitoken", "api-token", "api_key"})
_CHOICE = re.compile(r"'((?:[^'\\]|\\.)*)'|([^\s,']+)")
_SHOWN_CHARACTERS = 60


class Finding(NamedTuple):
    """What is wrong with the value at a path of the file."""

    path: KeyPath
    what: str


def findings(
    error: ValidationError, model: type[BaseModel], data: object, *, also: Sequence[str] = ()
) -> list[Finding]:
    """Return a sentence for everything that was wrong with `data`, one a key.

    `also` are keys that may stand in the same table but are not the model's.
    """
    found: dict[KeyPath, str] = {}
    for details in error.errors(include_url=False):
        path = _path_in(details["loc"], data)
        what = _sentence(details, path, model, also)
        # A value that may be of several kinds fails once per kind.
        found[path] = f"{found[path]}; or {what}" if path in found and what not in found[path] else what
    return [Finding(path, what) for path, what in found.items()]


def key_text(path: Iterable[str | int]) -> str:
    """Return a path as people write it: ("printers", 0, "driver") -> printers[0].driver."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if _BARE_KEY.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            text += f".{name}" if text else name
    return text


def not_allowed(value: object, allowed: str, *, key: str = "") -> str:
    """Return the sentence for a value that is not allowed."""
    return f"{shown(value, key=key)} is not allowed: {allowed}"


def one_of(value: object, choices: Iterable[str]) -> str:
    """Return the choices as a list, and the one probably meant when there is one."""
    names = list(choices)
    return f"one of {', '.join(names)}{did_you_mean(value, names)}"


def did_you_mean(value: object, choices: Iterable[str]) -> str:
    """Return '; did you mean "..."?' when one of the choices is near to a text, else nothing."""
    lowered = {choice.lower(): choice for choice in choices}
    if not isinstance(value, str):
        return ""
    if value in lowered.values():  # a number that was written as text
        return ", without quotation marks"
    near = difflib.get_close_matches(value.lower(), lowered, n=1, cutoff=0.5)
    return f'; did you mean "{lowered[near[0]]}"?' if near else ""


def shown(value: object, *, key: str = "") -> str:
    """Return a value as it may stand in a message: short, on one line, and nothing secret."""
    if _SECRET.search(key) or (isinstance(value, str) and "@" in value and "://" in value):
        return "the value (not shown)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    text = repr(value) if isinstance(value, (str, list)) else str(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."


def _path_in(loc: Sequence[str | int], data: object) -> KeyPath:
    """Return the part of an error's place that is a place of the file: the library adds names of kinds."""
    path: KeyPath = ()
    for position, part in enumerate(loc):
        if isinstance(data, dict):
            if part not in data:
                return (*path, part) if position == len(loc) - 1 else path
            data = data[part]
        elif isinstance(data, (list, tuple)) and isinstance(part, int):
            data = data[part]
        else:
            return path
        path = (*path, part)
    return path


def _sentence(details: ErrorDetails, path: KeyPath, model: type[BaseModel], also: Sequence[str]) -> str:
    key = str(path[-1]) if path else ""
    context = details.get("ctx", {})
    value = details["input"]
    match details["type"]:
        case "missing":
            return _missing(key, _field_at(model, path))
        case "extra_forbidden":
            return unknown_key(key, [*(also if len(path) == 1 else ()), *_keys(_model_at(model, path[:-1]))])
        case "literal_error" | "enum":
            return not_allowed(value, one_of(value, _choices(context)), key=key)
        case kind:
            allowed = _ALLOWED.get(kind, "a value of another kind").format_map(context)
            # Some checks name the value themselves; once is enough.
            allowed = allowed.removeprefix(f"{value!r}: ")
            return not_allowed(value, _table_cure(path, value) or allowed, key=key)


def unknown_key(key: str, allowed: Sequence[str]) -> str:
    """Return the sentence for a key that does not belong there."""
    if key.lower() in _TOKEN_KEYS:
        return "never stands in this file; write the token into the file that token_file names, and remove it here"
    return f"is not a key here: one of {', '.join(allowed)}{did_you_mean(key, allowed)}"


def _missing(key: str, field: FieldInfo | None) -> str:
    example = field.examples[0] if field and field.examples else None
    return f"is missing; add it, for example: {key} = {example}" if example else "is missing; add it"


def _choices(context: Mapping[str, Any]) -> list[str]:
    """Return the choices out of the library's "'a', 'b' or 'c'"."""
    matches = _CHOICE.finditer(str(context.get("expected", "")))
    return [match[1] if match[2] is None else match[2] for match in matches if match[0] != "or"]


def _table_cure(path: KeyPath, value: object) -> str:
    """Return how a table, or a list of tables, is written, where its brackets are the mistake."""
    if len(path) != 1:
        return ""
    if isinstance(value, list):
        return f"it stands once; write [{path[0]}] with single brackets"
    if isinstance(value, dict):
        return f"there may be several; write [[{path[0]}]] with double brackets"
    return ""


def _field_at(model: type[BaseModel], path: KeyPath) -> FieldInfo | None:
    around = _model_at(model, path[:-1])
    fields = (
        {} if around is None else {info.alias or name: info for name, info in around.model_fields.items()}
    )
    return fields.get(str(path[-1]))


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """Return the model of the table at `path`; positions in lists do not change it."""
    around: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, str) and around is not None:
            field = _field_at(around, (part,))
            around = _model_in(field.annotation) if field else None
    return around


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(argument) for argument in get_args(annotation))
    return next((model for model in inner if model is not None), None)


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [] if model is None else [info.alias or name for name, info in model.model_fields.items()]

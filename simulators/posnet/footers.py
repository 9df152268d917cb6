"""Commands that prepare what stands under the next receipt: names, numbers, lines, 2D codes (posnet.md 8.10)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome
from simulators.posnet.fields import must
from simulators.posnet.memory import Code2D

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.posnet.command import Call

_LINES = 3
_CODE_CHARACTERS = 2000
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def _set(call: Call, **footer: Any) -> Outcome:
    return Outcome(replace(call.memory, footer=replace(call.memory.footer, **footer)))


def _ftrinfoset(call: Call) -> Outcome:
    return _set(call, **_lines(call, "tx"))


def _ftrinfoget(call: Call) -> Outcome:
    footer = call.memory.footer
    return Outcome(call.memory, (("tx", "\n".join(footer.lines or footer.kept_lines)),))


def _lines(call: Call, name: str) -> dict[str, Any]:
    """Return the change of the footer that a field of lines asks for; nothing clears what was kept."""
    lines = tuple(line for line in call.values.text(name).split("\n") if line)
    if len(lines) > _LINES or any(len(line) > call.model.limits["footer"] for line in lines):
        raise RefusedError(Refusal.PARAMETER)
    if not lines:
        return {"lines": (), "kept_lines": ()}
    return {"kept_lines": lines, "lines": ()} if call.values.flag("lb") else {"lines": lines}


def _ftrcfg(call: Call) -> Outcome:
    return _set(call, **dict(_changes(call)))


def _changes(call: Call) -> Iterator[tuple[str, Any]]:
    values = call.values
    kept = values.flag("ca")
    texts = {
        "cc": "cashier" if kept else "once_cashier",
        "cn": "till" if kept else "once_till",
        "sn": "system_number",
        "bc": "barcode",
    }
    yield from ((place, values.text(name)) for name, place in texts.items() if name in values)
    if "bb" in values:
        yield "code_place", values.whole("bb")
    if "fe" in values:
        yield "feed", values.whole("fe")
    if "ln" in values:
        yield from _lines(call, "ln").items()


def _login(call: Call) -> Outcome:
    return _set(call, cashier=call.values.text("na"), till=call.values.text("nk"))


def _logout(call: Call) -> Outcome:
    return _set(call, cashier="", till="")


def _code(call: Call, *, kind: str) -> Outcome:
    values = call.values
    if values.whole("px", 2) < 2:
        raise RefusedError(Refusal.CODE_SCALE)
    if kind == "QR" and values.whole("el") > 3:
        raise RefusedError(Refusal.CODE_LEVEL)
    data = _data(values.raw("tx"), from_hex=values.flag("hx"))
    if not data:
        raise RefusedError(Refusal.EMPTY_TEXT)
    if len(data) > _CODE_CHARACTERS:
        raise RefusedError(Refusal.CODE_LENGTH)
    level = "LMQH"[values.whole("el")] if kind == "QR" else ""
    return Outcome(replace(call.memory, code2d=Code2D(kind, data, values.whole("px", 2), level)))


def _data(sent: str, *, from_hex: bool) -> str:
    if not from_hex:
        return sent
    if not _HEX_DIGITS.issuperset(sent):
        raise RefusedError(Refusal.HEX_DIGIT)
    if len(sent) % 2:
        raise RefusedError(Refusal.HEX_COUNT)
    return bytes.fromhex(sent).decode("latin-1")


def _barcodeheightset(call: Call) -> Outcome:
    return Outcome(call.memory)


_CODE = {"px": f.whole(99), "el": f.whole(9), "hx": f.FLAG, "tx": must(f.text(2 * _CODE_CHARACTERS))}
_PDF = {"yx": f.whole(99), "cc": f.whole(99), "rt": f.whole(99)}

COMMANDS = (
    Command("ftrinfoset", _ftrinfoset, {"tx": must(f.text(250)), "lb": f.FLAG}),
    Command("ftrinfoget", _ftrinfoget, reads=True),
    Command(
        "ftrcfg",
        _ftrcfg,
        {
            "cc": f.text(32),
            "cn": f.text(8),
            "ca": f.FLAG,
            "sn": f.text(30),
            "bc": f.text(30),
            "bb": f.whole(2),
            "ln": f.text(250),
            "lb": f.FLAG,
            "fe": f.whole(3),
        },
    ),
    Command("login", _login, {"na": must(f.text(32)), "nk": f.text(8), "dr": f.FLAG}),
    Command("logout", _logout),
    Command("qrcode", partial(_code, kind="QR"), _CODE),
    Command("azteccode", partial(_code, kind="Aztec"), _CODE),
    Command("dmcode", partial(_code, kind="DataMatrix"), _CODE),
    Command("pdf417code", partial(_code, kind="PDF417"), {**_CODE, **_PDF}),
    Command("barcodeheightset", _barcodeheightset, {"he": f.whole(999)}),
)

"""Commands that set the printer up: clock, rates, interfaces, windows, identity, goods (posnet.md 2, 7.2 to 7.4)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulators.posnet import codepages, goods
from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome, closed, today
from simulators.posnet.fields import must
from simulators.posnet.layout import rate_text
from simulators.posnet.memory import EXEMPT, INACTIVE, RATES
from simulators.posnet.status import minute, per_rate, rates

if TYPE_CHECKING:
    from simulators.posnet.command import Call
    from simulators.posnet.memory import Memory

_REMOTE_SECONDS = 2
_RATE_FIELDS = {f"v{letter}": f.RATE for letter in "abcdefg"}
_FASTEST = 230_400


def _set(call: Call, **settings: Any) -> Outcome:
    return Outcome(replace(call.memory, settings=replace(call.memory.settings, **settings)))


# -- clock -------------------------------------------------------------------------------------------------------------


def _rtcget(call: Call) -> Outcome:
    iso = () if call.model.old else (("tm", call.time),)
    return Outcome(call.memory, (("da", minute(call.time)), *iso))


def _rtcset(call: Call) -> Outcome:
    closed(call.memory)
    settings = call.memory.settings
    wanted = call.values.moment("da").replace(tzinfo=call.now.tzinfo)
    step = round((wanted - call.now.replace(second=0, microsecond=0)).total_seconds())
    if settings.fiscal and not call.memory.day.zero:
        raise RefusedError(Refusal.CLOCK_STATE)
    if settings.fiscal and abs(step) > call.model.clock_hours * 3600:
        raise RefusedError(Refusal.CLOCK_STEP)
    return _set(call, clock_offset=settings.clock_offset + step)


def _rtcsync(call: Call) -> Outcome:
    return _set(call, clock_offset=0)


# -- rates -------------------------------------------------------------------------------------------------------------


def _vatget(call: Call) -> Outcome:
    return Outcome(call.memory, rates(call))


def _vatset(call: Call) -> Outcome:
    closed(call.memory)
    wanted = _wanted_rates(call)
    dated = today(call)
    if wanted == call.memory.settings.rates:
        if call.model.old:
            raise RefusedError(Refusal.SAME_RATES)
        return Outcome(call.memory)
    if not call.memory.day.zero:
        raise RefusedError(Refusal.TOTALS)
    return replace(Outcome(with_rates(call.memory, wanted)), asks=not dated)


def with_rates(memory: Memory, wanted: tuple[int, ...]) -> Memory:
    """Return the memory with another VAT table."""
    return replace(
        memory,
        counters=replace(memory.counters, rate_changes=memory.counters.rate_changes + 1),
        settings=replace(memory.settings, rates=wanted, planned_rates=(), planned_date=""),
    )


def _wanted_rates(call: Call) -> tuple[int, ...]:
    wanted = tuple(call.values.whole(name, INACTIVE) for name in _RATE_FIELDS)
    if all(rate == INACTIVE for rate in wanted):
        raise RefusedError(Refusal.ALL_INACTIVE)
    if any(rate > EXEMPT and rate != INACTIVE for rate in wanted):
        raise RefusedError(Refusal.RATE_VALUES)
    return wanted


def _vatautoset(call: Call) -> Outcome:
    closed(call.memory)
    if not call.values.flag("on"):
        return _set(call, planned_rates=(), planned_date="")
    day = call.values.day("da")
    if day is None:
        raise RefusedError(Refusal.DATE)
    return _set(call, planned_rates=_wanted_rates(call), planned_date=day.isoformat())


def _vatautoget(call: Call) -> Outcome:
    settings = call.memory.settings
    planned = settings.planned_rates or (INACTIVE,) * RATES
    return Outcome(
        call.memory,
        (
            ("on", bool(settings.planned_date)),
            *per_rate("v", [rate_text(rate) for rate in planned]),
            ("da", settings.planned_date),
        ),
    )


def _dbchkplu(call: Call) -> Outcome:
    slot = call.values.whole("vt")
    if slot >= RATES or call.memory.settings.rates[slot] == INACTIVE:
        raise RefusedError(Refusal.DATABASE_RATE)
    known = goods.record(call.goods, call.values.text("na"))
    return Outcome(call.memory, (("vv", rate_text(known.rate)), ("bl", known.locked)))


# -- interfaces --------------------------------------------------------------------------------------------------------


def _pccfgset(call: Call) -> Outcome:
    closed(call.memory)
    values, settings = call.values, call.memory.settings
    place = _interface(call)
    other = settings.ports[1 - place]
    if (values.whole("id") == 0 and other[0] == 0) or values.whole("cp") not in codepages.NAMES:
        raise RefusedError(Refusal.PARAMETER)
    port = (values.whole("id"), values.whole("no"), values.whole("pr"))
    page = values.whole("cp", settings.code_pages[place])
    ports = (port, other) if place == 0 else (other, port)
    pages = (page, settings.code_pages[1]) if place == 0 else (settings.code_pages[0], page)
    return _set(call, ports=ports, code_pages=pages)


def _pccfgget(call: Call) -> Outcome:
    place, settings = _interface(call), call.memory.settings
    kind, number, protocol = settings.ports[place]
    return Outcome(
        call.memory, (("id", kind), ("no", number), ("pr", protocol), ("cp", settings.code_pages[place]))
    )


def _interface(call: Call) -> int:
    """Return the place of the interface in question: 0 for PC1."""
    number = call.values.whole("pi", 1)
    if number not in {1, 2}:
        raise RefusedError(Refusal.PARAMETER)
    return number - 1


def _comcfgset(call: Call) -> Outcome:
    values = call.values
    line = (
        *(values.whole(name) for name in ("no", "sp")),
        *(values.whole(name) for name in ("st", "pa", "fl")),
    )
    others = [each for each in call.memory.settings.lines if each[0] != line[0]]
    return _set(call, lines=(*others, line))


def _comcfgget(call: Call) -> Outcome:
    number = call.values.whole("no")
    line = next(
        (each for each in call.memory.settings.lines if each[0] == number), (number, 115_200, 1, 0, 3)
    )
    return Outcome(
        call.memory,
        (("no", line[0]), ("sp", line[1]), ("da", 8), ("st", line[2]), ("pa", line[3]), ("fl", line[4])),
    )


# -- ways of doing things ----------------------------------------------------------------------------------------------


def _discounttypeset(call: Call) -> Outcome:
    closed(call.memory)
    return _set(call, discount_first=call.values.flag("dt"))


def _discounttypeget(call: Call) -> Outcome:
    return Outcome(call.memory, (("dt", int(call.memory.settings.discount_first)),))


def _windowtimecfgreset(call: Call) -> Outcome:
    closed(call.memory)
    return _set(call, error_seconds=_REMOTE_SECONDS if call.values.flag("ty") else None)


def _windowtimecfgset(call: Call) -> Outcome:
    closed(call.memory)
    if "te" not in call.values:
        return Outcome(call.memory)
    return _set(call, error_seconds=call.values.whole("te"))


def _cancelledsaleprintcfgset(call: Call) -> Outcome:
    return _set(call, print_cancelled=call.values.flag("en"))


def _progid(call: Call) -> Outcome:
    values = call.values
    identity = replace(
        call.memory.identity,
        shown_name=values.text("nm"),
        shown_version=values.text("vr"),
        programmed=values.text("nu"),
    )
    return Outcome(replace(call.memory, identity=identity))


def _resetprogid(call: Call) -> Outcome:
    identity = replace(call.memory.identity, shown_name="", shown_version="", programmed="")
    return Outcome(replace(call.memory, identity=identity))


COMMANDS = (
    Command("rtcget", _rtcget, reads=True),
    Command("rtcset", _rtcset, {"da": must(f.MOMENT), "st": f.FLAG}, reads=True),
    Command("rtcsync", _rtcsync),
    Command("vatget", _vatget, reads=True),
    Command("vatset", _vatset, {**_RATE_FIELDS, "da": f.DAY}),
    Command("vatautoset", _vatautoset, {**_RATE_FIELDS, "on": must(f.FLAG), "da": f.DAY, "ra": f.FLAG}),
    Command("vatautoget", _vatautoget, reads=True),
    Command("dbchkplu", _dbchkplu, {"vt": must(f.SLOT), "na": must(f.text("name"))}, quiet=True),
    Command(
        "pccfgset",
        _pccfgset,
        {
            "id": must(f.whole(7)),
            "no": f.whole(49_151),
            "pr": f.whole(1),
            "cp": f.whole(9),
            "pi": f.whole(9),
        },
    ),
    Command("pccfgget", _pccfgget, {"pi": f.whole(9)}, reads=True),
    Command(
        "comcfgset",
        _comcfgset,
        {
            "no": must(f.whole(9)),
            "sp": must(f.whole(_FASTEST)),
            "da": f.whole(8),
            "st": f.whole(2),
            "pa": f.whole(2),
            "fl": f.whole(3),
        },
    ),
    Command("comcfgget", _comcfgget, {"no": must(f.whole(9))}, reads=True),
    Command("discounttypeset", _discounttypeset, {"dt": must(f.FLAG)}),
    Command("discounttypeget", _discounttypeget, reads=True),
    Command("windowtimecfgreset", _windowtimecfgreset, {"ty": must(f.FLAG)}),
    Command(
        "windowtimecfgset", _windowtimecfgset, {name: f.whole(300) for name in ("ti", "ta", "te", "tj", "tm")}
    ),
    Command("cancelledsaleprintcfgset", _cancelledsaleprintcfgset, {"en": must(f.FLAG)}),
    Command("progid", _progid, {"nm": f.text(40), "vr": f.text(10), "nu": f.text(20)}),
    Command("resetprogid", _resetprogid),
)

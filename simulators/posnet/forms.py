"""Non-fiscal documents: forms, cash slips, drawer, paper feed, display (posnet.md 10 and 13)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome, Takes, closed, plain_document
from simulators.posnet.fields import must
from simulators.posnet.layout import Sheet, money, unmarked
from simulators.posnet.memory import Form

if TYPE_CHECKING:
    from simulators.escpos.paper import Row
    from simulators.posnet.command import Call

_FREE, _WIDE = 200, 201
_FORMS = frozenset({*range(2, 44), _FREE, _WIDE})
_WIDE_COLUMNS = 48
_FREE_LINE, _FREE_LENGTH = 711, 38
_WIDE_LINE, _WIDE_LENGTH = 0, 54
_FISCAL_WORDS = "paragon fiskalny"
_EAN13_DIGITS = 12


# -- forms -------------------------------------------------------------------------------------------------------------


def _formstart(call: Call) -> Outcome:
    memory, values = call.memory, call.values
    if memory.form is not None:
        raise RefusedError(Refusal.FORM_OPEN)
    closed(memory)
    number = values.whole("fn")
    if number not in _FORMS:
        raise RefusedError(Refusal.FORM)
    if number == _WIDE and call.model.columns < _WIDE_COLUMNS:
        raise RefusedError(Refusal.FORM_WIDTH)
    title = values.text("al") or f"DOKUMENT NIEFISKALNY {number}"
    _check_words(title)
    rows = call.printouts().head(title, call.time, memory.counters.printouts + 1, fiscal=False)
    form = Form(number, call.interface, title)
    return Outcome(replace(memory, form=form), rows=rows)


def _formline(call: Call) -> Outcome:
    form, values = _form(call), call.values
    text = values.text("s1")
    longest = {(_FREE, _FREE_LINE): _FREE_LENGTH, (_WIDE, _WIDE_LINE): _WIDE_LENGTH}
    if len(text) > longest.get((form.number, values.whole("fl")), len(text)):
        raise RefusedError(Refusal.BAD_LINE)
    return _with_line(call, form, " ".join(text.split("\n")))


def _formtext(call: Call) -> Outcome:
    form = _form(call)
    if form.number not in {_FREE, _WIDE}:
        raise RefusedError(Refusal.FORM)
    text = call.values.text("s1")
    return _with_line(call, form, unmarked(text) if call.mnemonic == "formformattedline" else text)


def _formbarcode(call: Call) -> Outcome:
    form, values = _form(call), call.values
    text, ean = values.text("bc"), values.whole("bt") == 1
    if values.whole("bt") > 1 or not text.isascii() or not text:
        raise RefusedError(Refusal.BARCODE)
    if ean and (len(text) != _EAN13_DIGITS or not text.isdigit()):
        raise RefusedError(Refusal.BARCODE)
    return _with_rows(call, form, f"[{text}]", Sheet(call.model.columns).barcode(text))


def _formbarcode2d(call: Call) -> Outcome:
    form, code = _form(call), call.memory.code2d
    if code is None:
        raise RefusedError(Refusal.CODE_MISSING)
    outcome = _with_rows(call, form, f"[{code.kind}]", Sheet(call.model.columns).code2d(code))
    return replace(outcome, memory=replace(outcome.memory, code2d=None))


def _formcmd(call: Call) -> Outcome:
    form, sheet = _form(call), Sheet(call.model.columns)
    if call.values.whole("cm") > 1:
        raise RefusedError(Refusal.FORM_COMMAND)
    if call.values.whole("cm") == 1:
        return _with_rows(call, form, "-" * sheet.columns, sheet.rule())
    return _with_rows(call, form, "", sheet.blank())


def _formimage(call: Call) -> Outcome:
    return _with_line(call, _form(call), f"[obraz {call.values.whole('no')}]")


def _formend(call: Call) -> Outcome:
    form = _form(call)
    memory, document = plain_document(call, form.title, form.lines)
    rows = call.printouts(memory).plain(document)[-1:]
    return Outcome(replace(memory, form=None), rows=rows, documents=(document,), ends=True)


def _form(call: Call) -> Form:
    """Return the form under way, which must be the one the call means."""
    form = call.memory.form
    if form is None:
        raise RefusedError(Refusal.FORM_NOT_OPEN)
    if form.number != call.values.whole("fn"):
        raise RefusedError(Refusal.FORM)
    return form


def _with_line(call: Call, form: Form, text: str) -> Outcome:
    _check_words(text)
    return _with_rows(call, form, text, Sheet(call.model.columns).line(text))


def _with_rows(call: Call, form: Form, text: str, rows: tuple[Row, ...]) -> Outcome:
    return Outcome(replace(call.memory, form=replace(form, lines=(*form.lines, text))), rows=rows)


def _check_words(text: str) -> None:
    """Refuse a text that looks like a fiscal receipt."""
    if _FISCAL_WORDS in " ".join(text.lower().split()):
        raise RefusedError(Refusal.BAD_LINE)


# -- cash, drawer, display ---------------------------------------------------------------------------------------------


def _cash(call: Call) -> Outcome:
    closed(call.memory)
    amount, paid_in = call.values.whole("kw"), call.values.flag("wp")
    left = call.memory.settings.cash + (amount if paid_in else -amount)
    outcome = _slip(call, "WPŁATA DO KASY" if paid_in else "WYPŁATA Z KASY", amount)
    settings = replace(outcome.memory.settings, cash=max(0, left))
    # Too large a payout is carried out all the same, and complained about (posnet.md 10).
    complaint = Refusal.NEGATIVE_CASH if left < 0 else None
    return replace(outcome, memory=replace(outcome.memory, settings=settings), complaint=complaint)


def _slip_of(call: Call, *, title: str) -> Outcome:
    closed(call.memory)
    return _slip(call, title, call.values.whole("kw"))


def _slip(call: Call, title: str, amount: int) -> Outcome:
    memory, document = plain_document(call, title, (f"Kwota {money(amount)} PLN",))
    rows = call.printouts(memory).plain(document)
    return Outcome(memory, rows=rows, documents=(document,), ends=True)


def _opendrwr(call: Call) -> Outcome:
    return Outcome(call.memory, kicks=True)


def _papfeed(call: Call) -> Outcome:
    return Outcome(call.memory, rows=Sheet(call.model.columns).blank() * call.values.whole("ln"))


def _beep(call: Call) -> Outcome:
    return Outcome(call.memory, beeps=True)


def _dsptxtline(call: Call) -> Outcome:
    return Outcome(call.memory, shows=((call.values.whole("no"), call.values.text("ln")),))


def _shown(call: Call) -> Outcome:
    return Outcome(call.memory)


_LINE = {"fn": must(f.whole()), "fl": must(f.whole()), "s1": f.text(250), "sw": f.FLAG, "sh": f.FLAG}
_AMOUNT = {"kw": must(f.BIG_AMOUNT)}
_NUMBER = {"fn": must(f.whole())}
_DISPLAY_LINE = {"id": must(f.whole(1)), "no": must(f.whole(9)), "ln": must(f.text(30)), "th": f.FLAG}

COMMANDS = (
    Command("formstart", _formstart, {**_NUMBER, "fh": f.whole(), "al": f.text(56)}, Takes.PAPER),
    Command("formline", _formline, _LINE, Takes.PAPER),
    Command(
        "formformattedline", _formtext, {**_NUMBER, "s1": must(f.text(96)), "ma": f.text(96)}, Takes.PAPER
    ),
    Command("formtinyline", _formtext, {**_NUMBER, "s1": must(f.text("tiny"))}, Takes.PAPER),
    Command("formbarcode", _formbarcode, {**_NUMBER, "bc": must(f.text(30)), "bt": f.whole(9)}, Takes.PAPER),
    Command("formbarcode2d", _formbarcode2d, _NUMBER, Takes.PAPER),
    Command("formcmd", _formcmd, {**_NUMBER, "cm": must(f.whole(9))}, Takes.PAPER),
    Command("formimage", _formimage, {**_NUMBER, "no": must(f.whole(500))}, Takes.PAPER),
    Command("formend", _formend, _NUMBER, Takes.PAPER),
    Command("cash", _cash, {**_AMOUNT, "wp": must(f.FLAG)}, Takes.PAPER),
    Command("stocash", partial(_slip_of, title="ZWROT TOWARU"), _AMOUNT, Takes.PAPER),
    Command("packret", partial(_slip_of, title="ZWROT OPAKOWANIA"), _AMOUNT, Takes.PAPER),
    Command("opendrwr", _opendrwr),
    Command("papfeed", _papfeed, {"ln": must(f.whole(20))}, Takes.PAPER),
    Command("beep", _beep),
    Command("dsptxtline", _dsptxtline, _DISPLAY_LINE),
    Command("dsptxt", _shown, {"ln": f.text(250)}),
    Command("dspcmd", _shown, {"id": f.whole(9)}),
)

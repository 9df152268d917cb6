r"""Names of goods as a POSNET printer keeps them (posnet.md 14).

The printer remembers the VAT rate of every name. It compares letters with their case ignored, digits and , . \ / %,
and skips everything else: "Coca-Cola" and "COCA COLA" are one. So two goods on a receipt must differ in what it
compares, in one rate as in two.

    a name that fits                 stays as it is
    a longer one                     beginning..ending: sizes and colours stand at the end
    several that are hard to tell    beginning..the words that differ
    still one                        a sign of its own at the end, made of the whole name
    one name in two rates            the letter of the rate at the end

A name depends on the others of its receipt only where they would be taken for each other, and never on their order.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from drivers.posnet.text import POLISH_LETTERS
from drivers.posnet.values import slot_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SHORTEST_LIMIT = 20
"""Characters a limit must leave, so that beginning, ending and sign have room."""

_GAP = ".."
_SKIPPED = re.compile(rf"[^0-9A-Za-z,.\\/%{POLISH_LETTERS}]+")


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """A fitted name in a VAT slot."""

    slot: int
    name: str

    @property
    def identity(self) -> tuple[int, str]:
        """What makes it one item to the printer."""
        return self.slot, comparable(self.name)


def comparable(name: str) -> str:
    """Return what the printer compares of a name; empty for one it refuses (2104).

    Whether it counts letters that are neither plain nor Polish is not known, so they are left out: names that differ
    in the rest differ either way.
    """
    return _SKIPPED.sub("", name).upper()


def shorten(name: str, longest: int) -> str:
    """Return at most `longest` characters of a fitted name: its beginning, and its last words if they are not long."""
    if len(name) <= longest:
        return name
    tail = _last_words(name, longest // 2)
    return _joined(name, tail, longest)


def _last_words(name: str, longest: int) -> str:
    """Return as many last words as fit, or the end of the last one when it alone is too long."""
    cut_off = name[-longest:]
    if name[-longest - 1] == " ":
        return cut_off.lstrip()
    _, space, words = cut_off.partition(" ")
    return words if space else cut_off


def _joined(head: str, tail: str, longest: int) -> str:
    return f"{head[: longest - len(tail) - len(_GAP)].rstrip(' .')}{_GAP}{tail}"


def name_items(items: Sequence[Item], longest: int) -> tuple[str, ...]:
    """Return a name of at most `longest` characters for each item, in their order.

    Items that are one to the printer get one name, or spellings of it; all others get names that differ for it.
    Raises ValueError for a name with nothing in it to compare.
    """
    if longest < SHORTEST_LIMIT:
        raise ValueError(f"a limit of {longest} characters is too short for names")
    for item in items:
        if not comparable(item.name):
            raise ValueError(f"{item.name!r} is empty for the printer")
    naming = _Naming(set(items), longest)
    return tuple(naming.names[item] for item in items)


class _Naming:
    """Gives names out one after the other; names that fit as they are have been given out before all others."""

    def __init__(self, items: Iterable[Item], longest: int) -> None:
        self._longest = longest
        ordered = sorted(items)
        self._taken: dict[str, tuple[int, str]] = {}
        self._slots: dict[str, set[int]] = {}
        for item in ordered:
            self._slots.setdefault(comparable(item.name), set()).add(item.slot)
            if len(item.name) <= longest:
                self._taken.setdefault(comparable(item.name), item.identity)
        self._rivals = self._group(ordered)
        self._given: dict[tuple[int, str], str] = {}
        self.names: Mapping[Item, str] = {item: self._name(item) for item in ordered}

    def _group(self, items: Sequence[Item]) -> dict[str, list[Item]]:
        """Return long names by what is left of them in half the room: those are hard to tell apart."""
        groups: dict[str, list[Item]] = {}
        for item in items:
            if len(item.name) > self._longest:
                groups.setdefault(self._outline(item), []).append(item)
        return groups

    def _outline(self, item: Item) -> str:
        return comparable(shorten(item.name, self._longest // 2))

    def _name(self, item: Item) -> str:
        given = self._given.setdefault(item.identity, self._new_name(item))
        fits = len(item.name) <= self._longest
        return item.name if fits and comparable(item.name) == comparable(given) else given

    def _new_name(self, item: Item) -> str:
        for name in self._candidates(item):
            compared = comparable(name)
            if compared and self._taken.get(compared, item.identity) == item.identity:
                self._taken[compared] = item.identity
                return name
        raise AssertionError("candidates never end")

    def _candidates(self, item: Item) -> Iterator[str]:
        if len(item.name) > self._longest:
            yield _with_difference(item, self._rivals[self._outline(item)], self._longest)
        yield shorten(item.name, self._longest)
        whole = comparable(item.name)
        if len(self._slots[whole]) > 1:
            yield self._signed(item, slot_letter(item.slot))
        for salt in count():
            yield self._signed(item, f"{binascii.crc32(whole.encode(), salt) & 0xFFFF:04X}")

    def _signed(self, item: Item, sign: str) -> str:
        return f"{shorten(item.name, self._longest - len(sign) - 1)} {sign}"


def _with_difference(item: Item, rivals: Sequence[Item], longest: int) -> str:
    """Return a long name with the words in which it differs from its rivals, or just shortened without any."""
    words = item.name.split()
    others = [rival.name.split() for rival in rivals if comparable(rival.name) != comparable(item.name)]
    if not others:
        return shorten(item.name, longest)
    same = next(
        (
            at
            for at, word in enumerate(words)
            if any(len(other) <= at or other[at] != word for other in others)
        ),
        len(words) - 1,
    )
    head = " ".join(words[:same])
    room = longest - min(len(head), longest // 3) - len(_GAP)
    rest = shorten(" ".join(words[same:]), room)
    if len(head) + 1 + len(rest) <= longest:
        return f"{head} {rest}".lstrip()
    return _joined(head, rest, longest)

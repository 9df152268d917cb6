"""Fetches the pages of a list one after the other, each when it is asked for (methods.py: Paging).

    page        page 1, 2, 3 ... or 0, 1, 2 ...
    id_from     from the highest id so far on
    date_from   from the latest date so far on, since several entries may share a second

It ends with a page that is empty, not full where the size of a full one is known, or without anything new; so a server
that keeps sending the same page ends it too. No entry comes twice: they are told apart by id, or by the key of a
map. Lists whose entries have no id (getInventoryProductLogs) are told apart page by page.

Where entries may have been missed a MayBeIncomplete warning says so: a full page that is not in ascending order of ids
or dates, entries without an id, or more entries in one second than a page holds.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from bridge.baselinker.errors import Transport
from bridge.baselinker.quirks import Unreadable, integer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bridge.baselinker.methods import Method, Paging

Page = list[Any] | dict[str, Any]
"""Entries of a list, or of a map by id."""

# For lists whose page size is not known: other lists of this API end at 100.
_USUAL_SIZE = 100
_CURE = "If it lasts, BaseLinker changed its API: update the client"


class MayBeIncomplete(UserWarning):
    """BaseLinker's pages were such that entries may be missing."""


def pages(
    call: Callable[[dict[str, Any]], Mapping[str, Any]], method: Method, parameters: Mapping[str, Any]
) -> Iterator[Page]:
    """Yield the entries of page after page, each entry once.

    `call` carries the method out with the parameters it is given; its errors pass. Raises ValueError for a method
    that has no pages, Transport for an answer without the list: that is never taken for an empty one.
    """
    return _Pages(call, method.name, _way(method, parameters), parameters).walk()


def _way(method: Method, parameters: Mapping[str, Any]) -> Paging:
    """Return how to page: as the caller began it, or the first way that works with the parameters."""
    if not method.paging:
        raise ValueError(f"{method.name} has no pages: call it")
    begun = [way for way in method.paging if way.parameter in parameters]
    working = [way for way in method.paging if not (way.unless and parameters.get(way.unless))]
    return next(iter([*begun, *working, *method.paging]))


class _Pages:
    """One walk through the pages of a list."""

    def __init__(
        self,
        call: Callable[[dict[str, Any]], Mapping[str, Any]],
        name: str,
        way: Paging,
        parameters: Mapping[str, Any],
    ) -> None:
        self._call = call
        self._name = name
        self._way = way
        self._parameters = dict(parameters)
        self._seen: set[str] = set()
        self._stood_still = False
        self._doubt = ""

    def walk(self) -> Iterator[Page]:
        position = self._start()
        while True:
            if position is not None:
                self._parameters[self._way.parameter] = position
            page = self._fetch()
            news = self._news(page)
            if news:
                yield news
            position = self._next(page, news, position)
            if self._doubt:
                self._warn()
            if position is None:
                return

    def _start(self) -> int | None:
        if self._way.parameter in self._parameters:
            return integer(self._parameters[self._way.parameter])
        return self._way.first if self._way.style == "page" else None

    def _fetch(self) -> Page:
        page = self._call(dict(self._parameters)).get(self._way.container)
        if isinstance(page, dict) and self._way.ids:
            return [*page.values()]
        if isinstance(page, (list, dict)):
            return page
        raise Transport(self._name, f"the answer has no list '{self._way.container}'", cure=_CURE)

    def _news(self, page: Page) -> Page:
        """Return the entries that were not seen before, and remember them."""
        if isinstance(page, dict):
            return {key: entry for key, entry in page.items() if self._is_new(f"key {key}")}
        if not self._way.ids:
            return page if self._is_new(repr(page)) else []
        return [entry for entry in page if self._is_new(self._id(entry))]

    def _is_new(self, mark: str) -> bool:
        new = mark not in self._seen
        self._seen.add(mark)
        return new

    def _id(self, entry: Any) -> str:
        """Return what tells an entry from others: its id, or all of it where it has none."""
        found = _first(entry, self._way.ids)
        return repr(entry) if found is None else f"id {found}"

    def _next(self, page: Page, news: Page, position: int | None) -> int | None:
        """Return where the next page begins, or None after the last one."""
        full = len(page) >= (self._way.size or 1)
        if not full or not page:
            return None
        if self._way.style == "page":
            return (self._way.first if position is None else position) + 1 if news else None
        places = self._places(page)
        if not self._is_ascending(page, places):
            self._doubt = "its pages are not in ascending order"
        if not places:
            return None
        if self._way.style == "date_from":
            return self._next_date(max(places), news, position)
        following = max(places) + self._way.step
        return following if news and (position is None or following > position) else None

    def _next_date(self, latest: int, news: Page, position: int | None) -> int | None:
        """Return the latest date; the second after it when a page was full of entries of that second."""
        stood_still = self._stood_still
        self._stood_still = position is not None and latest <= position
        if not self._stood_still:
            return latest
        if stood_still and not news:
            return None
        self._doubt = "more of them share one second than a page holds"
        return max(latest, position or 0) + 1

    def _places(self, page: Page) -> list[int]:
        """Return the ids or dates of a page, those that can be read."""
        keys = (self._way.date,) if self._way.style == "date_from" else self._way.ids
        found = [
            _number(_first(entry, keys)) for entry in (page.values() if isinstance(page, dict) else page)
        ]
        return [place for place in found if place is not None]

    def _is_ascending(self, page: Page, places: list[int]) -> bool:
        if len(page) < (self._way.size or _USUAL_SIZE):
            return True
        return len(places) == len(page) and places == sorted(places)

    def _warn(self) -> None:
        # Above: this function, walk, and the generator of Api; then the caller's loop.
        text = f"{self._name}: entries may be missing, {self._doubt}"
        warnings.warn(text, MayBeIncomplete, stacklevel=4)
        self._doubt = ""


def _first(entry: Any, keys: tuple[str, ...]) -> Any:
    """Return the first of some fields that an entry has."""
    if not isinstance(entry, dict):
        return None
    return next((entry[key] for key in keys if key in entry), None)


def _number(value: Any) -> int | None:
    try:
        return integer(value)
    except Unreadable:
        return None

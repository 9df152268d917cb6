"""A value that must not be seen: it comes out by `reveal()` alone."""

from __future__ import annotations

from typing import NoReturn

_HIDDEN = "Secret(hidden)"


class Secret:
    """A secret text: no print, log line, format, traceback, pickle or copy to disk ever shows it."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the value itself, for the one place that sends it."""
        return self.__value

    def __repr__(self) -> str:
        return _HIDDEN

    def __format__(self, format_spec: str) -> str:
        return format(_HIDDEN, format_spec)

    def __eq__(self, other: object) -> bool:
        return self.__value == other.__value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")

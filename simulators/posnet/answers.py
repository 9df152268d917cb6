"""The store of answers that `rpt` asks for: the last 32, no more than a kilobyte of them (posnet.md 5.4)."""

from __future__ import annotations

from dataclasses import dataclass

_MOST, _ROOM = 32, 1024
_HEAD, _NUMBER = 12, 4  # so that an answer to strns costs its 68 bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer in pieces: mnemonic, token, fields; `interface` is where it went."""

    interface: int
    token: str
    pieces: tuple[bytes, ...]

    @property
    def cost(self) -> int:
        """What it costs of the store's room: numbers and truth values little, texts their length."""
        return _HEAD + sum(_cost(piece[2:]) for piece in self.pieces[2:])


class AnswerStore:
    """What was answered to commands with a token, the newest last. The oldest go first when there is no room."""

    def __init__(self) -> None:
        self._kept: list[Kept] = []

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, kept: Kept) -> None:
        """Keep an answer, in the place of an older one with the same token."""
        self._kept = [one for one in self._kept if (one.interface, one.token) != (kept.interface, kept.token)]
        self._kept.append(kept)
        while len(self._kept) > _MOST or sum(one.cost for one in self._kept) > _ROOM:
            del self._kept[0]

    def find(self, interface: int, token: str, *, own_only: bool) -> Kept | None:
        """Return the newest answer with a token, of one interface only or of both."""
        for one in reversed(self._kept):
            if one.token == token and (one.interface == interface or not own_only):
                return one
        return None

    def forget(self, interface: int | None = None) -> None:
        """Forget the answers of one interface, or all."""
        self._kept = [one for one in self._kept if interface is not None and one.interface != interface]


def _cost(value: bytes) -> int:
    plain = value in {b"T", b"N"} or value.replace(b",", b"").isdigit()
    return _NUMBER if plain else 2 + len(value)

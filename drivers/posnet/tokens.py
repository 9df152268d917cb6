"""The numbers commands carry so that their answers can be told apart: 1 to 9999 and round (posnet.md 5.4).

A receipt gets a range of tokens with its mark, before its first command: the token of each command, the end of the
receipt included, is known from plan and mark, and nothing has to be written for a single command. After a crash the
count goes on behind the range of the interrupted receipt. A new process begins anywhere, never at 1 by rule: the
printer keeps at most 32 answers, and a mark is taken only when it has none for the token of its `trend`.
"""

from __future__ import annotations

from dataclasses import dataclass

from drivers.posnet.frames import HIGHEST_TOKEN

RESERVED = 1024
"""Tokens of one receipt: 500 lines and all that stands around them, twice."""


def token_at(first: int, index: int) -> int:
    """Return the token `index` places behind `first`."""
    return (first - 1 + index) % HIGHEST_TOKEN + 1


@dataclass(slots=True)
class Tokens:
    """Gives out one token after the other."""

    following: int

    @classmethod
    def from_seed(cls, seed: int) -> Tokens:
        """Return tokens that begin at a place made of `seed`."""
        return cls(seed % HIGHEST_TOKEN + 1)

    def take(self) -> int:
        """Return a fresh token."""
        token = self.following
        self.following = token_at(token, 1)
        return token

    def reserve(self) -> int:
        """Return the first of RESERVED tokens in a row, none of which `take` gives out."""
        first = self.following
        self.go_behind(first)
        return first

    def go_behind(self, first: int) -> None:
        """Go on behind the range that begins with `first`."""
        self.following = token_at(first, RESERVED)

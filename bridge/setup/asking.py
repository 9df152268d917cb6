"""How a question reaches a person and an answer comes back: plain lines, for a dumb serial console as well.

The steps of the set-up know `Asker` alone. `Terminal` asks a person; `Unattended` takes every question's default, and
where there is none says which option answers it.
"""

from __future__ import annotations

import termios
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol, TextIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")


class SetupError(Exception):
    """The set-up cannot go on: a sentence, and the cure. Nothing that is not told was changed."""

    def __init__(self, what: str, cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        from drivers.sentences import sentences  # noqa: PLC0415 - only when something went wrong

        return sentences(self.what, self.cure)


class InputEndedError(SetupError):
    """Nobody answers any more: the terminal was closed, or Ctrl-D was typed."""

    def __init__(self) -> None:
        super().__init__("The input ended before the set-up did", "To answer by options alone: --yes")


class Asker(Protocol):
    """Whoever answers. `check` turns an answer into a value, or raises ValueError with a sentence for the person."""

    def say(self, text: str) -> None:
        """Tell something."""
        ...

    def ask(
        self,
        question: str,
        check: Callable[[str], T],
        *,
        default: str | None,
        option: str,
        secret: bool = False,
    ) -> T:
        """Return the checked answer; an empty answer is `default`. `option` is what answers on the command line."""
        ...

    def confirm(self, question: str, *, default: bool = True) -> bool:
        """Return yes or no."""
        ...

    def choose(self, question: str, choices: Sequence[str]) -> int:
        """Return which of the choices; the first is the default."""
        ...


class Terminal:
    """A person at a terminal. `yes` and `no` are the words that count, their first letters too."""

    def __init__(self, source: TextIO, target: TextIO, *, yes: str, no: str, wrong: str) -> None:
        self._source = source
        self._target = target
        self._yes, self._no, self._wrong = yes, no, wrong

    def say(self, text: str) -> None:
        """Write a line."""
        print(_visible(text), file=self._target, flush=True)

    def ask(
        self,
        question: str,
        check: Callable[[str], T],
        *,
        default: str | None,
        option: str,  # noqa: ARG002 - a person needs no option
        secret: bool = False,
    ) -> T:
        """Ask until the answer is good. A secret is not shown, however early it is typed."""
        shown = f"{question} [{default}]" if default else question
        with _unseen(self._source) if secret else nullcontext():
            while True:
                answer = self._line(f"{shown}: ", secret=secret) or (default or "")
                try:
                    return check(answer)
                except ValueError as error:
                    self.say(f"  {error}")

    def confirm(self, question: str, *, default: bool = True) -> bool:
        """Ask for yes or no."""
        marked = (f"{self._yes}/{self._no[0]}") if default else (f"{self._yes[0]}/{self._no}")
        return self.ask(f"{question} [{marked}]", self._truth(default=default), default=None, option="")

    def choose(self, question: str, choices: Sequence[str]) -> int:
        """Show numbered choices and ask for a number."""
        self.say(question)
        for number, choice in enumerate(choices, 1):
            self.say(f"  {number}  {choice}")
        return self.ask("", self._number(len(choices)), default="1", option="") - 1

    def _truth(self, *, default: bool) -> Callable[[str], bool]:
        def check(answer: str) -> bool:
            for word, value in ((self._yes, True), (self._no, False)):
                if answer and word.startswith(answer.lower()):
                    return value
            if answer:
                raise ValueError(f"{self._yes} / {self._no}?")
            return default

        return check

    def _number(self, highest: int) -> Callable[[str], int]:
        def check(answer: str) -> int:
            if not (
                answer.isascii() and answer.isdecimal() and len(answer) < 4 and 1 <= int(answer) <= highest
            ):
                raise ValueError(f"{self._wrong} 1..{highest}")
            return int(answer)

        return check

    def _line(self, prompt: str, *, secret: bool) -> str:
        """Return a typed line without what surrounds it. Raises InputEndedError."""
        print(_visible(prompt).lstrip(": "), end="", file=self._target, flush=True)
        line = self._source.readline()
        if secret and self._source.isatty():
            print(file=self._target, flush=True)
        if not line:
            raise InputEndedError
        return line.strip()


class Unattended:
    """Nobody: every question has its default for an answer."""

    def __init__(self, target: TextIO) -> None:
        self._target = target

    def say(self, text: str) -> None:
        """Write a line."""
        print(_visible(text), file=self._target, flush=True)

    def ask(
        self,
        question: str,
        check: Callable[[str], T],
        *,
        default: str | None,
        option: str,
        secret: bool = False,  # noqa: ARG002 - nobody types
    ) -> T:
        """Return the default. Raises SetupError where there is none, or where it is not good."""
        if default is None:
            raise SetupError(f"No answer to: {question}", f"It is given by {option}")
        try:
            return check(default)
        except ValueError as error:
            raise SetupError(f"{question}: {error}", f"Another answer is given by {option}") from None

    def confirm(self, question: str, *, default: bool = True) -> bool:  # noqa: ARG002 - nobody reads it
        """Return the default."""
        return default

    def choose(self, question: str, choices: Sequence[str]) -> int:  # noqa: ARG002 - nobody reads them
        """Return the first."""
        return 0


@contextmanager
def _unseen(source: TextIO) -> Iterator[None]:
    """Switch the echo of a terminal off; whatever ends the block, it is on again behind it."""
    if not source.isatty():
        yield
        return
    descriptor = source.fileno()
    before = termios.tcgetattr(descriptor)
    hidden = termios.tcgetattr(descriptor)
    hidden[3] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSADRAIN, hidden)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _visible(text: str) -> str:
    """Return text that cannot steer a terminal: names of series and devices come from outside."""
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)

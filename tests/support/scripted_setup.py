"""The set-up with scripted answers on a machine of paper: every question by its words, every deed noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bridge.config.reading import load_config
from bridge.setup import files
from bridge.setup.asking import SetupError
from bridge.setup.given import Given
from bridge.setup.scene import Scene
from bridge.setup.service import Presence
from bridge.setup.words import Words
from drivers.detection import Detected, Introduction, Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bridge.config.model import Config, Printer
    from bridge.config.secret import Secret
    from drivers.link.finding import Place

T = TypeVar("T")
TOKEN = "0000-0000-FAKE-TOKEN"


@dataclass
class Script:
    """Answers by a part of the question; a question without one takes its default. What is said is kept."""

    answers: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(
        self,
        question: str,
        check: Callable[[str], T],
        *,
        default: str | None,
        option: str,
        secret: bool = False,
    ) -> T:
        answer = self._answer(question, default)
        if answer is None:
            raise SetupError(f"No answer to: {question}", option)
        try:
            return check(str(answer))
        except ValueError as error:
            raise SetupError(str(error)) from error

    def confirm(self, question: str, *, default: bool = True) -> bool:
        return bool(self._answer(question, default))

    def choose(self, question: str, choices: Sequence[str]) -> int:
        wanted = self._answer(question, choices[0])
        return next(index for index, choice in enumerate(choices) if str(wanted) in choice)

    def _answer(self, question: str, default: Any) -> Any:
        self.asked.append(question)
        for part, answer in self.answers.items():
            if part in question:
                return answer.pop(0) if isinstance(answer, list) else answer
        return default


@dataclass
class PaperMachine:
    """A machine on which everything is as a test says; only files are real."""

    answering: dict[str, str] = field(default_factory=dict)
    """Addresses at which a driver answers."""
    found: tuple[Place, ...] = ()
    account: dict[int, str] = field(default_factory=lambda: {1: "Paragony", 2: "Hurt"})
    process: int | None = None
    unit: Presence = Presence.READY
    complaint: str = ""
    slip: dict[str, Any] = field(
        default_factory=lambda: {"ok": True, "what": "", "cure": "", "proof": "fence"}
    )
    rules: Path | None = None
    today: str = "2026-11-22 10:15"
    did: list[str] = field(default_factory=list)

    def series(self, token: Secret, url: str) -> dict[int, str]:
        self.did.append("series")
        return self.account

    def places(self) -> tuple[Place, ...]:
        return self.found

    def detect(self, text: str, *, vendor: int | None = None, driver: str | None = None) -> Search:
        self.did.append(f"detect {text}")
        known = self.answering.get(text)
        return Search(Detected(known, text, Introduction("TM"))) if known else Search()

    def errand(self, printer: Printer, kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
        self.did.append(f"{kind} on {printer.name}")
        return self.slip

    def ask_daemon(
        self, config: Config, printer: Printer, kind: str, detail: Mapping[str, Any]
    ) -> dict[str, Any]:
        self.did.append(f"daemon: {kind} on {printer.name}")
        return self.slip

    def may_write(self, folder: Path) -> bool:
        folder.mkdir(parents=True, exist_ok=True)
        return True

    def may_change(self, folder: Path) -> bool:
        return folder == self.rules

    def prove(self, file: Path, text: str) -> Config:
        return files.try_out(file, text, lambda trial: load_config(trial, {}))

    def write(self, file: Path, text: str, *, secret: bool = False) -> Path | None:
        self.did.append(f"write {file.name}")
        return files.save(file, text, mode=0o600 if secret else 0o644, stamp="2026-11-22T10-15-00")

    def daemon(self, config: Config) -> int | None:
        return self.process

    def rule_file(self, printer: str) -> Path:
        return (self.rules or Path("/nowhere")) / f"{printer}.rules"

    def apply_rules(self) -> str:
        self.did.append("apply rules")
        return ""

    def presence(self, config: Path) -> Presence:
        return self.unit

    def start(self, *, again: bool) -> str:
        self.did.append("restart" if again else "start")
        return self.complaint


def scripted(
    folder: Path, machine: PaperMachine, answers: dict[str, Any] | None = None, **given: Any
) -> Scene:
    """Return a set-up in English with these answers; the token is the usual fake one."""
    script = Script({"API token (": TOKEN, **(answers or {})})
    file = folder / "etc" / "config.toml"
    return Scene(file, script, Words("en"), Given(**given), machine)  # type: ignore[arg-type]


def script_of(scene: Scene) -> Script:
    """Return who answers."""
    assert isinstance(scene.asker, Script)
    return scene.asker

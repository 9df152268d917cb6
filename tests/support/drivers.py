"""A driver that does what a test tells it, and counts what came out on its paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivers.contract import Mark, Plan, Proof, Status, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.receipt import Receipt


@dataclass
class ScriptedDriver:
    """Prints at once and proves it, unless `on_print` says otherwise."""

    fiscal: bool = False
    reprints_marked: bool = False
    currency: str = "PLN"
    device: str = "device-1"
    paper: list[Plan] = field(default_factory=list)
    on_errand: Callable[[str, Mapping[str, Any]], Mapping[str, Any]] | None = None
    on_prepare: Callable[[], None] | None = None
    on_plan: Callable[[Receipt], None] | None = None
    on_mark: Callable[[], None] | None = None
    on_print: Callable[[Plan], None] | None = None
    on_tend: Callable[[], str] | None = None
    answer: Verdict = field(default_factory=lambda: Verdict(VerdictKind.UNKNOWN, reason="it cannot tell"))
    health: Status = field(default_factory=Status)
    asked: int = 0
    closed: bool = False

    def prepare(self, agreed: str | None = None) -> str:
        del agreed
        if self.on_prepare is not None:
            self.on_prepare()
        return ""

    def plan(self, receipt: Receipt, *, copy: bool = False) -> Plan:
        if self.on_plan is not None:
            self.on_plan(receipt)
        return Plan(receipt, copy=copy)

    def mark(self) -> Mark:
        if self.on_mark is not None:
            self.on_mark()
        return Mark(self.device)

    def print(self, plan: Plan) -> Proof:
        if self.on_print is not None:
            self.on_print(plan)
        self.paper.append(plan)
        return Proof("fence", device=self.device)

    def verdict(self, plan: Plan, mark: Mark) -> Verdict:
        self.asked += 1
        return self.answer

    def status(self) -> Status:
        return self.health

    def tend(self) -> str:
        return "" if self.on_tend is None else self.on_tend()

    def test_print(self) -> Proof:
        return Proof("fence")

    @property
    def errands(self) -> tuple[str, ...]:
        return ("test",)

    def errand(self, kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.on_errand is not None:
            return self.on_errand(kind, detail)
        return {}

    def close(self) -> None:
        self.closed = True

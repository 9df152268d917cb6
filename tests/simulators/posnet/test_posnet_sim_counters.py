"""Whatever a host, another host and people do: the counters agree with the documents (posnet.md 11.1)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from support.fiscal_printers import Counter

from simulators.posnet.behaviour import Fate, RefusedError
from simulators.posnet.framing import FrameRefusedError
from simulators.posnet.memory import CANCELLED_RECEIPT, DAILY_REPORT, NON_FISCAL, RECEIPT

SLOTS = st.integers(0, 4)
AMOUNTS = st.one_of(st.integers(0, 5000), st.integers(0, 10**10))
SMALL = st.integers(1, 3000)


class Shop(RuleBasedStateMachine):
    """Commands in any order, right and wrong ones, with the power failing now and then."""

    @initialize(
        fate=st.sampled_from(Fate),
        block=st.booleans(),
        switches=st.fixed_dictionaries(
            {
                "commit_last": st.booleans(),
                "counted_at_footer_end": st.booleans(),
                "printout_at_header": st.booleans(),
                "line_after_payment": st.booleans(),
                "trend_answers_first": st.booleans(),
                "everything_waits_for_paper": st.booleans(),
            }
        ),
    )
    def begin(self, fate: Fate, block: bool, switches: dict[str, Any]) -> None:
        self.counter = Counter(open_transaction=fate, **switches)
        self.block = int(block)

    def order(self, command: str) -> None:
        """Send a command; a refusal must have changed nothing."""
        before, sold = self.counter.printer.memory, dict(self.counter.printer.core.goods)
        answers = self.counter.ask(command)
        refused = [answer for answer in answers if "␉?" in answer and "␉?503" not in answer]
        assert len(answers) == 1
        if refused:
            assert before is self.counter.printer.memory
            assert sold == self.counter.printer.core.goods

    @rule()
    def opening(self) -> None:
        self.order(f"trinit␉bm{self.block}␉")

    @rule(slot=SLOTS, price=SMALL, quantity=st.integers(1, 30000))
    def line(self, slot: int, price: int, quantity: int) -> None:
        self.order(f"trline␉naTowar {slot}␉vt{slot}␉pr{price}␉il{quantity / 1000:.3f}␉")

    @rule(slot=SLOTS, price=AMOUNTS, discount=AMOUNTS, storno=st.booleans())
    def odd_line(self, slot: int, price: int, discount: int, storno: bool) -> None:
        self.order(f"trline␉naTowar {slot}␉vt{slot}␉pr{price}␉rw{discount}␉st{int(storno)}␉")

    @rule(
        command=st.sampled_from(["trdiscntvat␉vt0␉", "trdiscntsubtot␉", "trdiscntbill␉"]),
        percent=st.integers(0, 9999),
        discount=st.booleans(),
    )
    def discount(self, command: str, percent: int, discount: bool) -> None:
        self.order(f"{command}rd{int(discount)}␉rp{percent}␉")

    @rule(amount=AMOUNTS, back=st.booleans())
    def payment(self, amount: int, back: bool) -> None:
        self.order(f"trpayment␉ty0␉wa{amount}␉re{int(back)}␉")

    @rule(
        command=st.sampled_from(["trsubtotcanc␉", "trpaymentcanc␉", "showsubtotal␉", "trpack␉pr10␉", "scnt␉"])
    )
    def other(self, command: str) -> None:
        self.order(command)

    @rule(footer=st.booleans())
    def ending(self, footer: bool) -> None:
        self.order(f"trend␉fe{int(footer)}␉")

    @rule(
        lines=st.lists(st.tuples(st.integers(0, 3), SMALL, st.integers(1, 5000)), min_size=1, max_size=5),
        percent=st.integers(0, 5000),
        ends=st.sampled_from(["trend␉", "trend␉fe0␉", "trend␉fp999999␉", "prncancel␉", "scnt␉"]),
    )
    def whole_receipt(self, lines: list[tuple[int, int, int]], percent: int, ends: str) -> None:
        self.order(f"trinit␉bm{self.block}␉")
        for slot, price, quantity in lines:
            self.order(f"trline␉naTowar {slot}␉vt{slot}␉pr{price}␉il{quantity / 1000:.3f}␉")
        self.order(f"trdiscntbill␉rp{percent}␉")
        self.order(ends)

    @rule(total=AMOUNTS)
    def wrong_ending(self, total: int) -> None:
        self.order(f"trend␉to{total}␉")

    @rule(command=st.sampled_from(["trftrln␉id13␉naX␉", "trftrend␉"]))
    def footer(self, command: str) -> None:
        self.order(command)

    @rule()
    def cancel(self) -> None:
        self.order("prncancel␉")

    @rule()
    def report(self) -> None:
        self.order(f"dailyrep␉da{self.counter.time.now.date()}␉")

    @rule(command=st.sampled_from(["cash␉kw100␉wpF␉", "cash␉kw100␉wpT␉", "stocash␉kw5␉", "formstart␉fn200␉"]))
    def slip(self, command: str) -> None:
        self.order(command)

    @rule()
    def end_of_form(self) -> None:
        self.order("formend␉fn200␉")

    @rule(what=st.sampled_from(["sell", "begin", "finish", "cancel"]))
    def other_host(self, what: str) -> None:
        with suppress(RefusedError, FrameRefusedError):
            getattr(self.counter.printer.other_host, what)()

    @rule()
    def power_failure(self) -> None:
        self.counter.printer.power_cut()
        self.counter.printer.power_on()

    @rule()
    def an_hour_later(self) -> None:
        self.counter.wait(3600)

    @invariant()
    def counters_agree_with_the_documents(self) -> None:
        memory, fiscal = self.counter.printer.memory, self.counter.printer.fiscal
        counters, day = memory.counters, memory.day
        assert counters.receipts == counters.finished + counters.cancelled
        today = [each for each in fiscal.documents if each.report == counters.reports]
        receipts = [each for each in today if each.kind == RECEIPT]
        waiting = memory.transaction is not None and memory.transaction.document > 0
        late = waiting and self.counter.printer.behaviour.counted_at_footer_end
        assert (len(receipts), len([each for each in today if each.kind == CANCELLED_RECEIPT])) == (
            counters.finished + late,
            counters.cancelled,
        )
        sums = [sum(receipt.totals[slot] for receipt in receipts) for slot in range(7)]
        assert sums == list(day.totals)
        assert (day.finished, day.cancelled) == (len(receipts), counters.cancelled)
        assert 4 + len(fiscal.reports) == counters.reports

    @invariant()
    def numbers_are_used_once_and_in_order(self) -> None:
        fiscal = self.counter.printer.fiscal
        numbers = [document.number for document in fiscal.documents]
        assert sorted(set(numbers)) == numbers
        for kind in (RECEIPT, CANCELLED_RECEIPT, DAILY_REPORT, NON_FISCAL):
            last = max((document.number for document in fiscal.of(kind)), default=0)
            assert last == self.counter.printer.memory.counters.by_kind[kind]
        days: dict[int, list[int]] = {}
        for receipt in fiscal.documents:
            if receipt.kind in {RECEIPT, CANCELLED_RECEIPT}:
                days.setdefault(receipt.report, []).append(receipt.receipt)
        assert all(list(range(1, len(day) + 1)) == day for day in days.values())

    @invariant()
    def receipts_are_worth_something_and_were_paid(self) -> None:
        for receipt in self.counter.printer.fiscal.receipts:
            assert min(receipt.totals) >= 0
            assert receipt.total > 0
            assert receipt.transaction is not None
            assert receipt.transaction.due == receipt.paid - receipt.change

    @invariant()
    def an_open_receipt_shows_its_sums(self) -> None:
        transaction, last = self.counter.printer.memory.transaction, self.counter.printer.memory.last
        if transaction is not None:
            assert transaction.totals == last.totals
            assert min(transaction.totals) >= 0

    def teardown(self) -> None:
        if hasattr(self, "counter"):
            self.counter.printer.close()


Shop.TestCase.settings = settings(max_examples=60, stateful_step_count=50)
TestShop = Shop.TestCase

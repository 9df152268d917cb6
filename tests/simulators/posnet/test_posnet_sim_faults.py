"""Everything that may go wrong with one command, at the n-th of its name (posnet.md 16.3)."""

from __future__ import annotations

import pytest
from support.fiscal_printers import Counter, as_bytes, payloads

from drivers.posnet.frames import Answer, FrameError, FrameParser, enclose, read_answer
from simulators.posnet.faults import PASSING, Fault, Kind, Menu, RandomFaults
from simulators.posnet.interface import BREAK
from simulators.posnet.models import OLD_HS

CASH = "cash␉@0007␉kw100␉wpT␉"
DONE = "cash␉@0007␉"


@pytest.fixture
def counter() -> Counter:
    return Counter()


def cash(counter: Counter) -> int:
    return counter.printer.memory.settings.cash


def script(counter: Counter, *faults: Kind | Fault, nth: int = 1) -> None:
    counter.printer.faults.script("cash", *faults, nth=nth)


def test_a_lost_answer_is_found_again_with_rpt(counter: Counter) -> None:
    script(counter, Kind.DROP_ANSWER)

    assert [] == counter.ask(CASH)
    assert 100 == cash(counter)
    assert [DONE] == counter.ask("rpt␉@0007␉")
    assert 100 == cash(counter)


def test_a_lost_request_has_no_answer_to_repeat(counter: Counter) -> None:
    script(counter, Kind.DROP_REQUEST)

    assert [] == counter.ask(CASH)
    assert 0 == cash(counter)
    assert ["ERR␉@0007␉?13␉"] == counter.ask("rpt␉@0007␉")


def test_an_answer_may_come_after_those_that_follow_it(counter: Counter) -> None:
    script(counter, Fault(Kind.LATE_ANSWER, seconds=10))

    assert [] == counter.ask(CASH)
    assert ["currget␉@0008␉naPLN␉"] == counter.ask("currget␉@0008␉")
    assert 10 == counter.printer.work()
    assert [DONE] == counter.wait(10)


def test_an_answer_may_hold_back_those_that_follow_it(counter: Counter) -> None:
    script(counter, Kind.DELAY_ANSWER)

    assert [] == counter.ask(CASH)
    assert [] == counter.ask("currget␉@0008␉")
    assert [] == counter.wait(1000)
    counter.printer.release_answers()

    assert [DONE, "currget␉@0008␉naPLN␉"] == counter.answers()


def test_a_corrupt_answer_has_a_wrong_byte_and_is_kept_right(counter: Counter) -> None:
    script(counter, Fault(Kind.CORRUPT_ANSWER, at=3))
    counter.printer.pc1.receive(enclose(as_bytes(CASH)))

    spoilt = counter.raw()

    assert 1 == sum(one != other for one, other in zip(spoilt, enclose(as_bytes(DONE)), strict=True))
    assert [DONE] == counter.ask("rpt␉@0007␉")


@pytest.mark.parametrize("place", range(28))
def test_a_corrupt_request_is_told_or_not_heard(counter: Counter, place: int) -> None:
    script(counter, Fault(Kind.CORRUPT_REQUEST, at=place))

    answers = counter.ask(CASH)

    assert 0 == cash(counter)
    assert all(answer.startswith("ERR␉?") for answer in answers)
    assert ["ERR␉@0007␉?13␉"] == counter.ask("rpt␉@0007␉")


def test_an_answer_may_come_twice(counter: Counter) -> None:
    script(counter, Kind.DUPLICATE_ANSWER)

    assert [DONE, DONE] == counter.ask(CASH)
    assert 100 == cash(counter)


def test_an_answer_may_come_in_two_pieces(counter: Counter) -> None:
    script(counter, Fault(Kind.SPLIT_ANSWER, at=5, seconds=1))
    counter.printer.pc1.receive(enclose(as_bytes(CASH)))
    first = counter.raw()
    counter.time.pass_by(1)

    assert 5 == len(first)
    assert [DONE] == payloads(first + counter.raw())


def test_noise_may_come_before_an_answer(counter: Counter) -> None:
    script(counter, Fault(Kind.NOISE, data=b"\x00\x13noise"))
    counter.printer.pc1.receive(enclose(as_bytes(CASH)))

    assert b"\x00\x13noise" + enclose(as_bytes(DONE)) == counter.raw()


@pytest.mark.parametrize(("kind", "executed"), [(Kind.CLOSE_BEFORE, 0), (Kind.CLOSE_AFTER, 100)])
def test_the_connection_may_end_before_or_behind_a_command(
    counter: Counter, kind: Kind, executed: int
) -> None:
    script(counter, Fault(kind, at=4))
    counter.printer.pc1.receive(enclose(as_bytes(CASH)))

    assert (b"" if kind is Kind.CLOSE_BEFORE else enclose(as_bytes(DONE))[:4]) == counter.raw()
    behind = counter.printer.pc1.take_then()
    assert behind is not None
    assert BREAK == behind.then
    assert executed == cash(counter)


@pytest.mark.parametrize("code", [2106, 2010, 30, 50, 1002])
def test_any_code_may_be_given(counter: Counter, code: int) -> None:
    script(counter, Fault(Kind.REFUSE, code=code))

    assert [f"cash␉@0007␉?{code}␉"] == counter.ask(CASH)
    assert 0 == cash(counter)
    assert [DONE] == counter.ask(CASH)


def test_a_fault_meets_the_nth_command_of_its_name(counter: Counter) -> None:
    counter.ask(CASH)
    script(counter, Kind.DROP_ANSWER, nth=2)
    script(counter, Fault(Kind.REFUSE, code=50), nth=3)

    assert [DONE] == counter.ask(CASH)
    assert [] == counter.ask(CASH)
    assert ["cash␉@0007␉?50␉"] == counter.ask(CASH)
    assert [DONE] == counter.ask(CASH)
    assert [Kind.DROP_ANSWER, Kind.REFUSE] == [fault.kind for _, fault in counter.printer.faults.happened]


def test_a_fault_may_meet_whatever_comes_and_faults_may_be_cleared(counter: Counter) -> None:
    counter.printer.faults.script("*", Kind.DROP_REQUEST, nth=2)
    counter.printer.faults.script("scnt", Kind.DROP_ANSWER, nth=3)

    assert [[DONE], []] == [counter.ask(CASH), counter.ask("scnt␉")]
    counter.printer.faults.clear()
    assert all(counter.ask("scnt␉") for _ in range(3))


def test_immediate_commands_meet_faults_too(counter: Counter) -> None:
    counter.printer.faults.script("sdev", Kind.DROP_ANSWER)

    assert [] == counter.ask("!sdev␉")
    assert ["!sdev␉ds0␉cpN␉qeT␉peN␉tl0␉"] == counter.ask("!sdev␉")


def test_it_may_hang_in_the_middle(counter: Counter) -> None:
    script(counter, Kind.SILENT)

    assert [] == counter.ask(CASH)
    assert [] == counter.ask("!sdev␉")
    assert None is counter.printer.work()
    assert counter.printer.silent
    counter.printer.change(silent=False)

    assert ["!sdev␉ds0␉cpN␉qeN␉peN␉tl0␉", DONE] == counter.answers()


def test_several_faults_may_meet_one_command(counter: Counter) -> None:
    script(counter, Fault(Kind.REFUSE, code=50), Kind.DUPLICATE_ANSWER)

    assert 2 * ["cash␉@0007␉?50␉"] == counter.ask(CASH)


# -- what others do ----------------------------------------------------------------------------------------------------


def test_others_may_do_things_before_and_after_a_command(counter: Counter) -> None:
    script(counter, Fault(Kind.CALL_BEFORE, action=lambda printer: printer.other_host.sell()))
    script(counter, Fault(Kind.CALL_AFTER, action=lambda printer: printer.operator.daily_report()))

    assert [DONE] == counter.ask(CASH)

    kinds = [document.kind for document in counter.printer.fiscal.documents]
    assert [0, 5, 4] == kinds
    assert 2 == counter.printer.fiscal.receipts[0].interface


def test_switches_may_be_turned_from_a_fault(counter: Counter) -> None:
    script(counter, Fault(Kind.CALL_BEFORE, action=lambda printer: printer.change(paper_out=True)))

    assert [] == counter.ask(CASH)
    counter.printer.operator.new_roll()
    assert [DONE] == counter.answers()


def test_power_may_be_cut_from_a_fault_and_come_back_at_once(counter: Counter) -> None:
    def blink(printer: object) -> None:
        counter.printer.power_cut()
        counter.printer.power_on()

    script(counter, Fault(Kind.CALL_BEFORE, action=blink))

    assert [] == counter.ask(CASH)
    assert 0 == cash(counter)
    assert ["ERR␉@0007␉?13␉"] == counter.ask("rpt␉@0007␉")


def test_another_printer_in_its_place_is_another_memory(counter: Counter) -> None:
    counter.sell()
    counter.printer.operator.exchange("ABC 0000000001")

    assert "ABC 0000000001" == counter.value("getrealid␉", "nu")
    assert ["scnt␉rd0␉hn0␉bn0␉fn0␉nuABC 0000000001␉bc0␉bt0␉fc0␉"] == counter.ask("scnt␉")
    counter.sell()
    assert ["ZBF 2101002392", "ABC 0000000001"] == [each.device for each in counter.printer.fiscal.receipts]


def test_a_cleared_ram_is_counted_and_forgets_the_day(counter: Counter) -> None:
    counter.sell()
    counter.ask("currget␉@0001␉")
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr1␉")
    counter.printer.operator.clear_ram()

    assert ("1", "0", "0", "61") == (
        counter.value("sfsk␉", "cl"),
        counter.value("strns␉", "ts"),
        counter.value("stot␉", "pa"),
        counter.value("eclastdocnoget␉ty0␉", "di"),
    )
    assert ["ERR␉@0001␉?13␉"] == counter.ask("rpt␉@0001␉")


# -- faults from a seed ------------------------------------------------------------------------------------------------


def test_faults_from_a_seed_are_the_same_each_time() -> None:
    def drawn(seed: int) -> list[tuple[Kind, int]]:
        faults = RandomFaults(seed, 0.5)
        return [(fault.kind, fault.at) for _ in range(50) for fault in faults.draw("trend")]

    assert drawn(7) == drawn(7) != drawn(8)
    assert set(PASSING) >= {kind for kind, _ in drawn(7)}


def test_polls_do_not_change_what_meets_the_others_and_the_spared_are_spared() -> None:
    alone, polled = RandomFaults(3, 0.5, spared=["sdev"]), RandomFaults(3, 0.5, spared=["sdev"])
    for _ in range(20):
        assert () == polled.draw("sdev")
        polled.draw("scnt")

    assert [alone.draw("trend") for _ in range(20)] == [polled.draw("trend") for _ in range(20)]


def paid(counter: Counter, token: int) -> bool:
    """Pay in a grosz; ask with `rpt` until the printer says whether it was done."""
    parser = FrameParser(read_answer)
    command = f"cash␉@{token:04d}␉kw1␉wpT␉"
    for _ in range(50):
        counter.printer.pc1.receive(enclose(as_bytes(command)))
        data = counter.raw()
        while counter.printer.pc1.take_then():
            data += counter.raw()
        for said in parser.feed(data):
            if isinstance(said, Answer) and said.token == token:
                return True
            if isinstance(said, FrameError) and (said.token, said.code) == (token, 13):
                return False
        command = f"rpt␉@{token:04d}␉"
    raise AssertionError("the printer never said")


def test_with_tokens_every_fault_from_a_seed_can_be_told_from_the_outside(counter: Counter) -> None:
    counter.printer.faults = RandomFaults(11, 0.4, Menu(late=0.0))

    done = sum(paid(counter, token) for token in range(1, 200))

    assert 50 < done < 199
    assert done == cash(counter) == len(counter.printer.fiscal.non_fiscal)
    assert set(PASSING) == {fault.kind for _, fault in counter.printer.faults.happened}


# -- older firmware ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "getrealid␉",
        "eclastdocnoget␉ty0␉",
        "trnipset␉ni1␉",
        "eparagonstatusget␉",
        "eparagonidznext␉id1␉",
        "doccntget␉",
        "fmrecrd␉",
    ],
)
def test_older_firmware_lacks_commands(command: str) -> None:
    name = command.partition("␉")[0]

    assert [f"ERR␉?1␉cm{name}␉"] == Counter(OLD_HS).ask(command)


def test_older_firmware_counts_the_same_and_says_less() -> None:
    counter = Counter(OLD_HS)
    counter.sell()
    counter.tell("trinit␉", "prncancel␉")

    assert ["scnt␉rd4␉hn57␉bn1␉fn0␉nuZBF 2101002392␉"] == counter.ask("scnt␉")
    assert ["rtcget␉da2026-10-09;11:48␉"] == counter.ask("rtcget␉")
    for command, dropped in (("stot␉", {"is", "ie", "nf"}), ("sfsk␉", {"tm"})):
        (answer,) = counter.ask(command)
        assert not dropped & {piece[:2] for piece in answer.split("␉")}
    assert ["sid␉nmPOSNET THERMAL HS FV␉vr1.07␉"] == counter.ask("sid␉")
    assert 2 == counter.printer.memory.counters.receipts


def test_older_firmware_takes_shorter_names_and_another_code_for_the_operator() -> None:
    counter = Counter(OLD_HS)
    counter.tell("trinit␉")
    assert ["ERR␉?10␉cmtrline␉fdna␉"] == counter.ask("trline␉na" + 41 * "x" + "␉vt0␉pr1␉")
    counter.tell("trline␉na" + 40 * "x" + "␉vt0␉pr1␉", "trend␉")

    counter.ask("dailyrep␉")
    counter.printer.operator.press_key(confirm=False)

    assert ["dailyrep␉?10␉"] == counter.answers()
    assert ["vatset␉?2028␉"] == counter.ask("vatset␉va23␉vb8␉vc5␉vd0␉da2026-10-09␉")

"""`receipt-bridge api` as a process of its own against a simulated BaseLinker, and what it tells offline."""

from __future__ import annotations

import base64
import json
import os
import pty
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commands import PROGRAM, Ended, run_at_terminal, run_command, surroundings
from support.desks import TechniciansDesk, technicians_desk
from support.programs import Program
from support.waiting import LONGEST

from bridge.baselinker.budget import Priority
from bridge.baselinker.methods import methods
from bridge.baselinker.shared_budget import shared_budget
from bridge.cli.api_values import ValueMistakes, parameters_of
from bridge.config.secret import Secret
from simulators.baselinker.faults import Fault, Kind
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import TOKEN, BaseLinkerServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PDF = b"%PDF-1.4\n+/+ a receipt \xff\n"


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as opened:
        yield opened


@pytest.fixture
def account(tmp_path: Path, server: BaseLinkerServer) -> TechniciansDesk:
    """A configuration for an account with 130 receipts, 700001 to 700130."""
    for sample in sample_receipts(130, 0):
        server.add_receipt(sample.products, **sample.fields)
    return technicians_desk(tmp_path / "account", url=server.url)


@pytest.fixture
def program(account: TechniciansDesk, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(account, capsys)


def called(server: BaseLinkerServer) -> list[tuple[str, dict[str, Any]]]:
    return [(call.method, dict(call.parameters)) for call in server.ledger.requests]


def answer_at_terminal(answer: str, *words: str, config: Path) -> tuple[int, str]:
    """Run a command whose standard input is a terminal at which a person types an answer."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "wb", buffering=0) as keyboard:
        process = subprocess.Popen(
            [*PROGRAM, *words, "--config", str(config)],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=surroundings(),
        )
        os.close(theirs)
        keyboard.write(f"{answer}\n".encode())
        said, _ = process.communicate(timeout=LONGEST)
    return process.returncode, said.decode()


# -- calls ---------------------------------------------------------------------------------------------------------


def test_a_call_is_sent_and_its_answer_is_a_table(account: TechniciansDesk, server: BaseLinkerServer) -> None:
    ended = run_command("api", "getSeries", config=account.config)

    assert (0, "") == (ended.code, ended.err)
    assert ["id", "type", "name", "format"] == ended.out.splitlines()[0].split()
    assert ["1", "RECEIPT", "Paragony"] == ended.out.splitlines()[1].split()[:3]
    assert [("getSeries", {})] == called(server)


def test_the_simulator_as_a_process_answers_it_too(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "simulators.baselinker", "--port", "0", "--receipts", "2"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as simulator:
        try:
            assert simulator.stdout is not None
            url = simulator.stdout.readline().split()[1]
            desk = technicians_desk(tmp_path / "desk", url=url)
            ended = run_command("api", "getReceipts", "--json", config=desk.config)
        finally:
            simulator.kill()

    assert (0, "") == (ended.code, ended.err)
    assert 2 == len(json.loads(ended.out)["receipts"])


def test_an_answer_in_json_is_whole_and_mended(program: Program, server: BaseLinkerServer) -> None:
    answer = program.json("api", "getReceipt", "receipt_id=700001")

    assert "SUCCESS" == answer["status"]
    assert 700001 == answer["receipt_id"]
    assert answer["exchange_rate"] is None
    assert server.receipts[700001].total == round(100 * answer["total_price_brutto"])
    assert [("getReceipt", {"receipt_id": 700001})] == called(server)


def test_plain_fields_stand_above_the_tables(program: Program) -> None:
    lines = program("api", "getReceipt", "receipt_id=700001").out.splitlines()

    assert ["receipt_id", "700001"] == lines[0].split()
    assert "\nitems\nname" in "\n".join(lines)


def test_all_pages_are_fetched_one_after_the_other(program: Program, server: BaseLinkerServer) -> None:
    answer = program.json("api", "getReceipts", "--all")

    assert [*range(700001, 700131)] == [entry["receipt_id"] for entry in answer["receipts"]]
    assert 2 == len(called(server))
    assert 131 == len(program("api", "getReceipts", "--all").out.splitlines())
    assert [*range(700120, 700131)] == [
        entry["receipt_id"]
        for entry in program.json("api", "getReceipts", "id_from=700120", "--all")["receipts"]
    ]


def test_no_entries_are_no_mistake(program: Program) -> None:
    assert {"receipts": []} == program.json("api", "getReceipts", "series_id=99", "--all")
    assert "no receipts\n" == program("api", "getReceipts", "series_id=99", "--all").out
    assert "no receipts\n" == program("api", "getReceipts", "series_id=99").out


def test_pages_that_do_not_come_end_with_1_and_an_answer_that_is_no_json(
    program: Program, server: BaseLinkerServer
) -> None:
    server.faults.script("getReceipts", Fault(Kind.SLOW, seconds=0), Fault(Kind.BAD_GATEWAY))

    ended = program("api", "getReceipts", "--all", "--json")

    assert 1 == ended.code
    assert "HTTP 502" in ended.err
    with pytest.raises(ValueError):
        json.loads(ended.out)


def test_all_is_refused_where_there_are_no_pages(program: Program, server: BaseLinkerServer) -> None:
    ended = program("api", "getSeries", "--all")

    assert (2, "") == (ended.code, ended.out)
    assert "getSeries has no pages" in ended.err
    assert [] == called(server)


# -- values --------------------------------------------------------------------------------------------------------


def test_a_file_is_sent_as_baselinker_wants_it(
    program: Program, server: BaseLinkerServer, tmp_path: Path
) -> None:
    file = tmp_path / "receipt.pdf"
    file.write_bytes(PDF)

    ended = program("api", "addOrderReceiptFile", "receipt_id=700001", f"file=@{file}", "--yes")

    assert (0, "status  done\n", "") == (ended.code, ended.out, ended.err)
    assert PDF == server.receipts[700001].file
    ((_, parameters),) = called(server)
    assert f"data:{base64.b64encode(PDF).decode()}" == parameters["file"]


def test_parameters_come_from_a_file_or_standard_input_too(
    program: Program, account: TechniciansDesk, server: BaseLinkerServer
) -> None:
    file = account.write("parameters.json", '{"receipt_id": 1, "series_id": 1.50}')

    program("api", "getReceipts", "--parameters", str(file), "receipt_id=2")
    piped = subprocess.run(
        [*PROGRAM, "api", "getReceipts", "--parameters", "-", "--config", str(account.config)],
        input=b'{"id_from": 700129}',
        capture_output=True,
        check=False,
        env=surroundings(),
        timeout=LONGEST,
    )

    assert 0 == piped.returncode
    assert 3 == len(piped.stdout.splitlines())
    assert [("getReceipts", {"id_from": 700129})] == called(server)


@pytest.mark.parametrize(
    ("method", "words", "parameters"),
    [
        ("setOrderFields", ["order_id=7", "admin_comments=2024"], {"order_id": 7, "admin_comments": "2024"}),
        (
            "setOrderFields",
            ['admin_comments="@x"', "user_login=null"],
            {"admin_comments": "@x", "user_login": "null"},
        ),
        ("setOrderFields", ["delivery_price=9.90"], {"delivery_price": "9.90"}),
        ("setOrderFields", ["phone=0048 22", "email="], {"phone": "0048 22", "email": ""}),
        ("setOrderFields", ["a=b=c"], {"a": "b=c"}),
        ("getOrders", ["get_unconfirmed_orders=true"], {"get_unconfirmed_orders": True}),
        ("getOrders", ["new=[1, 2]", "other=NaN", "third=x"], {"new": [1, 2], "other": "NaN", "third": "x"}),
    ],
)
def test_a_value_has_the_type_the_method_wants(
    method: str, words: list[str], parameters: dict[str, Any]
) -> None:
    found = parameters_of(methods()[method], words, None)

    if "delivery_price" in parameters:
        found = {key: str(value) for key, value in found.items()}
    assert parameters == found


def test_without_a_known_method_a_value_is_json_where_it_can_be_read_so() -> None:
    assert {"a": 1, "b": "x", "c": {"d": None}} == parameters_of(None, ["a=1", "b=x", 'c={"d": null}'], None)


def test_a_file_that_is_no_file_for_baselinker_is_read_like_a_value(tmp_path: Path) -> None:
    (tmp_path / "lines").write_text('[{"name": "Herbata"}]', encoding="utf-8")
    (tmp_path / "note").write_text("2024", encoding="utf-8")
    words = [f"products=@{tmp_path / 'lines'}", f"admin_comments=@{tmp_path / 'note'}"]

    assert {"products": [{"name": "Herbata"}], "admin_comments": "2024"} == parameters_of(
        methods()["setOrderFields"], words, None
    )


def test_all_mistakes_in_values_are_told_at_once(
    program: Program, server: BaseLinkerServer, tmp_path: Path
) -> None:
    (tmp_path / "binary").write_bytes(PDF)
    (tmp_path / "list").write_text("[1]", encoding="utf-8")
    words = ["7", "=7", "a=1", "a=2", "b=@/no/such/file", f"c=@{tmp_path / 'binary'}"]

    ended = program("api", "getOrders", *words, "--parameters", str(tmp_path / "list"))

    assert (2, "") == (ended.code, ended.out)
    assert [
        "'7' is no KEY=VALUE",
        "'=7' is no KEY=VALUE",
        "a is given twice",
        "/no/such/file: cannot be read (No such file or directory)",
        f"{tmp_path / 'binary'}: is no text in UTF-8, and c takes no other file",
        f"{tmp_path / 'list'}: holds no JSON object of parameters",
    ] == [line.removeprefix("receipt-bridge: ") for line in ended.err.splitlines()]
    assert [] == called(server)


@given(st.text(max_size=40).filter(lambda text: not text.startswith("@")))
def test_any_value_can_be_typed(text: str) -> None:
    (value,) = parameters_of(methods()["setOrderFields"], [f"admin_comments={text}"], None).values()
    assert isinstance(value, str)
    assert value == text or text.strip().startswith('"')
    quoted = parameters_of(None, [f"x={json.dumps(text)}"], None)
    assert {"x": text} == quoted


def test_a_text_nested_without_end_is_a_text() -> None:
    deep = "[" * 100_000

    assert {"x": deep} == parameters_of(None, [f"x={deep}"], None)
    with pytest.raises(ValueMistakes, match="cannot be read"):
        parameters_of(None, [], "/no/such/file")


def test_mistakes_in_parameters_are_told_before_anything_is_sent_or_asked(
    program: Program, server: BaseLinkerServer
) -> None:
    ended = program("api", "setOrderStatus", "order_id=seven")

    assert (2, "") == (ended.code, ended.out)
    assert "status_id is required, but missing" in ended.err
    assert "order_id must be a whole number, not 'seven'" in ended.err
    assert "nothing was sent; see receipt-bridge api setOrderStatus --help" in ended.err
    assert [] == called(server)


def test_a_parameter_that_is_not_known_is_sent_with_a_warning(
    program: Program, server: BaseLinkerServer
) -> None:
    ended = program("api", "getSeries", "colour=red")

    assert 0 == ended.code
    assert "receipt-bridge: getSeries: sent although the client does not know it: colour\n" == ended.err
    assert [("getSeries", {"colour": "red"})] == called(server)


# -- asking first --------------------------------------------------------------------------------------------------

CONFIRM = (
    "api",
    "setOrderReceipt",
    "receipt_id=700001",
    "receipt_nr=W1",
    "date=1790000000",
    "printer_error=false",
)


def test_what_is_lost_is_not_touched_without_a_person_or_yes(
    account: TechniciansDesk, server: BaseLinkerServer
) -> None:
    ended = run_command(*CONFIRM, config=account.config)

    assert (2, "") == (ended.code, ended.out)
    assert "setOrderReceipt overwrites what BaseLinker has; nothing was sent" in ended.err
    assert [] == called(server)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("tak", 0), ("n", 2), ("", 2), ("maybe", 2)])
def test_a_person_is_asked(
    account: TechniciansDesk, server: BaseLinkerServer, answer: str, code: int
) -> None:
    ended, said = answer_at_terminal(answer, *CONFIRM, config=account.config)

    assert code == ended
    assert "setOrderReceipt overwrites what BaseLinker has. Send it? [y/N] " in said
    assert ("nothing was sent" in said) == bool(code)
    assert (0 if code else 1) == len(called(server))


def test_with_yes_nobody_is_asked(account: TechniciansDesk, server: BaseLinkerServer) -> None:
    assert 0 == run_command(*CONFIRM, "--yes", config=account.config).code
    assert "W1" == server.receipts[700001].external_receipt_number


def test_every_method_that_destroys_asks(program: Program, server: BaseLinkerServer) -> None:
    destroying = [name for name, method in methods().items() if method.destroys]
    for name in destroying:
        ended = program("api", name)
        assert 2 == ended.code
        assert "nothing was sent" in ended.err

    assert 40 < len(destroying)
    assert [] == called(server)


def test_a_method_nobody_knows_is_sent_only_with_yes(program: Program, server: BaseLinkerServer) -> None:
    ended = program("api", "getReciepts")
    assert (2, "") == (ended.code, ended.out)
    assert "no method 'getReciepts' is known; did you mean getReceipts?" in ended.err
    assert [] == called(server)

    ended = program("api", "getTomorrow", "day=1", "--yes", "--json")
    assert 1 == ended.code
    assert "ERROR_UNKNOWN_METHOD" in ended.err
    assert ["ERROR", "ERROR_UNKNOWN_METHOD"] == [*json.loads(ended.out).values()][:2]
    assert [("getTomorrow", {"day": 1})] == called(server)


# -- when it does not work -----------------------------------------------------------------------------------------


def test_a_refusal_ends_with_1_and_baselinkers_own_words(program: Program) -> None:
    ended = program("api", "getReceipt", "receipt_id=1")

    assert (1, "") == (ended.code, ended.out)
    assert ended.err.startswith("receipt-bridge: getReceipt: BaseLinker refused the call: ERROR_")


def test_an_answer_that_is_lost_tells_that_it_may_have_happened(
    program: Program, server: BaseLinkerServer
) -> None:
    server.faults.script("setOrderReceipt", Kind.LOST_ANSWER)

    ended = program(*CONFIRM, "--yes")

    assert (1, "") == (ended.code, ended.out)
    assert "It may have been carried out all the same." in ended.err


def test_a_wrong_token_ends_with_78(program: Program, server: BaseLinkerServer) -> None:
    server.token = "0000-ANOTHER-FAKE"

    ended = program("api", "getSeries")

    assert (78, "") == (ended.code, ended.out)
    assert "Create a token in BaseLinker" in ended.err
    assert TOKEN not in ended.err


def test_a_block_that_the_daemon_met_is_kept_to(
    program: Program, account: TechniciansDesk, server: BaseLinkerServer
) -> None:
    shared_budget(account.folder, Secret(server.token), 40).block(time.monotonic() + 600)

    ended = program("api", "getSeries")

    assert (1, "") == (ended.code, ended.out)
    assert "not sent, because requests are blocked until 20" in ended.err
    assert [] == called(server)


def test_the_second_half_of_the_budget_is_left_to_the_daemon(
    program: Program, account: TechniciansDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = shared_budget(account.folder, Secret(TOKEN), 40)
    for _ in range(19):
        assert daemon.take(Priority.CONFIRM, patience=0) is not None
    assert 0 == program("api", "getSeries").code
    monkeypatch.setattr("bridge.cli.api._PATIENCE", 1.0)

    ended = program("api", "getSeries")

    assert 1 == ended.code
    assert "the request budget is used up until 20" in ended.err
    assert daemon.take(Priority.POLL, patience=0) is not None


# -- offline -------------------------------------------------------------------------------------------------------


def offline(*words: str) -> Ended:
    return run_command("api", *words, RECEIPT_BRIDGE_CONFIG="/no/such/file")


def test_all_methods_are_listed_offline() -> None:
    ended = offline("--list")

    assert (0, "") == (ended.code, ended.err)
    assert ["method", *methods()] == [line.split()[0] for line in ended.out.splitlines()]


def test_methods_about_a_word_are_listed(program: Program) -> None:
    lines = program("api", "--list", "RECEIPT").out.splitlines()

    assert ["method", "note", "does"] == lines[0].split()
    assert {"getNewReceipts", "setOrderReceipt", "getSeries"} <= {line.split()[0] for line in lines}
    assert "deleteOrders" not in {line.split()[0] for line in lines}
    assert "no method is about 'teleport'\n" == program("api", "--list", "teleport").out
    assert {"methods": []} == program.json("api", "--list", "teleport")
    assert 2 == program("api", "--list", "new", "receipt").code


@pytest.mark.parametrize("name", methods())
def test_every_method_explains_itself_offline(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from bridge.cli import main

    with pytest.raises(SystemExit) as ended:
        main(["api", name, "--help"])

    told, method = capsys.readouterr().out, methods()[name]
    assert 0 == ended.value.code
    assert method.does in told
    assert method.reference in told
    for one in (*method.parameters, *method.reply):
        assert any(line.split()[:1] == [one.name] for line in told.splitlines())
    assert bool(method.destroys) == (" what BaseLinker has: asks first" in told)
    assert bool(method.paging) == ("--all" in told)


def test_what_a_method_needs_is_told() -> None:
    told = offline("setOrderReceipt", "--help").out.splitlines()
    assert ["receipt_id", "yes"] == next(line for line in told if line.startswith("receipt_id ")).split()[:2]

    told = offline("getReceipt", "-h").out.splitlines()
    assert "One of receipt_id and order_id is needed." in told


def test_the_documentation_of_a_method_nobody_knows_is_none() -> None:
    ended = offline("getReciepts", "--help")

    assert (2, "") == (ended.code, ended.out)
    assert "did you mean getReceipts?" in ended.err


def test_without_a_method_it_tells_where_they_are(program: Program) -> None:
    ended = program("api")

    assert (2, "") == (ended.code, ended.out)
    assert "see them all with --list" in ended.err


# -- at a terminal -------------------------------------------------------------------------------------------------


def test_a_table_keeps_to_the_width_of_the_terminal(account: TechniciansDesk) -> None:
    ended = run_at_terminal("api", "getReceipts", config=account.config, columns=80, NO_COLOR="1")

    table, note = ended.out.split("not shown: ")
    assert 0 == ended.code
    assert max(map(len, table.splitlines())) <= 80
    assert 101 == len(table.splitlines())
    assert "products" in note


def test_one_record_is_shown_with_all_its_fields(account: TechniciansDesk) -> None:
    ended = run_at_terminal("api", "getReceipts", "id_from=700130", config=account.config, NO_COLOR="1")

    assert ["receipt_id", "700130"] == ended.out.splitlines()[0].split()
    assert "\nproducts " in ended.out


def test_what_comes_from_outside_cannot_steer_a_terminal(program: Program, server: BaseLinkerServer) -> None:
    server.edit_receipt(700001, payment_method="\x1b[31mred\r\n")

    for words in ((), ("--json",), ("--all",), ("--all", "--json")):
        said = program("api", "getReceipts", *words).out
        assert "\x1b" not in said
        assert "\r" not in said
        assert "red" in said

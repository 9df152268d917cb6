"""Log lines as entries of systemd's journal: a real datagram socket stands in its place."""

from __future__ import annotations

import logging
import os
import socket
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import journald, messages
from bridge.log import last_resort, logger, say, say_at_length, start_logging

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "0000-0000-FAKE-TOKEN"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root, ours = logging.getLogger(), logger()
    before = (root.handlers[:], root.level, ours.level)
    yield
    for handler in set(root.handlers) - set(before[0]):
        handler.close()
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def decode(entry: bytes) -> dict[str, str]:
    """Return the fields of an entry, by the protocol's own words."""
    fields: dict[str, str] = {}
    while entry:
        line, _, rest = entry.partition(b"\n")
        name, is_text, value = line.partition(b"=")
        if not is_text:
            (length,) = struct.unpack_from("<Q", rest)
            value, rest = rest[8 : 8 + length], rest[8 + length :]
            assert b"\n" == rest[:1]
            rest = rest[1:]
        fields[name.decode()] = value.decode()
        entry = rest
    return fields


class Journald:
    """What listens in the journal's place."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listening.bind(self.path)
        self.listening.settimeout(20)

    def entry(self) -> dict[str, str]:
        data, descriptors, _flags, _from = socket.recv_fds(self.listening, 2**20, 1)
        for descriptor in descriptors:
            with os.fdopen(descriptor, "rb") as file:
                file.seek(0)
                data = file.read()
        return decode(data)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Journald]:
    made = Journald(tmp_path / "journald")
    with made.listening:
        yield made


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[io.TextIOWrapper]:
    with (tmp_path / "stderr").open("w+") as opened:
        yield opened


def begin(stream: io.TextIOWrapper, path: str, *secrets: str, level: str = "info") -> None:
    status = os.fstat(stream.fileno())
    environ = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
    start_logging(level, environ, stream, secrets, journal_socket=path)


def written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


def test_an_entry_is_these_bytes() -> None:
    entry = journald.encode({"PRIORITY": "6", "MESSAGE": "żółw\nturtle", "EMPTY": ""})

    assert (
        b"PRIORITY=6\nMESSAGE\n\x0e\x00\x00\x00\x00\x00\x00\x00\xc5\xbc\xc3\xb3\xc5\x82w\nturtle\nEMPTY=\n"
    ) == entry


@given(st.dictionaries(st.from_regex(r"[A-Z][A-Z0-9_]{0,20}", fullmatch=True), st.text()))
def test_whatever_is_encoded_is_read_back(fields: dict[str, str]) -> None:
    sane = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}

    assert sane == decode(journald.encode(fields))


@given(st.text())
def test_every_fact_has_a_name_the_journal_takes(fact: str) -> None:
    name = journald.field_name(fact)

    assert 1 <= len(name) <= 64
    assert name[0].isalpha()
    assert all(
        letter.isascii() and (letter.isupper() or letter.isdigit() or letter == "_") for letter in name
    )


def test_a_line_becomes_an_entry_with_its_facts_as_fields(
    listener: Journald, stream: io.TextIOWrapper
) -> None:
    begin(stream, listener.path)

    say(messages.RECEIPT_PRINTED, "receipt printed", receipt=1001, printer="till", state="printed", number="")

    assert {
        "MESSAGE": "receipt printed receipt=1001 printer=till state=printed",
        "MESSAGE_ID": messages.RECEIPT_PRINTED.id,
        "EVENT": "receipt_printed",
        "PRIORITY": "6",
        "SYSLOG_IDENTIFIER": "receipt-bridge",
        "RECEIPT_ID": "1001",
        "PRINTER": "till",
        "STATE": "printed",
    } == listener.entry()
    assert "" == written(stream)


def test_no_fact_takes_the_place_of_the_line_s_own_fields(
    listener: Journald, stream: io.TextIOWrapper
) -> None:
    begin(stream, listener.path)

    say(messages.PRINTER_WAITS, "printer waits", priority=0, message_id="x", event="y", _pid=1)

    entry = listener.entry()
    assert ("4", messages.PRINTER_WAITS.id, "printer_waits") == (
        entry["PRIORITY"],
        entry["MESSAGE_ID"],
        entry["EVENT"],
    )
    assert all(not name.startswith("_") for name in entry)


def test_a_failure_carries_its_traceback_in_one_entry(listener: Journald, stream: io.TextIOWrapper) -> None:
    begin(stream, listener.path)

    def fail() -> None:
        raise ValueError("no such rate\n<6>forged")

    try:
        fail()
    except ValueError as error:
        last_resort(error)

    entry = listener.entry()
    assert ("2", messages.PROGRAM_FAILED.id) == (entry["PRIORITY"], entry["MESSAGE_ID"])
    first, *rest = entry["MESSAGE"].split("\n")
    assert "the program failed: no such rate <6>forged" == first
    assert all(line.startswith("  ") for line in rest)
    assert "  ValueError: no such rate" in rest


def test_lines_of_libraries_have_an_id_too(listener: Journald, stream: io.TextIOWrapper) -> None:
    begin(stream, listener.path)

    logging.getLogger("PIL.Image").warning("odd picture")

    entry = listener.entry()
    assert ("odd picture", messages.LIBRARY.id, "4") == (
        entry["MESSAGE"],
        entry["MESSAGE_ID"],
        entry["PRIORITY"],
    )


@pytest.mark.parametrize("size", [100, 300_000, 5_000_000])
def test_an_entry_of_any_size_arrives(listener: Journald, stream: io.TextIOWrapper, size: int) -> None:
    begin(stream, listener.path)

    say_at_length(messages.THREAD_HANGS, "hangs", ["x" * size])

    assert f"hangs\n  {'x' * size}" == listener.entry()["MESSAGE"]


def test_secrets_are_blotted_out_of_every_field(listener: Journald, stream: io.TextIOWrapper) -> None:
    begin(stream, listener.path, TOKEN)

    say(messages.TOKEN_REFUSED, f"refused {TOKEN}", what=f"token {TOKEN}")
    say_at_length(messages.THREAD_HANGS, "hangs", [f"in {TOKEN}"])

    for entry in (listener.entry(), listener.entry()):
        assert all(TOKEN not in value for value in entry.values())
        assert any("(token)" in value for value in entry.values())


def test_where_the_journal_s_socket_is_not_there_lines_carry_their_priority(
    tmp_path: Path, stream: io.TextIOWrapper
) -> None:
    begin(stream, str(tmp_path / "nobody"))

    say(messages.PRINTER_WAITS, "printer waits", printer="till")

    assert "<4>printer waits printer=till\n" == written(stream)


def test_a_journal_that_goes_away_costs_no_line_and_is_used_again_when_it_is_back(
    tmp_path: Path, stream: io.TextIOWrapper
) -> None:
    path = tmp_path / "journald"
    first = Journald(path)
    begin(stream, str(path))
    say(messages.STARTING, "one")
    assert "one" == first.entry()["MESSAGE"]
    first.listening.close()
    path.unlink()

    say(messages.STARTING, "two")
    second = Journald(path)
    say(messages.STARTING, "three")

    assert "<6>two\n" == written(stream)
    with second.listening:
        assert "three" == second.entry()["MESSAGE"]


def test_a_terminal_gets_lines_although_a_journal_listens(
    listener: Journald, stream: io.TextIOWrapper
) -> None:
    start_logging("info", {}, stream, journal_socket=listener.path)

    say(messages.RECEIPT_PRINTED, "receipt printed", receipt=1001)

    assert " info     receipt printed receipt=1001\n" in written(stream)


def test_a_journal_that_takes_nothing_does_not_hold_up_the_daemon(
    listener: Journald, stream: io.TextIOWrapper
) -> None:
    begin(stream, listener.path)
    filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with filler:
        filler.settimeout(0)
        filler.connect(listener.path)
        with pytest.raises(BlockingIOError):
            while True:
                filler.send(b"x" * 1000)

        say(messages.PRINTER_WAITS, "printer waits")

    assert "<4>printer waits\n" == written(stream)

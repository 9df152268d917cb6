"""Reading the configuration: what is accepted, and every mistake at once with file, line, key and cure."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.config.mistakes import ConfigError
from bridge.config.reading import load_config
from drivers import registry

if TYPE_CHECKING:
    from bridge.config.model import Config

PATIENT = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""Slow machines are no reason to fail."""

PRINTER = '[[printers]]\nname = "counter"\ndriver = "escpos"\naddress = "tcp://192.0.2.10:9100"\n'
FISCAL = PRINTER.replace('"escpos"', '"posnet"') + 'edocument = "on"\n'
DRIVERS = ", ".join(registry.names())
AS_ROOT = os.geteuid() == 0


def read(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, {})


def mistakes(folder: Path, text: str) -> list[str]:
    """Return the mistakes as lines, without the folder in front."""
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.mistakes)
    assert all(line.startswith(f"{folder}/config.toml:") for line in lines)
    return [line.removeprefix(f"{folder}/config.toml:") for line in lines]


def test_a_printer_is_enough_and_everything_else_has_its_default(tmp_path: Path) -> None:
    config = read(tmp_path, PRINTER)
    assert config.file == tmp_path / "config.toml"
    assert config.baselinker.url == "https://api.baselinker.com/connector.php"
    assert config.baselinker.poll_seconds == 10
    assert config.baselinker.requests_per_minute == 40
    assert config.baselinker.poll_max_age_seconds == 30
    assert config.baselinker.check_totals
    assert config.journal.path == Path("/var/lib/receipt-bridge/journal.sqlite")
    assert config.outbox.path is None
    assert (config.log.level, config.log.language) == ("info", "en")
    assert config.printers[0].enabled
    assert config.printers[0].series is None


def test_every_key_can_be_set(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [baselinker]
        url = "http://127.0.0.1:8080/connector.php"
        token_file = "token"
        poll_seconds = 2
        requests_per_minute = 100
        check_totals = false
        poll_max_age_seconds = 12.5
        [journal]
        path = "../journal.sqlite"
        [[printers]]
        name = "Kasa_1.a-b"
        driver = "escpos"
        address = "usb://04b8:0e15"
        series = [3, 5]
        enabled = false
        paper_mm = 58
        logo = "logo.png"
        [[series]]
        id = 5
        copy = "pdf"
        [outbox]
        path = "/srv/outbox"
        max_file_kib = 100
        settle_seconds = 0
        [log]
        level = "debug"
        language = "pl"
        """,
    )
    assert config.baselinker.token_file == tmp_path / "token"
    assert config.journal.path == tmp_path / "../journal.sqlite"
    assert config.outbox.path == Path("/srv/outbox")
    assert config.printers[0].series == (3, 5)
    assert not config.printers[0].enabled
    assert config.printers[0].options.model_dump(include={"paper_mm", "logo"}) == {
        "paper_mm": 58,
        "logo": tmp_path / "logo.png",
    }
    assert config.copy_as(5) == "pdf"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        '[baselinker]\npoll_seconds = "10"\nurll = "x"\n'
        '[[printers]]\nname = "k1"\ndriver = "escpso"\n'
        '[[printers]]\nname = "K1"\ndriver = "escpos"\naddress = "tcp://192.0.2.10"\ncutt = 1\n'
        '[log]\nlevel = "warn"\n[outbox]\nmax_file_kib = 0',
    )
    assert found == [
        "2: baselinker.poll_seconds: '10' is not allowed: a number, without quotation marks",
        (
            "3: baselinker.urll: is not a key here: one of url, token_file, poll_seconds, requests_per_minute, "
            'check_totals, poll_max_age_seconds; did you mean "url"?'
        ),
        '4: printers[0].address: is missing; add it, for example: address = "tcp://192.0.2.10:9100"',
        f"6: printers[0].driver: 'escpso' is not allowed: one of {DRIVERS}; did you mean \"escpos\"?",
        (
            "7: printers[1].series: is missing: only one printer may serve every series that no other names; "
            "that is already printers[0] ('k1')"
        ),
        "8: printers[1].name: 'K1' is taken: give every printer its own name; it is the name of printers[0] ('k1')",
        (
            "10: printers[1].address: 'tcp://192.0.2.10' is not allowed: the port is missing; "
            "write tcp://HOST:PORT (raw printing mostly uses 9100)"
        ),
        found[7],
        "13: log.level: 'warn' is not allowed: one of debug, info, warning, error; did you mean \"warning\"?",
        "15: outbox.max_file_kib: 0 is not allowed: at least 1",
    ]
    assert found[7].startswith("11: printers[1].cutt: is not a key here: one of name, driver, address, ")
    assert found[7].endswith('; did you mean "cut"?')


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("[baselinker]\nurl = 5", "2: baselinker.url: 5 is not allowed: text in quotation marks"),
        (
            '[baselinker]\nurl = "http://api.baselinker.com"',
            "2: baselinker.url: 'http://api.baselinker.com' is not",
        ),
        (
            '[baselinker]\nurl = "https://a b.example"',
            "2: baselinker.url: 'https://a b.example' is not allowed: is not",
        ),
        (
            '[baselinker]\nurl = "https://[::1"',
            "2: baselinker.url: 'https://[::1' is not allowed: is not a web address",
        ),
        (
            '[baselinker]\nurl = "https://x:99999/"',
            "2: baselinker.url: 'https://x:99999/' is not allowed: is not a web",
        ),
        (
            "[baselinker]\npoll_seconds = nan",
            "2: baselinker.poll_seconds: nan is not allowed: a finite number",
        ),
        ("[baselinker]\npoll_seconds = true", "2: baselinker.poll_seconds: true is not allowed: a number"),
        (
            "[baselinker]\nrequests_per_minute = 4.5",
            "2: baselinker.requests_per_minute: 4.5 is not allowed: a whole",
        ),
        (
            "[baselinker]\nrequests_per_minute = 101",
            "2: baselinker.requests_per_minute: 101 is not allowed: at most 100",
        ),
        ("[baselinker]\ncheck_totals = 1", "2: baselinker.check_totals: 1 is not allowed: true or false"),
        ('[journal]\npath = "~/j"', "2: journal.path: '~/j' is not allowed: ~ means nothing to a service"),
        ('[journal]\npath = ""', "2: journal.path: '' is not allowed: is not a path"),
        ('[journal]\npath = "a\\u0000b"', "2: journal.path: 'a\\x00b' is not allowed: is not a path"),
        (
            "[journal]\npath = 1979-05-27",
            "2: journal.path: 1979-05-27 is not allowed: a path in quotation marks",
        ),
        (
            "[[journal]]\n",
            "1: journal: [{}] is not allowed: it stands once; write [journal] with single brackets",
        ),
        ('journal = "x"', "1: journal: 'x' is not allowed: a table"),
        (
            '[printer]\nname = "x"',
            "1: printer: is not a key here: one of baselinker, journal, backlog, printers, series, outbox",
        ),
        ('file = "x"', "1: file: is not a key here"),
        ('"a\\nb" = 1', '1: "a\\nb": is not a key here'),
        (
            "[log]\nlanguage = 'polski'",
            "2: log.language: 'polski' is not allowed: one of en, pl; did you mean \"pl\"?",
        ),
        ("[[series]]\nid = 0", "2: series[0].id: 0 is not allowed: at least 1"),
        ("[[series]]\nid = 1\n[[series]]\nid = 1", "4: series[1].id: series 1 has a table already"),
        ("[[series]]\nid = 1\ncopy = true", "3: series[0].copy: true is not allowed: one of none, pdf"),
        (
            "[[series]]\ncopy_as = 'pdf'\nid = 1",
            '2: series[0].copy_as: is not a key here: one of id, copy; did you mean "copy"',
        ),
        (
            f"[outbox]\npath = 'x'\nmax_file_kib = {2**70}",
            "3: outbox.max_file_kib: 1180591620717411303424 is not allowed",
        ),
    ],
)
def test_a_mistake_names_line_key_value_and_what_is_allowed(tmp_path: Path, text: str, mistake: str) -> None:
    found = mistakes(tmp_path, f"{text}\n{PRINTER}")
    assert [line for line in found if line.startswith(mistake)], found
    assert len(found) == 1, found


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        ('name = "a b"', "2: printers[0].name: 'a b' is not allowed: at most 32 letters"),
        ('name = "-a"', "2: printers[0].name: '-a' is not allowed"),
        (f'name = "{"a" * 33}"', "2: printers[0].name: 'aaa"),
        ("series = []", "2: printers[0].series: [] is not allowed: at least 1 in the list"),
        ("series = [1, 1]", "2: printers[0].series: [1, 1] is not allowed: names a series twice"),
        ("series = 1", "2: printers[0].series: 1 is not allowed: a list in square brackets"),
        (
            'series = [1,\n"2"]',
            "2: printers[0].series[1]: '2' is not allowed: a whole number, without quotation marks",
        ),
        (
            "enabled = 'no'",
            "2: printers[0].enabled: 'no' is not allowed: true or false, without quotation marks",
        ),
        (
            'address = "/dev/ttyUSB0"',
            "2: printers[0].address: '/dev/ttyUSB0' is not allowed: a serial port is written",
        ),
        ("driver = 7", "2: printers[0].driver: 7 is not allowed: text in quotation marks"),
        ("options = { cut = 1 }", "2: printers[0].options: is not a key here"),
        ("paper_mm = 70", "2: printers[0].paper_mm: 70 is not allowed: one of 58, 80"),
        (
            "paper_mm = '80'",
            "2: printers[0].paper_mm: '80' is not allowed: one of 58, 80, without quotation marks",
        ),
        (
            "proof = 'fenc'",
            "2: printers[0].proof: 'fenc' is not allowed: one of process-id, fence, none; did you mean",
        ),
        ("header = ['a', 2]", "2: printers[0].header[1]: 2 is not allowed: text in quotation marks"),
    ],
)
def test_a_printers_mistake_is_told_with_its_line(tmp_path: Path, lines: str, mistake: str) -> None:
    key = lines.partition(" ")[0]
    rest = "".join(f"{line}\n" for line in PRINTER.splitlines()[1:] if not line.startswith(f"{key} "))
    found = mistakes(tmp_path, f"[[printers]]\n{lines}\n{rest}")
    assert len(found) == 1, found
    assert found[0].startswith(mistake), found


def test_a_list_of_printers_in_single_brackets_is_told_apart(tmp_path: Path) -> None:
    found = mistakes(tmp_path, PRINTER.replace("[[", "[").replace("]]", "]"))
    assert found == [
        "1: printers: a table is not allowed: there may be several; write [[printers]] with double brackets"
    ]


@pytest.mark.parametrize("text", ["", "printers = []"])
def test_no_printer_at_all_is_a_mistake(tmp_path: Path, text: str) -> None:
    found = mistakes(tmp_path, text)
    assert found == [
        "1: printers: no printer is configured; add a [[printers]] table (config.example.toml shows every key)"
    ]


@pytest.mark.parametrize("value", ['"x"', "[1]", "1", "[[[]]]"])
def test_printers_of_the_wrong_shape_are_told(tmp_path: Path, value: str) -> None:
    assert mistakes(tmp_path, f"printers = {value}")


@pytest.mark.parametrize("key", ["token", "api_token", "Token"])
def test_the_token_in_the_file_is_refused_and_never_shown(tmp_path: Path, key: str) -> None:
    found = mistakes(tmp_path, f'{PRINTER}[baselinker]\n{key} = "1-2-FAKEFAKEFAKE"')
    assert found == [
        (
            f"6: baselinker.{key}: never stands in this file; write the token into the file that token_file names, "
            "and remove it here"
        )
    ]


@pytest.mark.parametrize("value", ['"123456-654321-FAKEFAKEFAKEFAKE"', '["123456-654321-FAKEFAKEFAKEFAKE"]'])
def test_the_token_in_the_place_of_its_file_is_refused_and_never_shown(tmp_path: Path, value: str) -> None:
    found = mistakes(tmp_path, f"{PRINTER}[baselinker]\ntoken_file = {value}")
    assert found[0].startswith("6: baselinker.token_file: the value (not shown) is not allowed: ")
    assert "FAKE" not in found[0]


def test_a_password_in_an_address_is_never_shown(tmp_path: Path) -> None:
    found = mistakes(tmp_path, f'{PRINTER}[baselinker]\nurl = "https://user:hunter2@example.com/"')
    assert "hunter2" not in found[0]


def printer(name: str, *lines: str, port: int = 9100) -> str:
    table = [
        "[[printers]]",
        f'name = "{name}"',
        'driver = "escpos"',
        f'address = "tcp://192.0.2.1:{port}"',
        *lines,
    ]
    return "\n".join(table) + "\n"


def test_no_series_is_served_twice(tmp_path: Path) -> None:
    found = mistakes(tmp_path, printer("a", "series = [1, 2]") + printer("b", "series = [2]", port=1))
    assert found == [
        (
            "10: printers[1].series: series 2 is served twice: it would be printed by either; "
            "it is served already by printers[0] ('a')"
        )
    ]


def test_no_device_has_two_printers_however_its_address_is_spelled(tmp_path: Path) -> None:
    serial = 'address = "serial:///dev/ttyS0{}"'
    text = printer("a", "series = [1]") + printer("b", "series = [2]")
    text = text.replace('address = "tcp://192.0.2.1:9100"', serial.format(""), 1)
    text = text.replace('address = "tcp://192.0.2.1:9100"', serial.format("?baud=9600"), 1)
    found = mistakes(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith("9: printers[1].address: 'serial:///dev/ttyS0?baud=9600' is taken: one device")


def test_a_spare_printer_that_is_not_enabled_may_share_series_and_address(tmp_path: Path) -> None:
    text = printer("a", "series = [1]") + printer("b", "series = [1]", "enabled = false")
    assert len(read(tmp_path, text).printers) == 2


def test_a_series_table_that_no_printer_serves_is_a_mistake(tmp_path: Path) -> None:
    found = mistakes(tmp_path, printer("a", "series = [1]") + "[[series]]\nid = 7\n")
    assert found == [
        "7: series[0].id: series 7 is served by no printer: add it to a printer's series, or remove this table"
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[log]\nlevel = info\n", 2, "text stands in quotation marks"),
        ("[log]\nlevel = 'info'\nlevel = 'debug'\n", 3, "this key stands twice"),
        ("[log]\n[log]\n", 2, "this table stands twice"),
        ('[log]\nlevel = "info\n', 2, "the quotation mark at the end of the line is missing"),
        ("[log]\nlevel\n", 2, "write key = value"),
        ("[log]\nlevel = 'info' 'x'\n", 2, "only a # comment may follow"),
        ('[journal]\npath = "C:\\data"\n', 2, "write \\\\ for one backslash"),
        ("a = [1,\n", 2, "is not TOML at its end"),
    ],
)
def test_a_mistake_of_syntax_is_told_with_line_and_cure(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    found = mistakes(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(f"{line}: is not TOML at ")
    assert words in found[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_of_windows_editors_are_read(tmp_path: Path, encoding: str, line_end: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes((PRINTER + 'header = ["Żółw"]\n').replace("\n", line_end).encode(encoding))
    assert load_config(path, {}).printers[0].options.model_dump()["header"] == ("Żółw",)


def test_a_file_that_is_no_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(PRINTER.encode() + 'header = ["Żółw"]\n'.encode("cp1250"))
    with pytest.raises(ConfigError, match=r"config\.toml:5: is not UTF-8 text; save the file as UTF-8"):
        load_config(path, {})


def test_a_missing_file_is_told_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file; name another with --config"):
        load_config(tmp_path / "none.toml", {})


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path, {})


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_an_unreadable_file_is_told_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch(mode=0o000)
    with pytest.raises(ConfigError, match="use sudo"):
        load_config(tmp_path / "config.toml", {})


def test_a_file_of_endless_size_is_refused() -> None:
    with pytest.raises(ConfigError, match="too large"):
        load_config(Path("/dev/zero"), {})


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "other.toml"
    path.write_text(PRINTER)
    assert load_config(None, {"RECEIPT_BRIDGE_CONFIG": str(path)}).file == path
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_config(tmp_path / "none.toml", {"RECEIPT_BRIDGE_CONFIG": str(path)})


def test_the_usual_file_is_read_when_none_is_named() -> None:
    with pytest.raises(ConfigError, match=r"^/etc/receipt-bridge/config\.toml: "):
        load_config(None, {})


KEYS = [
    "baselinker",
    "baselinker.url",
    "baselinker.token_file",
    "baselinker.poll_seconds",
    "baselinker.check_totals",
    "baselinker.tokn",
    "journal.path",
    "printers",
    "log.level",
    "outbox.path",
    "outbox.settle_seconds",
    "series",
    '"" . "a b"',
]
PRINTER_KEYS = [
    "name",
    "driver",
    "address",
    "series",
    "enabled",
    "paper_mm",
    "logo",
    "header",
    "symbol_data",
    "x",
]
TOML_VALUES = st.one_of(
    st.sampled_from(
        ['""', '"escpos"', '"tcp://h:1"', "true", "nan", "-inf", "07:32:00", "1979-05-27T07:32:00Z"]
    ),
    st.sampled_from(
        ["[]", "[1]", "[[]]", "[{}]", "{}", '{ id = 1, b.c = "x" }', '["a", 1]', '"\\u0007\\U0001F600"']
    ),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="'")).map(
        "'{}'".format
    ),
)


@st.composite
def configurations(draw: st.DrawFn) -> str:
    text = "".join(
        f"{key} = {draw(TOML_VALUES)}\n"
        for key in draw(st.lists(st.sampled_from(KEYS), max_size=4, unique=True))
    )
    for _ in range(draw(st.integers(0, 2))):
        keys = draw(st.lists(st.sampled_from(PRINTER_KEYS), unique=True))
        text += "[[printers]]\n" + "".join(f"{key} = {draw(TOML_VALUES)}\n" for key in keys)
    return text


@PATIENT
@given(configurations())
def test_whatever_stands_in_the_file_the_answer_is_a_configuration_or_plain_sentences(
    tmp_path: Path, text: str
) -> None:
    found = wrong_with(tmp_path, text)
    if found is None:
        return
    assert len(str(found).splitlines()) == len(found.mistakes)
    for word in (
        "pydantic",
        "Input should",
        "Value error",
        "validation error",
        "http://errors",
        "_NoOptions",
    ):
        assert word not in str(found)
    lines = [mistake.line for mistake in found.mistakes]
    assert all(line is not None and 1 <= line <= text.count("\n") + 1 for line in lines)


def wrong_with(folder: Path, text: str) -> ConfigError | None:
    try:
        read(folder, text)
    except ConfigError as error:
        return error
    return None


@pytest.mark.parametrize("field", ["", "extra_field_1", "extra_field_2", "custom_extra_fields.123"])
def test_the_field_of_an_order_in_which_a_buyer_asks_for_an_electronic_receipt(
    tmp_path: Path, field: str
) -> None:
    printer = read(tmp_path, f'{FISCAL}edocument_field = "{field}"\n').printers[0]
    assert field == printer.edocument_field


@pytest.mark.parametrize(
    "field", ["extra_field_3", "custom_extra_fields", "custom_extra_fields.a", "extra_field_1 ", "email"]
)
def test_what_is_no_field_for_that_is_told(tmp_path: Path, field: str) -> None:
    (mistake,) = mistakes(tmp_path, f'{FISCAL}edocument_field = "{field}"\n')
    assert "custom_extra_fields.NUMBER" in mistake

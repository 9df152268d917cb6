"""Addresses: every value has a text that means the same, and every mistake is named with its cure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.link.address import (
    BAUD_RATES,
    BYTE_SIZES,
    FLOWS,
    PARITIES,
    STOP_BITS,
    Address,
    CupsAddress,
    FileAddress,
    SerialAddress,
    SimulatorAddress,
    TcpAddress,
    UsbAddress,
    parse_address,
)

ports = st.integers(1, 65535)
hosts = st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,20}[a-z0-9])?(\.[a-z0-9]{1,20}){0,3}", fullmatch=True)
printable = st.text(st.characters(codec="utf-8").filter(str.isprintable), min_size=1, max_size=40)
paths = printable.map("/{}".format)
tcp = st.builds(
    TcpAddress,
    host=hosts | st.ip_addresses(v=6).map(str) | st.ip_addresses(v=4).map(str),
    port=ports,
    baud=st.none() | st.sampled_from(BAUD_RATES),
)
serial = st.builds(
    SerialAddress,
    path=paths,
    baud=st.sampled_from(BAUD_RATES),
    flow=st.sampled_from(FLOWS),
    parity=st.sampled_from(PARITIES),
    stopbits=st.sampled_from(STOP_BITS),
    bytesize=st.sampled_from(BYTE_SIZES),
    spy=st.booleans(),
)
usb = st.builds(
    UsbAddress, vendor=st.integers(0, 0xFFFF), product=st.integers(0, 0xFFFF), serial=st.just("") | printable
)
cups = st.builds(
    CupsAddress,
    queue=st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,20}", fullmatch=True),
    host=st.just("") | hosts | st.builds("{}:{}".format, hosts, ports),
)
files = st.builds(FileAddress, path=paths)
simulators = st.builds(SimulatorAddress, language=st.from_regex(r"[a-z][a-z0-9_-]{0,31}", fullmatch=True))


@given(tcp | serial | usb | cups | files | simulators)
def test_the_text_of_an_address_means_the_same_address(address: Address) -> None:
    assert parse_address(str(address)) == address


@given(
    st.text()
    | st.builds("{}{}".format, st.sampled_from(["tcp:", "serial://", "usb://", "cups://"]), st.text())
)
def test_any_text_is_an_address_or_a_sentence_about_it(text: str) -> None:
    address, sentence = None, ""
    try:
        address = parse_address(text)
    except ValueError as wrong:
        sentence = str(wrong)

    if address is None:
        assert sentence.startswith(f"{text!r}: ")
        assert len(sentence) > len(f"{text!r}: ")
    else:
        assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp://192.168.1.50:9100", TcpAddress("192.168.1.50", 9100)),
        ("tcp://[fe80::1%eth0]:6001", TcpAddress("fe80::1%eth0", 6001)),
        ("tcp://moxa.shop.lan:4001?baud=19200", TcpAddress("moxa.shop.lan", 4001, baud=19200)),
        ("serial:///dev/ttyUSB0", SerialAddress("/dev/ttyUSB0")),
        (
            "serial:///dev/serial/by-id/usb-FTDI_FT232R-if00-port0?baud=115200&flow=none",
            SerialAddress("/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", baud=115200, flow="none"),
        ),
        (
            "serial:spy:///dev/ttyS0?parity=even&stopbits=2&bytesize=7",
            SerialAddress("/dev/ttyS0", parity="even", stopbits=2, bytesize=7, spy=True),
        ),
        ("usb://04b8:0E15", UsbAddress(0x04B8, 0x0E15)),
        ("usb://04b8:0e15/X3F7%2F001", UsbAddress(0x04B8, 0x0E15, "X3F7/001")),
        ("simulator://posnet", SimulatorAddress("posnet")),
        ("cups://counter", CupsAddress("counter")),
        ("cups://counter@printserver:631", CupsAddress("counter", "printserver:631")),
        ("file:///dev/usb/lp0", FileAddress("/dev/usb/lp0")),
        ("file:///tmp/50%25%3F", FileAddress("/tmp/50%?")),  # noqa: S108
    ],
)
def test_an_address_is_read_as_documented(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "write one of tcp://HOST:PORT"),
        ("lpt1", "write one of tcp://HOST:PORT"),
        ("socket://host:1", "write one of tcp://HOST:PORT"),
        ("/dev/ttyUSB0", "written serial:///dev/ttyUSB0?baud=9600"),
        ("/dev/usb/lp0", "written file:///dev/usb/lp0"),
        ("tcp:host:9100", "two slashes"),
        ("tcp://host", "port is missing"),
        ("tcp://host:", "'' is no port"),
        ("tcp://host:0", "allowed are 1 to 65535"),
        ("tcp://host:65536", "allowed are 1 to 65535"),
        ("tcp://host:٩١٠٠", "is no port"),
        ("tcp://:9100", "no name or number of a host"),
        ("tcp://a..b:9100", "no name or number of a host"),
        (f"tcp://{'a' * 64}:9100", "no name or number of a host"),
        ("tcp://fe80::1:9100", "stands in brackets"),
        ("tcp://[fe80::1:9100", "not closed"),
        ("tcp://[fe80]:9100", "fe80"),
        ("tcp://host:9100/raw", "is no port"),
        ("tcp://host:9100?speed=9600", "allowed are baud"),
        ("serial://ttyUSB0", "must be absolute"),
        ("serial:socket://host:4001", "tcp://HOST:PORT?baud="),
        ("serial:///dev/ttyS0?baud=9601", "allowed are 1200, 2400"),
        ("serial:///dev/ttyS0?flow=dtr", "allowed are xonxoff, rtscts, none"),
        ("serial:///dev/ttyS0?parity=mark", "allowed are none, even, odd"),
        ("serial:///dev/ttyS0?stopbits=1.5", "allowed are 1, 2"),
        ("serial:///dev/ttyS0?bytesize=9", "allowed are 8, 7"),
        ("serial:///dev/ttyS0?baudrate=9600", "allowed are baud, flow, parity, stopbits, bytesize"),
        ("serial:///dev/ttyS0?", "'' is no option"),
        ("serial:///dev/ttyS0?baud=9600&baud=9600", "given twice"),
        ("serial:///dev/%00", "control characters"),
        ("serial:///dev/ttyS0\n", "control characters"),
        ("usb://4b8:e15", "four hexadecimal digits"),
        ("cups://-d", "no name of a queue"),
        ("cups://counter@-x", "no name or number of a host"),
        ("simulator:posnet", "two slashes"),
        ("simulator://", "no language of printers"),
        ("simulator://posnet/2", "no language of printers"),
        ("file://home/receipts", "must be absolute"),
        ("file:///a?b", "%3F"),
        ("file:///%ff", "%25"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(text: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_address(text)

    assert str(caught.value).startswith(f"{text!r}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("options", "bits"), [("", 10), ("?parity=even", 11), ("?parity=odd&bytesize=7", 10), ("?stopbits=2", 11)]
)
def test_a_byte_takes_its_start_parity_and_stop_bits(options: str, bits: int) -> None:
    address = parse_address(f"serial:///dev/ttyS0{options}")

    assert isinstance(address, SerialAddress)
    assert address.bits_per_byte == bits

"""Addresses of links: what stands in the configuration, as values.

    tcp://HOST:PORT                     a printer on the network; [HOST] in brackets for IPv6
    tcp://HOST:PORT?baud=9600           the same behind a serial server, whose line is the slow part
    serial:///dev/serial/by-id/NAME     a serial port or a USB adapter; the options follow after '?', joined by '&'
                                        baud=9600  flow=xonxoff|rtscts|none  parity=none|even|odd
                                        stopbits=1|2  bytesize=8|7; the first of each is what stands when left out
    serial:spy:///dev/serial/...        the same, every byte shown on the standard error output
    usb://VENDOR:PRODUCT[/SERIAL]       a USB printer, four hexadecimal digits each
    cups://QUEUE[@HOST[:PORT]]          a CUPS queue, one way
    file:///PATH                        a file (one way) or a device such as /dev/usb/lp0
    simulator://LANGUAGE                no device: whoever opens links starts a simulated printer of this language

Paths and USB serial numbers may hold %XX for characters that have a meaning here ('?', '%').
No port is ever guessed: fiscal printers and raw printing use different ones.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600)
FLOWS = ("xonxoff", "rtscts", "none")
PARITIES = ("none", "even", "odd")
STOP_BITS = (1, 2)
BYTE_SIZES = (8, 7)

_FORMS = "tcp://HOST:PORT, serial:///dev/serial/by-id/NAME?baud=9600, usb://VENDOR:PRODUCT, cups://QUEUE, file:///PATH"
_PATH_CHARACTERS = "/:@+,=~"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
_LANGUAGE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_USB = re.compile(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?:/(.+))?")
_SPY = "spy://"


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """A TCP port. `baud` is that of the line behind a serial server, None for a printer with a network board."""

    host: str
    port: int
    baud: int | None = None

    def __str__(self) -> str:
        options = "" if self.baud is None else f"?baud={self.baud}"
        return f"tcp://{_host_and_port(self.host, self.port)}{options}"


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial port: its path and line settings. `spy` shows every byte on the standard error output."""

    path: str
    baud: int = 9600
    flow: str = FLOWS[0]
    parity: str = PARITIES[0]
    stopbits: int = STOP_BITS[0]
    bytesize: int = BYTE_SIZES[0]
    spy: bool = False

    def __str__(self) -> str:
        scheme = f"serial:{_SPY}" if self.spy else "serial://"
        return f"{scheme}{quote(self.path, safe=_PATH_CHARACTERS)}?{'&'.join(self._options())}"

    @property
    def bits_per_byte(self) -> int:
        """The bits one byte takes on the line: start, data, parity and stop bits."""
        return 1 + self.bytesize + (self.parity != "none") + self.stopbits

    def _options(self) -> list[str]:
        plain = SerialAddress(self.path)
        options = [f"baud={self.baud}"]
        options += [f"flow={self.flow}"] * (self.flow != plain.flow)
        options += [f"parity={self.parity}"] * (self.parity != plain.parity)
        options += [f"stopbits={self.stopbits}"] * (self.stopbits != plain.stopbits)
        options += [f"bytesize={self.bytesize}"] * (self.bytesize != plain.bytesize)
        return options


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """A USB printer by vendor and product number; `serial` tells two of a kind apart and may be empty."""

    vendor: int
    product: int
    serial: str = ""

    def __str__(self) -> str:
        serial = f"/{quote(self.serial, safe='')}" if self.serial else ""
        return f"usb://{self.vendor:04x}:{self.product:04x}{serial}"


@dataclass(frozen=True, slots=True)
class CupsAddress:
    """A CUPS queue, on this machine when `host` is empty; `host` may carry a port."""

    queue: str
    host: str = ""

    def __str__(self) -> str:
        return f"cups://{self.queue}@{self.host}" if self.host else f"cups://{self.queue}"


@dataclass(frozen=True, slots=True)
class FileAddress:
    """A file or a device by its absolute path."""

    path: str

    def __str__(self) -> str:
        return f"file://{quote(self.path, safe=_PATH_CHARACTERS)}"


@dataclass(frozen=True, slots=True)
class SimulatorAddress:
    """A simulated printer by the language it speaks. No link leads there: it has an address once it runs."""

    language: str

    def __str__(self) -> str:
        return f"simulator://{self.language}"


Address = TcpAddress | SerialAddress | UsbAddress | CupsAddress | FileAddress | SimulatorAddress


def parse_address(text: str) -> Address:
    """Return the address a text stands for; `str` of the result is the text in full and parses the same.

    Raises ValueError with a sentence that names the text, what is wrong and what is allowed.
    """
    try:
        return _read(text)
    except ValueError as wrong:
        raise ValueError(f"{text!r}: {wrong}") from None


def _read(text: str) -> Address:
    if not text.isprintable():
        raise ValueError("an address holds no control characters")
    scheme, _, rest = text.partition(":")
    if scheme not in _READERS:
        raise ValueError(_no_scheme(text))
    return _READERS[scheme](rest)


def _no_scheme(text: str) -> str:
    if text.startswith(("/dev/tty", "/dev/serial/")):
        return f"a serial port is written serial://{text}?baud=9600"
    if text.startswith("/"):
        return f"a file or device is written file://{text}"
    return f"not an address; write one of {_FORMS}"


def _read_tcp(rest: str) -> TcpAddress:
    where, options = _split(_without_slashes(rest, "tcp://HOST:PORT"), ("baud",))
    host, port = _read_host(where)
    if port is None:
        raise ValueError("the port is missing; write tcp://HOST:PORT (raw printing mostly uses 9100)")
    baud = _number(options, "baud", BAUD_RATES, 0)
    return TcpAddress(host=host, port=port, baud=baud or None)


def _read_serial(rest: str) -> SerialAddress:
    spy = rest.startswith(_SPY)
    if not spy and not rest.startswith("//"):
        raise ValueError(
            "write serial:///dev/serial/by-id/NAME, serial:spy:///dev/... to show every byte,"
            " or tcp://HOST:PORT?baud=9600 for a serial server"
        )
    names = ("baud", "flow", "parity", "stopbits", "bytesize")
    path, options = _split(rest.removeprefix(_SPY if spy else "//"), names)
    return SerialAddress(
        path=_read_path(path, "serial:///dev/serial/by-id/NAME"),
        baud=_number(options, "baud", BAUD_RATES, 9600),
        flow=_choice(options, "flow", FLOWS),
        parity=_choice(options, "parity", PARITIES),
        stopbits=_number(options, "stopbits", STOP_BITS, STOP_BITS[0]),
        bytesize=_number(options, "bytesize", BYTE_SIZES, BYTE_SIZES[0]),
        spy=spy,
    )


def _read_usb(rest: str) -> UsbAddress:
    found = _USB.fullmatch(_without_slashes(rest, "usb://VENDOR:PRODUCT"))
    if found is None:
        raise ValueError(
            "write usb://VENDOR:PRODUCT[/SERIAL], four hexadecimal digits each as lsusb shows them,"
            " such as usb://04b8:0e15"
        )
    return UsbAddress(int(found[1], 16), int(found[2], 16), _decoded(found[3] or ""))


def _read_cups(rest: str) -> CupsAddress:
    queue, at, host = _without_slashes(rest, "cups://QUEUE").partition("@")
    if _QUEUE.fullmatch(queue) is None:
        raise ValueError(
            f"{queue!r} is no name of a queue; write cups://QUEUE with a name that lpstat -e lists"
        )
    if at:
        _read_host(host)
    return CupsAddress(queue=queue, host=host)


def _read_file(rest: str) -> FileAddress:
    return FileAddress(_read_path(_without_slashes(rest, "file:///PATH"), "file:///PATH"))


def _read_simulator(rest: str) -> SimulatorAddress:
    language = _without_slashes(rest, "simulator://LANGUAGE")
    if _LANGUAGE.fullmatch(language) is None:
        raise ValueError(
            f"{language!r} is no language of printers; write simulator:// and the name of the driver"
        )
    return SimulatorAddress(language)


def _without_slashes(rest: str, form: str) -> str:
    if not rest.startswith("//"):
        raise ValueError(f"the two slashes are missing; write {form}")
    return rest.removeprefix("//")


def _split(rest: str, names: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return what stands before the '?' and the options behind it."""
    before, mark, query = rest.partition("?")
    options: dict[str, str] = {}
    for option in query.split("&") if mark else ():
        name, _, value = option.partition("=")
        if name not in names:
            raise ValueError(f"{name!r} is no option here; allowed are {', '.join(names)}")
        if name in options:
            raise ValueError(f"{name} is given twice")
        options[name] = value
    return before, options


def _choice(options: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    value = options.get(name, allowed[0])
    if value not in allowed:
        raise ValueError(f"{name}={value} is not possible; allowed are {', '.join(allowed)}")
    return value


def _number(options: Mapping[str, str], name: str, allowed: Sequence[int], default: int) -> int:
    if name not in options:
        return default
    return int(_choice(options, name, [str(number) for number in allowed]))


def _read_host(text: str) -> tuple[str, int | None]:
    """Return host and port of HOST, HOST:PORT, [IPv6] or [IPv6]:PORT."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise ValueError("the IPv6 address is not closed; write [HOST]:PORT")
        ipaddress.IPv6Address(host)
        return host, _read_port(rest[1:]) if rest else None
    host, colon, port = text.partition(":")
    if _HOST.fullmatch(host) is None:
        raise ValueError(f"{host!r} is no name or number of a host")
    if ":" in port:
        raise ValueError("an IPv6 address stands in brackets: [HOST]:PORT")
    return host, _read_port(port) if colon else None


def _read_port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise ValueError(f"{text!r} is no port; allowed are 1 to 65535")
    return int(text)


def _read_path(text: str, form: str) -> str:
    if not text.startswith("/"):
        raise ValueError(f"the path must be absolute; write {form}")
    if "?" in text:
        raise ValueError("options do not belong here; a '?' in a path is written %3F")
    return _decoded(text)


def _decoded(text: str) -> str:
    try:
        value = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError("a %XX in it is no UTF-8; a plain % is written %25") from None
    if not value.isprintable():
        raise ValueError("an address holds no control characters")
    return value


def _host_and_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


_READERS: Mapping[str, Callable[[str], Address]] = {
    "tcp": _read_tcp,
    "serial": _read_serial,
    "usb": _read_usb,
    "cups": _read_cups,
    "file": _read_file,
    "simulator": _read_simulator,
}

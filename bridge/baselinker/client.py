"""The way to BaseLinker: one call, one answer or one error. The only file that imports httpx.

The token lives in one place, `_TokenHeader`, and goes from there into the request alone. Errors of the HTTP library
carry the request with its headers, so they are turned into ours and let go before ours is raised: no chain of
causes, no traceback, no log line holds the token.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self

import httpx

from bridge.baselinker import tls
from bridge.baselinker.blocked_until import wall_text
from bridge.baselinker.budget import Budget, Permit, Priority, Stop
from bridge.baselinker.errors import BadToken, BaseLinkerError, Blocked, OverBudget, Stopped, Transport
from bridge.baselinker.replies import Answer, Moment, blocked, judge
from bridge.config.web_address import DEFAULT_URL, check_url

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from bridge.config.secret import Secret

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of an answer that are read at most."""

_HEADER = "X-BLToken"
# Longer than the usual 10 s between polls, so that the connection and its TLS handshake are used again.
_KEEP_ALIVE = 50.0
_EXACT_DIGITS = 15
_CLOCKS_AGREE = 120.0
_NETWORK_CURE = "Check the network of this machine; the bridge tries again by itself"
_CERTIFICATE_CURE = (
    "Check the clock of this machine and its certificates (package ca-certificates); "
    "otherwise somebody sits in between"
)
# Errors of a connection that was never there: nothing was sent.
_UNSENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait: for a connection, for bytes to leave, for the next bytes, and for the whole answer."""

    connect: float = 10.0
    write: float = 15.0
    read: float = 20.0
    whole: float = 35.0


class Client:
    """BaseLinker's API for one account; safe to use from several threads.

    `patience` is how many seconds a call waits for the request budget (None: as long as it takes); `transport`
    replaces the network in tests. Raises ValueError for an address the token may not be sent to, BadToken for a
    token that cannot be one.
    """

    def __init__(
        self,
        token: Secret,
        budget: Budget,
        *,
        url: str = DEFAULT_URL,
        patience: float | None = None,
        timeouts: Timeouts | None = None,
        transport: httpx.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._url = _parsed_url(check_url(url))
        self._header = _TokenHeader(token)
        self._budget = budget
        self._patience = patience
        self._timeouts = timeouts or Timeouts()
        self._monotonic = monotonic
        self._wall = wall
        self._http = _http_client(self._timeouts, transport)
        # BaseLinker's clock as it last told it, and our monotonic clock at that moment.
        self._served: tuple[float, float] | None = None
        self.issuer = ""
        """Who issued the certificate of the server that answered last; empty without TLS."""

    def __repr__(self) -> str:
        return f"Client({str(self._url)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the client is not usable afterwards."""
        self._http.close()

    def time(self) -> float:
        """Return unix seconds: the system clock, or BaseLinker's where the two differ by two minutes and more.

        A Pi has no clock chip: its clock may be years behind until the network sets it right. BaseLinker's clock is
        carried on by the monotonic one, so a jump of the system clock changes nothing.
        """
        wall = self._wall()
        if self._served is None:
            return wall
        theirs = self._served[0] + self._monotonic() - self._served[1]
        return theirs if abs(theirs - wall) >= _CLOCKS_AGREE else wall

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.POLL,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        """Call a method once and return its reply, fractions as Decimal. Raises BaseLinkerError.

        Waits for the request budget before sending; never repeats a call.
        """
        form = {"method": method, "parameters": encode(parameters or {})}
        permit = self._budget.take(priority, stop, patience=self._patience)
        if permit is None:
            raise self._not_sent(method, priority, stop)
        outcome = self._send(method, form, permit)
        # Raised here and not where the HTTP library's error is caught, so that ours does not refer to it.
        if isinstance(outcome, BaseLinkerError):
            raise outcome
        return outcome

    def _send(self, method: str, form: dict[str, str], permit: Permit) -> dict[str, Any] | BaseLinkerError:
        """Send one request and give the permit back in every case."""
        answered = False
        try:
            outcome = self._outcome(method, form)
            if isinstance(outcome, Blocked):
                self._budget.block(outcome.until)
            answered = not isinstance(outcome, (Blocked, Transport))
        finally:
            self._budget.settle(permit, answered=answered)
        return outcome

    def _outcome(self, method: str, form: dict[str, str]) -> dict[str, Any] | BaseLinkerError:
        """Send one request and return what became of it."""
        try:
            answer = self._exchange(form)
        except _UnusableError as error:
            return Transport(method, str(error), cure=_NETWORK_CURE)
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            return self._network_error(method, error)
        return judge(method, answer, self._header.scrub)

    def _exchange(self, form: dict[str, str]) -> Answer:
        due = self._monotonic() + self._timeouts.whole
        with self._http.stream("POST", self._url, data=form, auth=self._header) as response:
            self.issuer = _issuer(response)
            body = self._body(response, due)
        served = _served_at(response.headers.get("Date"))
        if served is not None:
            self._served = (served, self._monotonic())
        moment = Moment(self._monotonic(), self.time())
        return Answer(response.status_code, body, moment, response.headers.get("Retry-After"))

    def _body(self, response: httpx.Response, due: float) -> bytes:
        """Read the whole answer, as long as it keeps to the size and time it is allowed."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise _UnusableError(f"the answer is larger than {LARGEST_ANSWER} bytes")
            if self._monotonic() > due:
                raise _UnusableError(f"the answer was not complete after {self._timeouts.whole:g} s")
        return bytes(body)

    def _network_error(self, method: str, error: Exception) -> Transport:
        """The one place where errors of the HTTP library become ours."""
        reason = self._header.scrub(str(error).rstrip(".") or type(error).__name__)
        cure = _CERTIFICATE_CURE if "CERTIFICATE_VERIFY_FAILED" in reason else _NETWORK_CURE
        if isinstance(error, _UNSENT):
            what = f"no connection to BaseLinker ({reason})"
            return Transport(method, what, cure=cure, may_be_applied=False)
        if isinstance(error, httpx.TimeoutException):
            return Transport(method, f"no answer in time ({reason})", cure=cure)
        return Transport(method, f"the connection broke ({reason})", cure=cure)

    def _not_sent(self, method: str, priority: Priority, stop: Stop | None) -> BaseLinkerError:
        if stop is not None and stop.is_set():
            return Stopped(method, "not sent, because the program stops")
        moment = Moment(self._monotonic(), self._wall())
        seconds = max(0.0, self._budget.opens(priority) - moment.monotonic)
        until = self._budget.blocked_until
        why = "the request budget is used up" if until is None else "requests are blocked"
        # Past its end a block holds up others for no longer than its probe takes.
        kind = OverBudget if until is None or until <= moment.monotonic else Blocked
        what = f"not sent, because {why} until {wall_text(moment.wall + seconds)}"
        return blocked(method, what, seconds, moment, kind=kind)


def encode(parameters: Mapping[str, Any]) -> str:
    """Return parameters as compact JSON in ASCII; a Decimal as the number it is. Raises TypeError, ValueError."""
    return json.dumps(dict(parameters), separators=(",", ":"), allow_nan=False, default=_json_number)


def _json_number(value: object) -> int | float:
    """Return a Decimal as a JSON number with exactly its digits, or refuse it."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in a call's parameters")
    if value == value.to_integral_value() and value.adjusted() < _EXACT_DIGITS:
        return int(value)
    # Up to 15 digits a binary float is written with the digits it was made of.
    if value.is_finite() and len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS:
        return float(value)
    raise ValueError(f"{value} has more than {_EXACT_DIGITS} digits and cannot be sent exactly")


def _served_at(date: str | None) -> float | None:
    """Return the server's time in unix seconds, by the Date header of its answer (RFC 9110, 6.6.1)."""
    try:
        return parsedate_to_datetime(date or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _issuer(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")  # a double of the network has none
    return "" if stream is None else tls.issuer_of(stream.get_extra_info("socket"))


class _UnusableError(Exception):
    """An answer came but is too long, in bytes or in time."""


class _TokenHeader(httpx.Auth):
    """Puts the token into a request at the last moment and takes it out of texts."""

    def __init__(self, token: Secret) -> None:
        # The HTTP library would show a malformed header value in its error.
        if not token.reveal() or not all("!" <= letter <= "~" for letter in token.reveal()):
            raise BadToken("the API token", "it is empty or holds blanks or special characters")
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the header to one request."""
        request.headers[_HEADER] = self._token.reveal()
        yield request

    def scrub(self, text: str) -> str:
        """Return a text without the token."""
        return text.replace(self._token.reveal(), "(token)")


def _parsed_url(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"the address of BaseLinker cannot be read ({error})") from None


def _http_client(timeouts: Timeouts, transport: httpx.BaseTransport | None) -> httpx.Client:
    return httpx.Client(
        verify=tls.trusting(),
        transport=transport,
        timeout=httpx.Timeout(timeouts.read, connect=timeouts.connect, write=timeouts.write),
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=_KEEP_ALIVE),
        headers={"User-Agent": "receipt-bridge", "Accept": "application/json"},
        # Proxies, netrc and other surroundings of the process must not redirect the token.
        trust_env=False,
        follow_redirects=False,
    )

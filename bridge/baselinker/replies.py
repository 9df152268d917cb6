"""What an HTTP answer of BaseLinker means: the reply, or which error (baselinker-api.md, 1 and 3).

BaseLinker answers HTTP 200 for errors too; `status` decides. Everything that is not its JSON is a failure of the
way there and back, with unknown outcome. Pure: no I/O, no clock.

    HTTP 429                            Blocked
    HTTP 503 with Retry-After           Blocked
    other HTTP >= 400                   Transport
    not JSON, no known status           Transport
    SUCCESS                             the reply
    ERROR, a code of the limit          Blocked
    ERROR, a code of the token          BadToken
    ERROR_INTERNAL                      Transport: the server broke while at work
    ERROR, any other code               RefusedCall

Only some codes were seen in real answers; the others stand in tables of third parties and mean the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NoReturn

from bridge.baselinker.blocked_until import (
    TOO_MANY_REQUESTS_WAIT,
    seconds_blocked,
    seconds_to_retry,
    wall_text,
)
from bridge.baselinker.errors import BadToken, BaseLinkerError, Blocked, RefusedCall, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT_CODES = frozenset(
    {
        "ERROR_BLOCKED_TOKEN",
        "ERROR_USER_ACCOUNT_BLOCKED",
        "ERROR_ACCOUNT_BLOCKED",
        "ERROR_RATE_LIMIT",
        "ERROR_REQUEST_LIMIT",
        "ERROR_TOO_MANY_REQUESTS",
    }
)
"""Codes that say: too many requests, keep away."""

TOKEN_CODES = frozenset(
    {"ERROR_BAD_TOKEN", "ERROR_EMPTY_TOKEN", "ERROR_NO_TOKEN", "ERROR_INVALID_TOKEN", "ERROR_AUTH_TOKEN"}
)
"""Codes that say: this token opens nothing."""

_TOO_MANY_REQUESTS = 429
_UNAVAILABLE = 503
_FIRST_FAILURE = 400
_LONGEST_WORDS = 300

_BLOCKED_CURE = (
    "The bridge waits and then asks once; if it happens often, another integration uses up the account's limit of "
    "100 requests a minute"
)
_TRANSPORT_CURE = "Try again later; if it lasts, look at the network and at BaseLinker's status page"


@dataclass(frozen=True, slots=True)
class Moment:
    """When an answer came: seconds on the monotonic clock, and unix seconds."""

    monotonic: float
    wall: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, complete: status code, Retry-After header if any, decoded body, arrival."""

    code: int
    body: bytes
    moment: Moment
    retry_after: str | None = None


def judge(method: str, answer: Answer, scrub: Callable[[str], str] = str) -> dict[str, Any] | BaseLinkerError:
    """Return the reply of a successful call, or the error the answer means.

    `scrub` takes the token out of BaseLinker's own words before they go into an error.
    """
    if answer.code == _TOO_MANY_REQUESTS or (answer.code == _UNAVAILABLE and answer.retry_after):
        return _asked_to_wait(method, answer)
    if answer.code >= _FIRST_FAILURE:
        return Transport(method, f"HTTP {answer.code} instead of an answer", cure=_TRANSPORT_CURE)
    reply = _parsed(answer.body)
    status = reply.get("status") if isinstance(reply, dict) else None
    if isinstance(reply, dict) and status == "SUCCESS":
        return reply
    if isinstance(reply, dict) and status == "ERROR":
        code, message = (_words(reply.get(key), scrub) for key in ("error_code", "error_message"))
        return _error(method, code, message, answer.moment)
    what = "the answer is not JSON" if reply is None else "the answer has no status"
    return Transport(method, f"{what} (HTTP {answer.code}, {len(answer.body)} bytes)", cure=_TRANSPORT_CURE)


def blocked(
    method: str,
    what: str,
    seconds: float,
    moment: Moment,
    *,
    may_be_applied: bool = False,
    kind: type[Blocked] = Blocked,
) -> Blocked:
    """Return the error that says: nothing for so many seconds from this moment."""
    return kind(
        method,
        what,
        until=moment.monotonic + seconds,
        until_text=wall_text(moment.wall + seconds),
        cure=_BLOCKED_CURE,
        may_be_applied=may_be_applied,
    )


def _error(method: str, code: str, message: str, moment: Moment) -> BaseLinkerError:
    if code in LIMIT_CODES:
        seconds = seconds_blocked(message, moment.wall)
        return blocked(method, f"BaseLinker blocks this token ({code}: {message})", seconds, moment)
    if code in TOKEN_CODES:
        what = f"BaseLinker does not accept the API token ({code}: {message})"
        return BadToken(method, what, error_code=code)
    if code == "ERROR_INTERNAL":
        return Transport(method, f"BaseLinker failed inside ({code}: {message})", cure=_TRANSPORT_CURE)
    return RefusedCall(method, error_code=code, error_message=message)


def _asked_to_wait(method: str, answer: Answer) -> Blocked:
    seconds = seconds_to_retry(answer.retry_after, answer.moment.wall)
    wait = TOO_MANY_REQUESTS_WAIT if seconds is None else seconds
    what = f"the server asks to wait (HTTP {answer.code})"
    return blocked(method, what, wait, answer.moment, may_be_applied=True)


def _parsed(body: bytes) -> Any:
    """Return the JSON value, or None when the body is none. Fractions become Decimal, exactly."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    # A document nested a thousand deep, a number beyond Decimal's or int's limits, text that is not UTF-8.
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _words(value: Any, scrub: Callable[[str], str]) -> str:
    """Return BaseLinker's words fit for one log line: no token, no control characters, not endless."""
    if not isinstance(value, (str, int, Decimal)):
        return ""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(value)[:4000])
    return scrub(" ".join(plain.split()))[:_LONGEST_WORDS]

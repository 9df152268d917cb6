"""What each kind of HTTP answer means, and that no answer at all can break the reading."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker.errors import BadToken, BaseLinkerError, Blocked, RefusedCall, Transport
from bridge.baselinker.replies import LIMIT_CODES, TOKEN_CODES, Answer, Moment, judge

NOON = Moment(monotonic=1000.0, wall=1777809934.0)  # 2026-05-03 12:05:34 UTC


def judged(body: Any, code: int = 200, retry_after: str | None = None) -> dict[str, Any] | BaseLinkerError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judge("getSeries", Answer(code, raw, NOON, retry_after))


def error(code: str, message: str = "") -> dict[str, str]:
    return {"status": "ERROR", "error_code": code, "error_message": message}


def test_fractions_keep_their_digits() -> None:
    reply = judged(b'{"status":"SUCCESS","price":416.625,"rate":-0.02,"name":"1\\/10"}')
    assert reply == {
        "status": "SUCCESS",
        "price": Decimal("416.625"),
        "rate": Decimal("-0.02"),
        "name": "1/10",
    }


def test_a_byte_order_mark_does_no_harm() -> None:
    assert judged(b'\xef\xbb\xbf{"status":"SUCCESS"}') == {"status": "SUCCESS"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502</html>",
        b'{"status":"SUCCESS"',
        b"null",
        b"[]",
        b'"SUCCESS"',
        b"{}",
        b'{"status":null}',
        b'{"status":"success"}',
        b'{"status":"WARNING"}',
        b'{"status":["SUCCESS"]}',
        b'{"status":"SUCCESS","x":NaN}',
        b'{"status":"SUCCESS","x":1e99999999999999999999}',
        b'{"status":"SUCCESS","x":' + b"9" * 5000 + b"}",
        b'{"status":"SUCCESS","x":' + b"[" * 100_000 + b"}",
        b'\xff\xfe{"status"',
        b'<br />\n<b>Warning</b>: x\n{"status":"SUCCESS"}',
    ],
)
def test_what_is_no_answer_of_baselinker_leaves_the_outcome_unknown(body: bytes) -> None:
    found = judged(body)
    assert isinstance(found, Transport)
    assert found.may_be_applied
    assert found.cure


@pytest.mark.parametrize("code", [400, 401, 403, 404, 500, 502, 503, 504])
def test_an_http_error_is_no_answer_even_with_success_in_it(code: int) -> None:
    found = judged({"status": "SUCCESS"}, code)
    assert isinstance(found, Transport)
    assert str(code) in found.what


@pytest.mark.parametrize("code", sorted(TOKEN_CODES))
def test_codes_of_the_token(code: str) -> None:
    found = judged(error(code, "Invalid user token"))
    assert isinstance(found, BadToken)
    assert found.error_code == code
    assert "My account" in found.cure


@pytest.mark.parametrize("code", sorted(LIMIT_CODES))
def test_codes_of_the_limit_carry_the_end_of_the_block(code: str) -> None:
    found = judged(error(code, "Query limit exceeded, token blocked until 2026-05-03 14:15:34"))
    assert isinstance(found, Blocked)
    assert found.until == 1000 + 601
    assert found.until_text == "2026-05-03 12:15:35 UTC"
    assert not found.may_be_applied


@pytest.mark.parametrize(
    ("code", "retry_after", "until"),
    [(429, "30", 1030), (429, None, 1060), (429, "soon", 1060), (503, "120", 1120)],
)
def test_servers_that_ask_to_wait_are_obeyed(code: int, retry_after: str | None, until: float) -> None:
    found = judged(b"<html>", code, retry_after)
    assert isinstance(found, Blocked)
    assert found.until == until
    assert found.may_be_applied


def test_a_code_nobody_knows_refuses_the_call_for_good_in_baselinkers_words() -> None:
    found = judged(error("ERROR_STORAGE_ID", "The product is in a different inventory"))
    assert isinstance(found, RefusedCall)
    assert (found.error_code, found.error_message) == (
        "ERROR_STORAGE_ID",
        "The product is in a different inventory",
    )
    assert not found.may_be_applied
    assert "ERROR_STORAGE_ID" in str(found)
    assert "getSeries" in str(found)


def test_a_refusal_without_words_is_a_refusal() -> None:
    found = judged({"status": "ERROR"})
    assert isinstance(found, RefusedCall)
    assert "no error code" in str(found)


def test_an_internal_error_of_the_server_may_have_been_applied() -> None:
    assert isinstance(judged(error("ERROR_INTERNAL", "database")), Transport)


def test_words_of_the_server_fit_one_log_line() -> None:
    found = judged(error("ERROR_X", "a\nb\x1b[31mc\u2028d" + "e" * 5000))
    assert isinstance(found, RefusedCall)
    assert found.error_message.isprintable()
    assert len(found.error_message) <= 300


def test_the_token_is_taken_out_of_the_servers_words() -> None:
    body = json.dumps(error("ERROR_X", "bad token 0000-FAKE-TOKEN!")).encode()
    found = judge("getSeries", Answer(200, body, NOON), lambda said: said.replace("0000-FAKE-TOKEN", "*"))
    assert isinstance(found, RefusedCall)
    assert found.error_message == "bad token *!"


@given(
    body=st.binary() | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["status", "error_code", "x"]), inner),
    ).map(lambda value: json.dumps(value).encode()),
    code=st.integers(min_value=100, max_value=599),
    retry_after=st.none() | st.text(),
)  # fmt: skip
def test_every_answer_is_a_reply_or_one_error(body: bytes, code: int, retry_after: str | None) -> None:
    found = judge("getSeries", Answer(code, body, NOON, retry_after))
    assert isinstance(found, (dict, BaseLinkerError))
    if isinstance(found, dict):
        assert found["status"] == "SUCCESS"
        assert code < 400

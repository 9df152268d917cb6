"""The token goes to nobody unencrypted but this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker.budget import Budget
from bridge.baselinker.client import Client
from bridge.config.secret import Secret
from bridge.config.web_address import DEFAULT_URL, check_url


@pytest.mark.parametrize(
    "url",
    [
        DEFAULT_URL,
        "https://api.base.com/connector.php",
        "http://127.0.0.1:8765/connector.php",
        "http://localhost:8765/connector.php",
        "http://[::1]:8765/connector.php",
    ],
)
def test_encrypted_and_local_addresses_are_taken(url: str) -> None:
    assert check_url(url) == url
    with Client(Secret("0000-FAKE-TOKEN"), Budget(), url=url) as client:
        assert url in repr(client)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.baselinker.com/connector.php",
        "http://192.168.1.10:8765/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0/",
    ],
)
def test_plain_http_to_another_machine_is_refused_with_the_cure(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with https://"):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["", "api.baselinker.com", "https://", "file:///etc/passwd", "https:///x", "https://x y/"]
)
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match=r"such as .https://api\.baselinker\.com"):
        check_url(url)


@pytest.mark.parametrize("url", ["https://x:99999999/", "https://[::1/", "https://x:y/"])
def test_what_cannot_be_read_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="can be read"):
        check_url(url)


def test_a_password_in_the_address_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="holds more than") as caught:
        check_url("https://shop:hidden-word@api.baselinker.com/")
    assert "hidden-word" not in str(caught.value)


@given(st.text() | st.text().map("https://{}".format) | st.text().map("http://127.0.0.1{}".format))
def test_any_text_is_taken_or_refused_in_words(url: str) -> None:
    try:
        with Client(Secret("0000-FAKE-TOKEN"), Budget(), url=url):
            pass
    except ValueError as error:
        said = str(error)
        assert said

from __future__ import annotations

import re
import shutil
import ssl
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from support.certificates import certificate, https_server, trusting_folder
from support.machines import Box, case_of, codes, shop_config

from bridge.baselinker import tls
from bridge.baselinker.budget import Budget
from bridge.baselinker.client import Client
from bridge.doctor import network
from bridge.doctor.machine import Ran
from simulators.baselinker.faults import Kind
from simulators.baselinker.model import Series
from simulators.baselinker.server import BaseLinkerServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bridge.config.secret import Secret
    from bridge.doctor.case import Case

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
TOKEN = "0000-FAKE-TOKEN"
REAL = "https://api.baselinker.com/connector.php"


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as opened:
        yield opened


def asking(
    box: Box,
    url: str,
    *,
    ahead: float = 0.0,
    transport: httpx.BaseTransport | None = None,
    token: str = TOKEN,
) -> Case:
    """Return a case whose machine's clock is ahead by so many seconds, and which may ask BaseLinker at `url`."""
    config = shop_config(box.root.parent / "shop", "till=tcp://127.0.0.1:1", "bar=tcp://127.0.0.1:2", url=url)
    config.baselinker.token_file.write_text(token)
    machine = replace(box.machine, now=lambda: time.time() + ahead)

    def connect(token: Secret) -> Client:
        return Client(token, Budget(), url=url, wall=machine.now, transport=transport)

    return replace(case_of(box, config=config), machine=machine, connect=connect)


# -- clock ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("file", [True, False])
def test_a_clock_is_kept_when_timesyncd_or_the_kernel_says_so(box: Box, kept: bool, file: bool) -> None:
    box.kept = kept
    if file:
        box.file("/run/systemd/timesync/synchronized")

    expected = [] if kept or file else [("clock_unsynchronised", "clock")]
    assert expected == codes(network.clock(case_of(box)))


@pytest.mark.parametrize(
    ("ahead", "words", "words_pl"),
    [(3600, "seconds ahead of BaseLinker's", "spieszy się o "), (-3600, "seconds behind", "spóźnia się o ")],
)
def test_a_clock_that_differs_from_baselinker_s_is_told(
    box: Box, server: BaseLinkerServer, ahead: float, words: str, words_pl: str
) -> None:
    case = asking(box, server.url, ahead=ahead, token=server.token)

    found = [one for one in network.baselinker(case) if one.subject == "clock"]

    assert ["clock_wrong"] == [one.code for one in found]
    assert words in found[0].what
    assert words_pl in found[0].what_pl
    assert re.search(r"\b3[56]\d\d s", found[0].what_pl)  # the header tells whole seconds


def test_a_minute_is_no_difference(box: Box, server: BaseLinkerServer) -> None:
    case = asking(box, server.url, ahead=60, token=server.token)

    assert [] == [one for one in network.baselinker(case) if one.subject == "clock"]


# -- name ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("104.26.4.10     STREAM api.baselinker.com\n104.26.4.10     DGRAM\n", []),
        ("2606:4700:20::681a:40a STREAM api.baselinker.com\n", []),
        ("", ["name_unresolved"]),
        ("0.0.0.0         STREAM api.baselinker.com\n", ["name_misdirected"]),
        ("192.168.1.1     STREAM api.baselinker.com\n", ["name_misdirected"]),
        ("fe80::1%eth0    STREAM api.baselinker.com\n", ["name_misdirected"]),
    ],
)
def test_the_name_of_the_api_must_lead_to_the_internet(box: Box, said: str, told: list[str]) -> None:
    box.commands["getent"] = Ran(0 if said else 2, said)

    assert told == [code for code, _ in codes(network.name(asking(box, REAL)))]
    assert [("getent", "ahosts", "api.baselinker.com")] == box.asked


def test_a_simulator_on_this_machine_has_no_name_to_resolve(box: Box, server: BaseLinkerServer) -> None:
    assert [] == codes(network.name(asking(box, server.url)))
    assert [] == box.asked


def test_offline_nothing_is_resolved_or_asked(box: Box) -> None:
    case = replace(asking(box, REAL), connect=None)

    assert [] == codes(network.name(case)) + codes(network.baselinker(case))
    assert [] == box.asked


# -- BaseLinker ----------------------------------------------------------------------------------------------------


def test_all_is_well_with_an_account_whose_series_are_served(box: Box, server: BaseLinkerServer) -> None:
    server._account.series[2] = Series(2, "Bar")

    assert [] == codes(network.baselinker(asking(box, server.url, token=server.token)))
    assert ["getSeries"] == [call.method for call in server.ledger.requests]


def test_series_nobody_serves_and_series_nobody_has_are_told(box: Box, server: BaseLinkerServer) -> None:
    server._account.series[9] = Series(9, "Kiosk")

    found = list(network.baselinker(asking(box, server.url, token=server.token)))

    assert [("series_unserved", "series 9"), ("series_unknown", "bar")] == codes(found)
    assert "'Kiosk'" in found[0].what
    assert "Receipt series there are: 1, 9" in found[1].cure


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Kind.BAD_GATEWAY, "baselinker_unreachable"),
        (Kind.RESET_BEFORE, "baselinker_unreachable"),
        (Kind.TOO_MANY, "baselinker_blocked"),
    ],
)
def test_an_api_that_does_not_answer_well_is_told(
    box: Box, server: BaseLinkerServer, fault: Kind, code: str
) -> None:
    server.faults.script("getSeries", fault, times=2)

    found = list(network.baselinker(asking(box, server.url, token=server.token)))

    assert [(code, "baselinker")] == codes(found)


def test_a_token_that_is_not_accepted_is_told_without_the_token(box: Box, server: BaseLinkerServer) -> None:
    (finding,) = network.baselinker(asking(box, server.url, token="0000-OTHER-FAKE"))

    assert "token_refused" == finding.code
    assert "0000-OTHER-FAKE" not in repr(finding)


def test_a_call_that_is_refused_is_told(box: Box) -> None:
    answer = {"status": "ERROR", "error_code": "ERROR_NO_ACCESS", "error_message": "no access"}
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=answer))

    (finding,) = network.baselinker(asking(box, REAL, transport=transport))

    assert "baselinker_refused" == finding.code
    assert "ERROR_NO_ACCESS" in finding.what


def test_a_token_that_cannot_be_read_is_left_to_its_own_check(box: Box, server: BaseLinkerServer) -> None:
    case = asking(box, server.url)
    case.config.baselinker.token_file.unlink()

    assert [] == codes(network.baselinker(case))
    assert not server.ledger.requests


# -- certificates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("certificate is not yet valid", "certificate_time"),
        ("certificate has expired", "certificate_time"),
        ("unable to get local issuer certificate", "tls_intercepted"),
        ("Hostname mismatch", "tls_intercepted"),
    ],
)
def test_a_certificate_that_is_not_valid_says_clock_or_somebody_in_between(
    box: Box, reason: str, code: str
) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason}")

    found = list(network.baselinker(asking(box, REAL, transport=httpx.MockTransport(fail))))

    assert [(code, "baselinker")] == codes(found)


@needs_openssl
def test_a_certificate_nobody_vouches_for_is_somebody_in_between(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "trusting", ssl.create_default_context)
    with https_server(certificate(tmp_path, "/O=Fortinet/CN=FortiGate CA")) as url:
        found = list(network.baselinker(asking(box, url)))

    assert [("tls_intercepted", "baselinker")] == codes(found)


@needs_openssl
@pytest.mark.parametrize(
    ("subject", "local", "told"),
    [
        ("/O=Fortinet/CN=FortiGate CA", False, "Fortinet, FortiGate CA"),
        ("/O=Shop Ltd/CN=Proxy", True, "Shop Ltd, Proxy"),
        ("/O=Google Trust Services/CN=WE1", False, None),
    ],
)
def test_a_valid_certificate_of_somebody_in_between_is_told_by_its_issuer(
    box: Box, monkeypatch: pytest.MonkeyPatch, subject: str, local: bool, told: str | None
) -> None:
    path = certificate(box.root, subject)
    context = tls.trusting(trusting_folder(box.root / "certs", path))
    monkeypatch.setattr(tls, "trusting", lambda: context)
    if local:
        box.file("/usr/local/share/ca-certificates/shop/proxy.crt", path.read_text())
    with https_server(path) as url:
        found = [one for one in network.baselinker(asking(box, url)) if one.code == "tls_issuer"]

    assert [told] * (told is not None) == [told for one in found if f"issued by {told}:" in one.what]
    assert len(found) == (told is not None)

"""The clock, and the way to BaseLinker: name, certificate, token, series."""

from __future__ import annotations

import ipaddress
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bridge.baselinker import tls
from bridge.baselinker.errors import BadToken, BaseLinkerError, Blocked, RefusedCall
from bridge.baselinker.receipts import ReceiptCalls, receipt_series
from bridge.config.credentials import read_token
from bridge.config.mistakes import ConfigError
from bridge.config.web_address import is_this_machine
from bridge.doctor.finding import found
from bridge.doctor.series import unknown_series, unserved_series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.baselinker.client import Client
    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding

CLOCKS_AGREE = 120.0
"""Seconds from which on two clocks count as different; the client's own measure."""

_SYNCHRONISED = "/run/systemd/timesync/synchronized"
_LOCAL_AUTHORITIES = "/usr/local/share/ca-certificates/**/*.crt"
# Makers of firewalls and antivirus programs that issue certificates of their own for what they look into.
_INTERCEPTORS = re.compile(
    r"fortinet|fortigate|zscaler|kaspersky|eset|avast|avg |bitdefender|sophos|palo alto|netskope|check point"
    r"|mitmproxy|charles proxy|fiddler|squid|pfsense|opnsense|untangle|watchguard|barracuda|blue coat|cisco umbrella"
    r"|mcafee|trend micro|smoothwall|lightspeed|securly|sonicwall|f-secure|norton|g data|stormshield",
    re.IGNORECASE,
)


def clock(case: Case) -> Iterator[Finding]:
    """Whether anything keeps the clock right: systemd-timesyncd says so in a file, others in the kernel."""
    if not case.machine.exists(_SYNCHRONISED) and not case.machine.clock_kept():
        yield found("clock_unsynchronised", "clock")


def name(case: Case) -> Iterator[Finding]:
    """Whether the API's name leads somewhere on the internet."""
    host = urlsplit(case.config.baselinker.url).hostname or ""
    if case.connect is None or is_this_machine(host) or _is_number(host):
        return
    ran = case.machine.run(("getent", "ahosts", host))
    if ran is None:
        raise FileNotFoundError("there is no program getent")
    addresses = [line.split()[0] for line in ran.said.splitlines() if line.strip()]
    if not addresses:
        yield found("name_unresolved", "dns", host=host)
    elif not ipaddress.ip_address(addresses[0].partition("%")[0]).is_global:
        yield found("name_misdirected", "dns", host=host, address=addresses[0])


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def baselinker(case: Case) -> Iterator[Finding]:
    """Ask BaseLinker once, and look at its answer from all sides."""
    if case.connect is None:
        return
    try:
        token = read_token(case.config, case.environ)
    except ConfigError:
        return  # the token has a check of its own
    with case.connect(token) as client:
        try:
            entries = ReceiptCalls(client).get_series()
        except BaseLinkerError as error:
            yield _refused(case, error)
        else:
            yield from _series(case, receipt_series(entries))
            yield from _issuer(case, client.issuer)
        yield from _wrong_clock(case, client)


def _refused(case: Case, error: BaseLinkerError) -> Finding:
    host = urlsplit(case.config.baselinker.url).hostname
    match error:
        case BadToken():
            path = case.config.baselinker.token_file
            return found("token_refused", "baselinker", reason=error.what, path=path)
        case Blocked():
            return found("baselinker_blocked", "baselinker", reason=error.what)
        case RefusedCall():
            return found("baselinker_refused", "baselinker", reason=error.what)
    if "CERTIFICATE_VERIFY_FAILED" not in error.what:
        return found("baselinker_unreachable", "baselinker", reason=error.what)
    if "not yet valid" in error.what or "has expired" in error.what:
        shown = time.strftime("%Y-%m-%d %H:%M", time.localtime(case.machine.now()))
        return found("certificate_time", "baselinker", time=shown)
    return found("tls_intercepted", "baselinker", host=host, reason=error.what)


def _wrong_clock(case: Case, client: Client) -> Iterator[Finding]:
    ahead = case.machine.now() - client.time()
    if abs(ahead) >= CLOCKS_AGREE / 2:  # the client tells the system's time where the two agree
        words = ("ahead of", "spieszy się") if ahead > 0 else ("behind", "spóźnia się")
        facts = {"direction": words[0], "direction_pl": words[1]}
        yield found("clock_wrong", "clock", seconds=round(abs(ahead)), **facts)


def _issuer(case: Case, issuer: str) -> Iterator[Finding]:
    """A certificate that is valid because somebody added an authority to this machine."""
    local = {
        name
        for path in case.machine.matching(_LOCAL_AUTHORITIES)
        for name in tls.authorities(case.machine.at(path))
    }
    if issuer and (issuer in local or _INTERCEPTORS.search(issuer)):
        host = urlsplit(case.config.baselinker.url).hostname
        yield found("tls_issuer", "baselinker", host=host, issuer=issuer)


def _series(case: Case, known: dict[int, str]) -> Iterator[Finding]:
    file = case.config.file
    for number in unserved_series(case.config, known):
        yield found("series_unserved", f"series {number}", series=number, name=known[number], file=file)
    for printer, number in unknown_series(case.config, known):
        listed = ", ".join(map(str, sorted(known))) or "-"
        yield found("series_unknown", printer.name, series=number, known=listed, file=file)

"""`receipt-bridge doctor`: what breaks such boxes, and how to mend it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.baselinker.client import Client
    from bridge.config.model import Config, Printer
    from bridge.config.secret import Secret
    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding
    from drivers.contract import Status

SUMMARY = "find what is wrong with this machine and say how to mend it"
DESCRIPTION = """\
Looks at ports, power, disk, memory card, clock, network, token, series, printers and journal. Prints nothing on paper
and changes nothing. While the daemon runs, printers are not touched; stop it first to have their speed and VAT table
looked at too. Run it with sudo, or it cannot see who holds a port. Exit code 0 when nothing was found or only advice,
1 when something needs attention, 78 when the configuration is wrong. docs/findings.md lists everything it can find.

columns:
  severity  trouble: stops or spoils printing; warning: it will; advice: worth
            knowing
  where     the printer, the device or the part that has it
  finding   what is wrong and its code, and below it how to mend it

examples:
  sudo receipt-bridge doctor
  receipt-bridge doctor --offline --json"""

_NOTHING = {"en": "Nothing is wrong, as far as can be seen.", "pl": "Nie widać, aby coś było nie tak."}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take how far it may look and the form of the answer."""
    parser.add_argument("--offline", action="store_true", help="ask neither BaseLinker nor the printers")
    parser.add_argument("--json", action="store_true", help="answer in JSON, in both languages")


def run(arguments: argparse.Namespace) -> int:
    """Examine the machine and tell what was found. Raises ConfigError."""
    from bridge.cli.opening import config_of  # noqa: PLC0415 - argument errors cost nothing
    from bridge.doctor.examination import examine  # noqa: PLC0415
    from bridge.doctor.finding import Severity  # noqa: PLC0415

    config = config_of(arguments)
    findings = examine(_case(config, offline=arguments.offline))
    fine = all(finding.severity is Severity.ADVICE for finding in findings)
    _show(config, findings, fine=fine, as_json=arguments.json)
    return Exit.OK if fine else Exit.TROUBLE


def _show(config: Config, findings: list[Finding], *, fine: bool, as_json: bool) -> None:
    from dataclasses import asdict  # noqa: PLC0415 - see `run`

    from bridge.cli.show import show_json, show_table  # noqa: PLC0415

    if as_json:
        show_json({"ok": fine, "findings": [asdict(finding) for finding in findings]})
    elif findings:
        rows = [(one.severity, one.subject, _sentences(one, config.log.language)) for one in findings]
        show_table(("severity", "where", "finding"), rows)
    else:
        print(_NOTHING[config.log.language])


def _sentences(finding: Finding, language: str) -> str:
    """Return what is wrong with its code, and the cure below it."""
    what, cure = finding.words(language)
    return f"{what[:1].upper()}{what[1:]} [{finding.code}]\n{cure}"


def _case(config: Config, *, offline: bool) -> Case:
    from bridge.doctor.case import Case  # noqa: PLC0415 - see `run`
    from bridge.journal import DaemonLock  # noqa: PLC0415

    daemon = DaemonLock(config.journal.path).owner()

    def look(printer: Printer) -> Status:
        return printer_status(config, printer)

    def connect(_token: Secret) -> Client:
        return _connect(config)

    return Case(
        config,
        daemon=daemon,
        environ=os.environ,
        look=None if offline or daemon is not None else look,
        connect=None if offline else connect,
    )


def printer_status(config: Config, printer: Printer) -> Status:
    """Ask a printer how it is; nothing is printed. Raises ConfigError when driver and link do not fit."""
    from bridge.cli.opening import open_driver  # noqa: PLC0415 - see `run`

    with open_driver(config, printer, lambda _status: None) as driver:
        return driver.status()


def _connect(config: Config) -> Client:
    from bridge.cli.opening import PATIENCE, open_client  # noqa: PLC0415 - see `run`

    return open_client(config, patience=PATIENCE)

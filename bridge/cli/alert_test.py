"""`receipt-bridge alert-test`: a test alert by every way that is configured."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bridge.alerts.letter import Letter
    from bridge.config.model import Config, Printer

SUMMARY = "send a test alert by every way that is configured"
DESCRIPTION = """\
Sends one test alert by webhook, by mail, as a slip and at the counter, as far as [alerts] asks for them, and tells what
became of each. Secrets are read from their files: systemd's credentials exist in the service alone. Exit code 0 when
every way took it, 1 when one did not or none is configured, 78 when the configuration or a secret's file is wrong.

columns:
  way      webhook, mail, slip or counter
  result   ok or trouble
  finding  what became of it

examples:
  receipt-bridge alert-test --json
  sudo receipt-bridge alert-test"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the form of the answer."""
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Send it by every way and tell what happened. Raises ConfigError."""
    from bridge.cli.opening import config_of  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json, show_table  # noqa: PLC0415

    results = list(_results(config_of(arguments)))
    fine = bool(results) and all(result["ok"] for result in results)
    if arguments.json:
        show_json({"ok": fine, "ways": results})
    elif results:
        rows = [(result["way"], "ok" if result["ok"] else "trouble", result["finding"]) for result in results]
        show_table(("way", "result", "finding"), rows)
    else:
        print(
            "receipt-bridge: no way is configured; set webhook_file, mail_to, slip_printer or beep in [alerts]",
            file=sys.stderr,
        )
    return Exit.OK if fine else Exit.TROUBLE


def _results(config: Config) -> Iterator[dict[str, Any]]:
    from bridge.alerts.messenger import Undelivered  # noqa: PLC0415 - see `run`
    from bridge.alerts.ways import counters_of, trial_letter, ways_of  # noqa: PLC0415
    from bridge.config.alert_secrets import read_alert_secrets  # noqa: PLC0415

    secrets = read_alert_secrets(config, os.environ)
    letter = trial_letter(config.log.language, time.time())
    for way in ways_of(config, secrets):
        try:
            way.send(letter)
        except Undelivered as error:
            yield {"way": way.name, "ok": False, "finding": str(error)}
        else:
            yield {"way": way.name, "ok": True, "finding": "taken"}
    printer = config.printer(config.alerts.slip_printer)
    if printer is not None:
        yield _slip(config, printer, letter)
    for name in counters_of(config):
        called = config.printer(name)
        if called is not None:
            yield _counter(config, called)


def _slip(config: Config, printer: Printer, letter: Letter) -> dict[str, Any]:
    from bridge.alerts.slip import TITLES  # noqa: PLC0415 - see `run`
    from bridge.cli.errands import do_errand  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    detail = {"title": TITLES[config.log.language], "lines": letter.lines()}
    answer = do_errand(config, printer, "notice", detail)
    said = f"printed on {printer.name}" if answer["ok"] else sentences(answer["what"], answer["cure"])
    return {"way": "slip", "ok": answer["ok"], "finding": said}


def _counter(config: Config, printer: Printer) -> dict[str, Any]:
    from bridge.cli.errands import do_errand  # noqa: PLC0415 - see `run`
    from drivers.contract import ATTENTION  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    answer = do_errand(config, printer, ATTENTION, {"text": "TEST", "beep": True})
    can = [what for what in ("beep", "display") if answer.get(what)]
    if "display" in can:
        do_errand(config, printer, ATTENTION, {"text": "", "beep": False})
    if not answer["ok"]:
        said = sentences(answer["what"], answer["cure"])
    else:
        said = (
            f"{printer.name} has a {' and a '.join(can)}" if can else f"{printer.name} has no beep or display"
        )
    return {"way": "counter", "ok": bool(can), "finding": said}

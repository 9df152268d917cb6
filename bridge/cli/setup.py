"""`receipt-bridge setup`: a technician's questions and answers, or none of them, and a working bridge."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.setup.asking import Asker
    from bridge.setup.scene import Scene
    from bridge.setup.words import Words

SUMMARY = "set the bridge up: token, printers, series, service"
DESCRIPTION = """\
Asks for the API token and tests it, looks for printers without printing, asks which printer prints which series,
prints a calibration slip and asks what is seen on it, writes the configuration, starts the service and prints an
acceptance slip. Ctrl-C ends it at any question; nothing is written before you agree, and copies of old files stay
beside the new ones. Every question can be answered by an option; with --yes the rest take their defaults.

Run it as root, or name a --config that you may write. A printer is described by KEY=VALUE pairs with commas between
them: name, address, driver (left out: who answers is asked), series (1+2, or all), and any key of
config.example.toml. With --printer, these are all printers.

exit codes:
  0    set up
  1    set up, but the service or a slip failed, or nothing was written
  78   an answer is missing or wrong; nothing was written
  130  interrupted; what stands was told

examples:
  receipt-bridge setup
  receipt-bridge setup --language pl
  receipt-bridge setup --yes --token-file token.txt \\
    --printer name=till,address=192.0.2.10,series=1+2 --shop "Kwiaty Ewa\""""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take an option for every question."""
    add = parser.add_argument
    add("--language", choices=("en", "pl"), help="language of questions and messages (default: of LANG)")
    add("--token-file", type=Path, metavar="FILE", help="the API token; - reads it from standard input")
    add("--url", type=_url, help="address of the API (default: BaseLinker's)")
    add("--offline", action="store_true", help="do not ask BaseLinker: neither token nor series are tested")
    add(
        "--printer",
        action="append",
        type=_printer,
        default=[],
        metavar="KEY=VALUE,...",
        help="a printer; may be given several times",
    )
    add("--shop", action="append", default=[], metavar="LINE", help="a line above each slip; several times")
    add("--no-test-print", action="store_true", help="print no calibration and no acceptance slip")
    add("--no-rules", action="store_true", help="write no udev rules")
    add("--no-service", action="store_true", help="leave the service as it is")
    add("--yes", action="store_true", help="ask nothing: every question has its default for an answer")
    add(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="where devices and rules are (default: /)"
    )
    add("--json", action="store_true", help="answer in JSON, the conversation on standard error")


def run(arguments: argparse.Namespace) -> int:
    """Set the bridge up. What went wrong is told with what stands all the same."""
    from bridge.cli.show import show_json  # noqa: PLC0415 - argument errors cost nothing
    from bridge.setup.asking import SetupError  # noqa: PLC0415
    from bridge.setup.wizard import run as go_through  # noqa: PLC0415

    scene = _scene(arguments)
    try:
        well = go_through(scene)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        _tell_what_stands(scene)
        return Exit.INTERRUPTED
    except SetupError as error:
        print(f"receipt-bridge: {error}", file=sys.stderr)
        _tell_what_stands(scene)
        return Exit.CONFIG
    if arguments.json:
        show_json(scene.result)
    return Exit.OK if well else Exit.TROUBLE


def _scene(arguments: argparse.Namespace) -> Scene:
    from bridge.cli.errands import do_errand  # noqa: PLC0415 - see `run`
    from bridge.config.reading import DEFAULT_FILE, VARIABLE  # noqa: PLC0415
    from bridge.setup.machine import Machine  # noqa: PLC0415
    from bridge.setup.scene import Scene  # noqa: PLC0415
    from bridge.setup.words import Words, language_of  # noqa: PLC0415

    words = Words(arguments.language or language_of(os.environ))
    asker = _asker(arguments, words)
    file = Path(arguments.config or os.environ.get(VARIABLE) or DEFAULT_FILE).absolute()
    machine = Machine(arguments.root.absolute(), words.language, asker.say, do_errand)
    return Scene(file, asker, words, _given(arguments), machine)


def _asker(arguments: argparse.Namespace, words: Words) -> Asker:
    from bridge.setup.asking import Terminal, Unattended  # noqa: PLC0415 - see `run`

    target = sys.stderr if arguments.json else sys.stdout
    if arguments.yes:
        return Unattended(target)
    return Terminal(sys.stdin, target, yes=words("yes"), no=words("no"), wrong=words("wrong"))


def _given(arguments: argparse.Namespace) -> Any:
    from bridge.setup.given import Given  # noqa: PLC0415 - see `run`

    return Given(
        token_file=arguments.token_file,
        url=arguments.url,
        offline=arguments.offline,
        printers=tuple(arguments.printer),
        shop=tuple(arguments.shop),
        test_print=not arguments.no_test_print,
        rules=not arguments.no_rules,
        service=not arguments.no_service,
    )


def _tell_what_stands(scene: Scene) -> None:
    if not scene.deeds:
        print(scene.words("nothing_stands"), file=sys.stderr)
        return
    print(scene.words("stands"), file=sys.stderr)
    for deed in scene.deeds:
        print(f"  {deed}", file=sys.stderr)


def _printer(text: str) -> dict[str, Any]:
    """Return the table of a printer. Raises ArgumentTypeError."""
    from bridge.setup.given import printer_table  # noqa: PLC0415 - every command line is read by this file

    try:
        return printer_table(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def _url(text: str) -> str:
    from bridge.config.web_address import check_url  # noqa: PLC0415 - as above

    try:
        return check_url(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None

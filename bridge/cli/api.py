"""`receipt-bridge api`: any method of BaseLinker's API from the command line, with its documentation offline."""

from __future__ import annotations

import argparse
import sys
import warnings
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bridge.baselinker.api import Api
    from bridge.baselinker.errors import BaseLinkerError
    from bridge.baselinker.methods import Method

SUMMARY = "call a method of BaseLinker's API, or read its documentation"
DESCRIPTION = """\
A value is JSON where the method wants a number, a list or a map, and plain text where it wants text. Parameters are
checked before anything is sent. Half of the request budget is used at most, so the daemon is never kept waiting; a
call waits for its turn up to a minute.

Methods that delete or overwrite something ask first. Exit code 1 when BaseLinker refused the call or could not be
reached, 2 when nothing was sent because of a mistake or without a yes, 78 when the configuration or the token is
wrong.

values:
  order_id=7             a number
  products='[{...}]'     JSON
  admin_comments=2024    a text, because the method wants one
  file=@receipt.pdf      a file's content, encoded as BaseLinker wants it
  products=@lines.json   what the file holds, read like a value

columns of --list:
  method  its name
  note    deletes or overwrites what BaseLinker has; pages: takes --all
  does    what it does

examples:
  receipt-bridge api --list receipt
  receipt-bridge api getReceipts --help
  receipt-bridge api getOrders order_id=7
  receipt-bridge api getInventoryProductsList inventory_id=307 --all --json
  receipt-bridge api setOrderFields order_id=7 admin_comments=checked --yes"""

# Seconds: room for one more request comes within a minute, or not soon.
_PATIENCE = 65.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the method, its parameters, and the form of the answer."""
    parser.add_argument("method", nargs="?", metavar="METHOD", help="the method's name, such as getOrders")
    parser.add_argument(
        "values", nargs="*", metavar="KEY=VALUE", help="its parameters; KEY=@FILE takes a file's content"
    )
    parser.add_argument(
        "--parameters", metavar="FILE", help="parameters as a JSON object; - reads standard input"
    )
    parser.add_argument("--all", action="store_true", help="fetch all pages of a list")
    parser.add_argument(
        "--yes", action="store_true", help="do not ask before something is deleted or changed"
    )
    parser.add_argument(
        "--list", nargs="?", const="", metavar="WORD", help="list the methods, or those about a word; offline"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")
    parser.add_argument(
        "-h", "--help", action=_Help, nargs=0, help="show this help, or with METHOD the method's, and exit"
    )


class _Help(argparse.Action):
    """Shows what is known of the method that was named, or the help of the command."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        del values, option_string
        if namespace.method is None:
            parser.print_help()
            parser.exit()
        method = _known(namespace.method)
        if method is None:
            parser.exit(_no_such_method(namespace.method))
        from bridge.cli.api_pages import show_method  # noqa: PLC0415 - argument errors cost nothing

        show_method(method)
        parser.exit()


def run(arguments: argparse.Namespace) -> int:
    """List methods, or call one."""
    if arguments.list is not None:
        return _list(arguments)
    if arguments.method is None:
        return _mistaken("name a method, or see them all with --list")
    method = _known(arguments.method)
    if method is None and not arguments.yes:
        return _no_such_method(arguments.method)
    if arguments.all and (method is None or not method.paging):
        return _mistaken(f"{arguments.method} has no pages: leave out --all")
    from bridge.baselinker.checking import check  # noqa: PLC0415 - see `_Help`
    from bridge.baselinker.errors import BadParameters  # noqa: PLC0415
    from bridge.cli.api_values import ValueMistakes, parameters_of  # noqa: PLC0415

    try:
        parameters = parameters_of(method, arguments.values, arguments.parameters)
        if method is not None:
            # Here already, so that nobody is asked about a call that cannot be sent.
            check(method, parameters)
    except ValueMistakes as error:
        return _mistaken(*error.mistakes)
    except BadParameters as error:
        return _mistaken(*error.mistakes, f"nothing was sent; see receipt-bridge api {error.method} --help")
    if method is not None and method.destroys and not arguments.yes and not _agreed(method):
        return Exit.USAGE
    return _call(arguments, parameters)


def _known(name: str) -> Method | None:
    from bridge.baselinker.methods import methods  # noqa: PLC0415 - see `_Help`

    return methods().get(name)


def _list(arguments: argparse.Namespace) -> int:
    from bridge.baselinker.methods import methods  # noqa: PLC0415 - see `_Help`
    from bridge.cli.api_pages import show_list  # noqa: PLC0415

    if arguments.method is not None:
        return _mistaken(f"--list takes one word; '{arguments.method}' is one too many")
    word = arguments.list.lower()
    found = [
        method
        for method in methods().values()
        if word in f"{method.name}\n{method.does}\n{methods().groups[method.group]}".lower()
    ]
    if not found and not arguments.json:
        print(f"no method is about '{arguments.list}'")
    else:
        show_list(found, in_json=arguments.json)
    return Exit.OK


def _agreed(method: Method) -> bool:
    """Ask before something is lost; without a person to ask the answer is no."""
    what = f"{method.name} {method.destroys} what BaseLinker has"
    if not sys.stdin.isatty():
        _mistaken(f"{what}; nothing was sent. To do it from a script: --yes")
        return False
    print(f"{what}. Send it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() in {"y", "yes", "t", "tak"}:
        return True
    _mistaken("nothing was sent")
    return False


def _call(arguments: argparse.Namespace, parameters: Mapping[str, Any]) -> int:
    from bridge.baselinker.api import Api  # noqa: PLC0415 - see `_Help`
    from bridge.baselinker.budget import Priority  # noqa: PLC0415
    from bridge.baselinker.errors import BaseLinkerError  # noqa: PLC0415
    from bridge.cli.opening import config_of, open_client  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _warn
        with open_client(config_of(arguments), patience=_PATIENCE) as client:
            # The share that leaves the daemon's polls and confirmations their room.
            api = Api(client, priority=Priority.UPLOAD)
            try:
                _show(api, arguments, parameters)
            except BaseLinkerError as error:
                return _failed(error, in_json=arguments.json)
    return Exit.OK


def _show(api: Api, arguments: argparse.Namespace, parameters: Mapping[str, Any]) -> None:
    """Call the method and show what came. Raises BaseLinkerError."""
    from bridge.cli.api_pages import show_pages, show_reply  # noqa: PLC0415 - see `_Help`

    name, in_json = arguments.method, arguments.json
    if not arguments.all:
        show_reply(api.call(name, parameters), in_json=in_json)
        return
    method = _known(name)
    assert method is not None  # noqa: S101 - `run` has seen that it has pages
    show_pages(method.paging[0].container, api.pages(name, **parameters), in_json=in_json)


def _failed(error: BaseLinkerError, *, in_json: bool) -> Exit:
    """Tell why a call failed, and whether it may have been carried out; return the exit code."""
    from bridge.baselinker.errors import BadToken, RefusedCall  # noqa: PLC0415 - see `_Help`
    from bridge.cli.show import show_json  # noqa: PLC0415

    doubt = " It may have been carried out all the same." if error.may_be_applied else ""
    print(f"receipt-bridge: {error}.{doubt}", file=sys.stderr)
    if isinstance(error, RefusedCall) and in_json:
        show_json(
            {
                "status": "ERROR",
                "error_code": error.error_code,
                "error_message": error.error_message,
            }
        )
    return Exit.CONFIG if isinstance(error, BadToken) else Exit.TROUBLE


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    print(f"receipt-bridge: {message}", file=sys.stderr)


def _mistaken(*mistakes: str) -> Exit:
    for mistake in mistakes:
        print(f"receipt-bridge: {mistake}", file=sys.stderr)
    return Exit.USAGE


def _no_such_method(name: str) -> Exit:
    return _mistaken(*_unknown(name))


def _unknown(name: str) -> Iterator[str]:
    import difflib  # noqa: PLC0415 - only when something went wrong

    from bridge.baselinker.methods import methods  # noqa: PLC0415

    near = difflib.get_close_matches(name, methods(), 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    yield f"no method '{name}' is known{meant}"
    yield "a new one, which the program does not know yet, is called with --yes"

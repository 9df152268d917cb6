"""The whole API as functions, made from `methods.json` when they are first asked for.

`bridge.baselinker.api` is the door to it; what editors and mypy know of it stands in `api.pyi`.
"""

from __future__ import annotations

import difflib
import warnings
from typing import TYPE_CHECKING, Any, Self

from bridge.baselinker.budget import PER_MINUTE, Budget, Priority, Stop
from bridge.baselinker.checking import UnknownParameter, check
from bridge.baselinker.functions import Reply, function
from bridge.baselinker.mending import mend
from bridge.baselinker.methods import methods
from bridge.baselinker.paging import Page, pages
from bridge.config.secret import Secret
from bridge.config.web_address import DEFAULT_URL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bridge.baselinker.receipts import Caller


class Api:
    """Every method of BaseLinker's API: `api.getOrders(order_id=7)`, or by group `api.orders.getOrders(...)`.

    Parameters are checked before anything is sent, replies are mended (checking.py, mending.py); methods that the
    client does not know go through `call`. `client` carries the calls out, `priority` and `stop` are for its request
    budget. Every call raises BaseLinkerError: BadParameters when nothing was sent because of mistakes. A parameter
    the client does not know is sent, with an UnknownParameter warning. Safe to use from several threads when the
    client is.
    """

    def __init__(
        self, client: Caller, *, priority: Priority = Priority.POLL, stop: Stop | None = None
    ) -> None:
        self._client = client
        self._priority = priority
        self._stop = stop

    def __repr__(self) -> str:
        return f"Api({self._client!r})"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *methods().groups, *methods()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        made: Any = None
        if name in methods().groups:
            made = Group(self, name)
        elif name in methods():
            made = self._function(name)
        if made is None:
            raise AttributeError(_unknown(name, [*methods().groups, *methods()]), name=name, obj=self)
        # Found without __getattr__ from now on.
        self.__dict__[name] = made
        return made

    def close(self) -> None:
        """Close the client's connections, where it has any."""
        close: Callable[[], None] | None = getattr(self._client, "close", None)
        if close is not None:
            close()

    def call(self, method: str, parameters: Mapping[str, Any] | None = None, *, check: bool = True) -> Reply:
        """Call a method by name, also one that is not documented yet: that one as it is, unchecked and unmended.

        With `check=False` the parameters of a known one are not checked either.
        """
        if check:
            _look_at(method, parameters or {})
        return self._send(method, parameters or {})

    def iterate(self, method: str, /, **parameters: Any) -> Iterator[Any]:
        """Yield the entries of a list, page after page, each once; (id, entry) where they come as a map.

        A page is fetched when its first entry is asked for. Raises ValueError for a method without pages.
        """
        walk = self._pages(method, parameters)
        return (entry for page in walk for entry in (page.items() if isinstance(page, dict) else page))

    def pages(self, method: str, /, **parameters: Any) -> Iterator[Page]:
        """Yield the pages of a list, each a list or a map of entries that were in no page before it.

        Raises ValueError for a method without pages.
        """
        return self._pages(method, parameters)

    def _pages(self, name: str, parameters: Mapping[str, Any]) -> Iterator[Page]:
        if name not in methods() or not methods()[name].paging:
            raise ValueError(f"{name} has no pages that the client knows: call it")
        given = _given(parameters)
        _look_at(name, given, above=4)
        return pages(lambda asked: self._send(name, asked), methods()[name], given)

    def _function(self, name: str, owner: str = "Api") -> Callable[..., Reply]:
        def send(parameters: dict[str, Any]) -> Reply:
            _look_at(name, parameters, above=4)
            return self._send(name, parameters)

        return function(methods()[name], send, owner)

    def _send(self, name: str, parameters: Mapping[str, Any]) -> Reply:
        reply = self._client.call(name, parameters, priority=self._priority, stop=self._stop)
        return mend(methods()[name], reply) if name in methods() else reply


class Group:
    """The methods of one group of the documentation."""

    def __init__(self, api: Api, name: str) -> None:
        self._api = api
        self._name = name
        self.__doc__ = "\n".join(
            [
                f"{methods().groups[name]}.",
                "",
                *(f"    {one}: {methods()[one].does}" for one in methods().of(name)),
            ]
        )

    def __repr__(self) -> str:
        return f"Group({self._name!r})"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *methods().of(self._name)]

    def __getattr__(self, name: str) -> Any:
        names = methods().of(self._name)
        if name not in names:
            raise AttributeError(_unknown(name, names), name=name, obj=self)
        made = self._api._function(name, f"Api.{self._name}")  # noqa: SLF001 - a group is a part of its Api
        self.__dict__[name] = made
        return made


def connect(
    token: str | Secret,
    *,
    url: str = DEFAULT_URL,
    per_minute: int = PER_MINUTE,
    patience: float | None = None,
) -> Api:
    """Return the API of the account a token belongs to; close it after use, or use it in a `with`.

    It sends at most `per_minute` requests a minute (BaseLinker blocks an account above 100, all its programs counted)
    and waits for that before a call, `patience` seconds at most. Raises ValueError for an address the token may not
    be sent to, BadToken for a token that cannot be one.
    """
    # Only here: whoever brings a client of their own does not pay for the HTTP library.
    from bridge.baselinker.client import Client  # noqa: PLC0415

    secret = token if isinstance(token, Secret) else Secret(token)
    client = Client(secret, Budget(per_minute), url=url, patience=patience)
    # Nobody shares this budget, so no part of it is kept free for others.
    return Api(client, priority=Priority.CONFIRM)


def _look_at(name: str, parameters: Mapping[str, Any], *, above: int = 3) -> None:
    """Check a known method's parameters; warn of unknown ones in the name of the caller `above` frames up."""
    if name not in methods():
        return
    unknown = check(methods()[name], parameters)
    if unknown:
        text = f"{name}: sent although the client does not know it: {', '.join(unknown)}"
        warnings.warn(text, UnknownParameter, stacklevel=above)


def _given(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _unknown(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"there is no method {name}; {meant}A new one can be called by name: api.call({name!r}, {{...}})"

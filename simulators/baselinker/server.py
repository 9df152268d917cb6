"""BaseLinkerServer: the simulated API on a loopback port, one thread a connection.

A request passes: fault before? - token - request limit - method - ledger - fault after? - answer. The account and
the ledger change under one lock, so the order of the ledger is the order things happened in.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs

from simulators.baselinker import wire
from simulators.baselinker.account import Account, refusal
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.connection import Outgoing, Port
from simulators.baselinker.faults import BEFORE, Fault, Faults, Kind
from simulators.baselinker.ledger import Ledger
from simulators.baselinker.limit import RequestLimit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from email.message import Message

    from simulators.baselinker.model import Product, StoredReceipt

TOKEN = "0000-0000-FAKE-TOKEN"  # noqa: S105 - the simulator's own, visibly no real one
"""The token the simulator accepts unless told otherwise."""

_PATH = "/connector.php"
_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent: the token of its header or form, and the form."""

    token: str
    method: str
    parameters: str


class BaseLinkerServer:
    """A simulated BaseLinker; a context manager that listens on 127.0.0.1 while it is open.

    Change `behaviour`, script `faults` and read `ledger` at any time, from any thread. `port` 0 takes a free one.
    """

    def __init__(
        self,
        *,
        behaviour: Behaviour | None = None,
        faults: Faults | None = None,
        limit: RequestLimit | None = None,
        token: str = TOKEN,
        port: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.token = token
        self.faults = faults or Faults()
        self.limit = limit or RequestLimit()
        self.ledger = Ledger()
        self._account = Account(behaviour or Behaviour(), wall)
        self._lock = threading.RLock()
        self._monotonic = monotonic
        self._wall = wall
        self._waits: set[threading.Event] = set()
        self._closing = False
        self._port = Port(self._respond, self.ledger.deliver, port)

    def __enter__(self) -> Self:
        self._port.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release what waits, drop the connections, stop listening."""
        with self._lock:
            self._closing = True
            for wait in self._waits:
                wait.set()
        self._port.close()

    @property
    def url(self) -> str:
        """The address to call."""
        return f"http://127.0.0.1:{self._port.number}{_PATH}"

    @property
    def behaviour(self) -> Behaviour:
        """How the service behaves where the real one is unknown."""
        return self._account.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        with self._lock:
            self._account.behaviour = behaviour

    @property
    def receipts(self) -> dict[int, StoredReceipt]:
        """All receipts of the account by id, as they stand now."""
        with self._lock:
            return dict(self._account.receipts)

    def add_receipt(self, products: Iterable[Product], **fields: Any) -> StoredReceipt:
        """Issue a receipt; `fields` are those of StoredReceipt, all optional."""
        with self._lock:
            return self._account.add(products, **fields)

    def edit_receipt(self, receipt_id: int, **changes: Any) -> StoredReceipt:
        """Replace fields of a receipt, as an employee does in the panel."""
        with self._lock:
            return self._account.change(receipt_id, **changes)

    def remove_receipt(self, receipt_id: int) -> None:
        """Delete a receipt."""
        with self._lock:
            del self._account.receipts[receipt_id]

    def edit_order(self, order_id: int, **changes: Any) -> None:
        """Replace or add fields of an order."""
        with self._lock:
            self._account.orders[order_id] = {**self._account.orders[order_id], **changes}

    def block(self) -> None:
        """Block the token now, as if another integration had used up the limit."""
        with self._lock:
            self.limit.block(self._monotonic())

    def _respond(self, path: str, headers: Message, body: bytes) -> Outgoing:
        """Return what goes back for one HTTP request."""
        if path != _PATH:
            return Outgoing.page(404, b"<html>404 Not Found</html>")
        request = _request(headers, body)
        fault = self.faults.draw(request.method)
        if fault is not None and fault.kind is Kind.LATE:
            self._hold(fault)
        if fault is not None and fault.kind in BEFORE:
            number = self._note(request, None, fault)
            return _failed(fault, number)
        number, data = self._apply(request, fault)
        if fault is not None and fault.kind is Kind.SLOW:
            self._hold(fault)
        return _damaged(fault, number, data, self._wall())

    def _apply(self, request: Request, fault: Fault | None) -> tuple[int, bytes]:
        """Carry a request out; return its number in the ledger and the answer."""
        with self._lock:
            reply = self._reply(request)
            number = self._note(request, reply, fault)
            return number, wire.dump(reply, self._account.behaviour)

    def _reply(self, request: Request) -> dict[str, Any]:
        if not request.token:
            return refusal("ERROR_EMPTY_TOKEN", "No user token")
        if request.token != self.token:
            return refusal("ERROR_BAD_TOKEN", "Invalid user token")
        refused = self.limit.refuse(self._monotonic(), self._wall())
        if refused is not None:
            return dict(refused)
        parameters = _parameters(request)
        if parameters is None:
            return refusal("ERROR_PARSE_JSON_PARAMETERS", "")
        return self._account.answer(request.method, parameters)

    def _note(self, request: Request, reply: Mapping[str, Any] | None, fault: Fault | None) -> int:
        return self.ledger.record(
            request.method,
            _parameters(request) or {},
            monotonic=self._monotonic(),
            wall=self._wall(),
            reply=reply,
            fault=fault.kind if fault else None,
        )

    def _hold(self, fault: Fault) -> None:
        """Wait until the fault's time is over, its release is set or the server closes."""
        with self._lock:
            if self._closing:
                return
            self._waits.add(fault.release)
        fault.release.wait(fault.seconds)
        with self._lock:
            self._waits.discard(fault.release)


def _request(headers: Message, body: bytes) -> Request:
    """Read the form; with a wrong Content-Type its fields are not seen, as on the real service."""
    form: dict[str, list[str]] = {}
    if headers.get("Content-Type", "").split(";")[0].strip() == "application/x-www-form-urlencoded":
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    token, method, parameters = (form.get(key, [""])[0] for key in ("token", "method", "parameters"))
    # The field is deprecated, but programs in use know no other way.
    return Request(headers.get("X-BLToken") or token, method, parameters)


def _parameters(request: Request) -> dict[str, Any] | None:
    """Return the parameters, {} for none or PHP's empty array, None when they are not JSON."""
    try:
        found = json.loads(request.parameters or "{}")
    except ValueError:
        return None
    return found if isinstance(found, dict) else {}


def _failed(fault: Fault, number: int) -> Outgoing:
    """Return what comes back instead of an answer."""
    if fault.kind is Kind.RESET_BEFORE:
        return Outgoing(None, reset=True, call=number)
    if fault.kind is Kind.BAD_GATEWAY:
        return Outgoing.page(502, _GATEWAY_PAGE, call=number)
    code = 429 if fault.kind is Kind.TOO_MANY else 503
    return Outgoing.page(code, b"<html>wait</html>", call=number, retry_after=int(fault.seconds))


def _damaged(fault: Fault | None, number: int, data: bytes, wall: float) -> Outgoing:
    """Return the answer to a request that was carried out, or what a fault leaves of it."""
    kind = fault.kind if fault is not None else None
    if kind is Kind.RESET_AFTER:
        return Outgoing(None, reset=True, call=number)
    if kind is Kind.LOST_ANSWER:
        return Outgoing(None, call=number)
    if kind is Kind.BAD_GATEWAY_AFTER:
        return Outgoing.page(502, _GATEWAY_PAGE, call=number)
    if kind is Kind.BAD_JSON:
        warning = b"<br />\n<b>Warning</b>: Undefined index in connector.php\n" + data[: len(data) // 2]
        return Outgoing.page(200, warning, call=number)
    if kind is Kind.NO_STATUS:
        return Outgoing.page(200, b'{"receipt_id":"1"}', call=number)
    if kind is Kind.TRUNCATED:
        whole = Outgoing.json(data, call=number, wall=wall).data or b""
        return Outgoing(whole[: len(whole) - len(data) // 2 - 1], call=number)
    return Outgoing.json(data, call=number, wall=wall)

"""Orders: added, listed page by page, changed, moved from status to status, paid, deleted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.books import DATABASE_START, Event
from simulators.baselinker.given import entries, is_given, mapped, number, text, truth, whole, wholes
from simulators.baselinker.order_record import (
    COUNTS,
    FLAGS,
    ON_REQUEST,
    TEXTS,
    blank_order,
    order_line,
    order_value,
)
from simulators.baselinker.refusals import invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

_PAGE = 100
_COLORS = ("#3498DB", "#F1C40F", "#2ECC71", "#E74C3C")
_SOURCES = {
    "personal": {"0": "Osobiście / przez telefon"},
    "shop": {"1": "Sklep internetowy"},
    "allegro": {"11": "Konto Allegro"},
}
_PAGE_KEYS = {"date_confirmed_from": "date_confirmed", "date_from": "date_add", "id_from": "order_id"}
_EQUAL = {
    "order_id": "order_id",
    "status_id": "order_status_id",
    "filter_email": "email",
    "filter_order_source": "order_source",
    "filter_order_source_id": "order_source_id",
    "filter_shop_order_id": "shop_order_id",
    "filter_external_order_id": "external_order_id",
}


class Orders:
    """The orders of an account."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "addOrder": self._add_order,
            "getOrders": self._get_orders,
            "getOrdersByEmail": self._get_orders_by_email,
            "getOrdersByPhone": self._get_orders_by_phone,
            "setOrderFields": self._set_order_fields,
            "deleteOrders": self._delete_orders,
            "getOrderStatusList": self._get_order_status_list,
            "setOrderStatus": self._set_order_status,
            "setOrderStatuses": self._set_order_statuses,
            "setOrderPayment": self._set_order_payment,
            "getOrderPaymentsHistory": self._get_order_payments_history,
            "getOrderSources": self._get_order_sources,
            "getJournalList": self._get_journal_list,
            "runOrderMacroTrigger": self._run_order_macro_trigger,
        }

    def _add_order(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        books = self._books
        status_id = self._status(parameters, "order_status_id")
        order_id = books.next_id("order", DATABASE_START)
        confirmed = books.behaviour.added_orders_are_confirmed
        order = {
            **blank_order(order_id, books.now),
            "order_status_id": status_id,
            "date_add": whole(parameters, "date_add"),
            "confirmed": confirmed,
            "date_confirmed": books.now if confirmed else 0,
            "order_source_id": whole(parameters, "custom_source_id", 0),
            **_changes(parameters),
            "products": [
                order_line(books.next_id("line"), _object(line, "products"))
                for line in entries(parameters, "products")
            ],
        }
        books.orders[order_id] = order
        books.note(Event.CREATED, order_id)
        if confirmed:
            books.note(Event.CONFIRMED, order_id)
        if truth(parameters, "paid"):
            self._pay(order, order_value(order), books.now)
        return {"order_id": order_id}

    def _get_orders(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if is_given(parameters, "filter_order_source_id") and not is_given(parameters, "filter_order_source"):
            raise invalid("filter_order_source_id needs filter_order_source")
        unconfirmed = truth(parameters, "get_unconfirmed_orders")
        found = [
            order
            for order in self._books.orders.values()
            if (unconfirmed or order["confirmed"]) and _matches(order, parameters)
        ]
        sorted_by = next((key for name, key in _PAGE_KEYS.items() if is_given(parameters, name)), "order_id")
        found.sort(key=lambda order: (order[sorted_by], order["order_id"]))
        hidden = {field for field, asks in ON_REQUEST.items() if not truth(parameters, asks)}
        return {"orders": [_without(order, hidden) for order in found[:_PAGE]]}

    def _get_orders_by_email(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return self._brief("email", parameters)

    def _get_orders_by_phone(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return self._brief("phone", parameters, "delivery_fullname", "delivery_company")

    def _brief(self, key: str, parameters: Mapping[str, Any], *further: str) -> dict[str, Any]:
        """Return the latest orders of a buyer, a few fields of each."""
        fields = ("order_id", "order_status_id", *further, "date_in_status", "date_add")
        wanted = text(parameters, key)
        found = [order for order in self._books.orders.values() if order[key] == wanted]
        found.sort(key=lambda order: order["date_add"], reverse=True)
        return {"orders": [{field: order[field] for field in fields} for order in found]}

    def _set_order_fields(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(parameters)
        changes = _changes(parameters)
        if "custom_extra_fields" in changes:
            kept = {**order["custom_extra_fields"], **changes["custom_extra_fields"]}
            changes["custom_extra_fields"] = {key: value for key, value in kept.items() if value != ""}
        order.update(changes)
        delivery = any(name.startswith("delivery_") for name in changes)
        self._books.note(Event.DELIVERY_EDITED if delivery else Event.EDITED, order["order_id"])
        return {}

    def _delete_orders(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        there = [one for one in wholes(parameters, "order_ids") if one in self._books.orders]
        for order_id in there:
            self._books.orders.pop(order_id, None)
            self._books.note(Event.REMOVED, order_id)
        return {"deleted_order_ids": there}

    def _get_order_status_list(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "statuses": [
                {
                    "id": number,
                    "name": name,
                    "name_for_customer": name,
                    "color": _COLORS[place % len(_COLORS)],
                }
                for place, (number, name) in enumerate(self._books.statuses.items())
            ]
        }

    def _set_order_status(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self._move([self._order(parameters)], self._status(parameters, "status_id"))
        return {}

    def _set_order_statuses(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        orders = [self._order({"order_id": one}) for one in wholes(parameters, "order_ids")]
        self._move(orders, self._status(parameters, "status_id"))
        return {}

    def _move(self, orders: Iterable[dict[str, Any]], status_id: int) -> None:
        for order in orders:
            order.update(order_status_id=status_id, date_in_status=self._books.now)
            self._books.note(Event.STATUS_CHANGED, order["order_id"], status_id)

    def _set_order_payment(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        paid, date = number(parameters, "payment_done"), whole(parameters, "payment_date")
        comment, payment = text(parameters, "payment_comment"), text(parameters, "external_payment_id")
        self._pay(self._order(parameters), paid, date, comment, payment)
        return {}

    def _pay(
        self, order: dict[str, Any], paid: Decimal, date: int, comment: str = "", payment_id: str = ""
    ) -> None:
        """Set what is paid in all; it replaces what was paid before."""
        total = order_value(order)
        entry = {
            "order_id": order["order_id"],
            "paid_before": Decimal(order["payment_done"]),
            "paid_after": paid,
            "total_price": total,
            "currency": order["currency"],
            "external_payment_id": payment_id,
            "date": date,
            "comment": comment,
        }
        self._books.payments.append(entry)
        order["payment_done"] = paid
        if paid >= total:
            self._books.note(Event.PAID, order["order_id"])

    def _get_order_payments_history(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order_id, full = self._order(parameters)["order_id"], truth(parameters, "show_full_history")
        return {
            "payments": [
                _without(entry, {"order_id"})
                for entry in self._books.payments
                if entry["order_id"] == order_id and (full or entry["external_payment_id"])
            ]
        }

    def _get_order_sources(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {"sources": _SOURCES}

    def _get_journal_list(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        last, order_id = whole(parameters, "last_log_id", 0), whole(parameters, "order_id", 0)
        kinds = wholes(parameters, "logs_types")
        earliest = self._books.now - 3 * 24 * 3600
        first = last if self._books.behaviour.journal_repeats_last else last + 1
        found = [
            entry
            for entry in self._books.events
            if entry["id"] >= first
            and entry["date"] >= earliest
            and (not kinds or entry["log_type"] in kinds)
            and order_id in (0, entry["order_id"])
        ]
        return {"logs": found if self._books.behaviour.journal_is_on else []}

    def _run_order_macro_trigger(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self._order(parameters)
        return {}

    def _order(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._books.orders.get(whole(parameters, "order_id"))
        if order is None:
            raise not_found("order")
        return order

    def _status(self, parameters: Mapping[str, Any], key: str) -> int:
        status_id = whole(parameters, key)
        if status_id not in self._books.statuses:
            raise not_found("status")
        return status_id


def _changes(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an order that parameters set, each in its type."""
    there = {key: value for key, value in parameters.items() if value is not None}
    changes: dict[str, Any] = {key: str(there[key]) for key in TEXTS if key in there}
    changes |= {key: whole(there, key, 0) for key in COUNTS if key in there}
    changes |= {key: "1" if truth(there, key) else "0" for key in FLAGS if key in there}
    if "delivery_price" in there:
        changes["delivery_price"] = number(there, "delivery_price")
    if "custom_extra_fields" in there:
        changes["custom_extra_fields"] = mapped(there, "custom_extra_fields")
    return changes


def _matches(order: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Whether an order passes every filter that is given."""
    equal = all(
        str(order[field]) == text(parameters, name)
        for name, field in _EQUAL.items()
        if is_given(parameters, name)
    )
    return equal and all(
        order[field] >= whole(parameters, name)
        for name, field in _PAGE_KEYS.items()
        if is_given(parameters, name)
    )


def _without(record: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in hidden}


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(f"an entry of {where} is not an object")
    return value

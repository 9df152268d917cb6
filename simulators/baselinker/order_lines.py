"""The lines of orders: added, changed, removed, and moved when orders are split, merged or copied."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.books import DATABASE_START, Event
from simulators.baselinker.given import as_number, as_whole, entries, number, text, truth, whole, wholes
from simulators.baselinker.order_record import line_changes, order_line
from simulators.baselinker.refusals import RefusedError, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods


class OrderLines:
    """The lines of an account's orders."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "addOrderProduct": self._add_order_product,
            "setOrderProductFields": self._set_order_product_fields,
            "deleteOrderProduct": self._delete_order_product,
            "addOrderBySplit": self._add_order_by_split,
            "addOrderDuplicate": self._add_order_duplicate,
            "setOrdersMerge": self._set_orders_merge,
        }

    def _add_order_product(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(parameters)
        line = order_line(self._books.next_id("line"), parameters)
        order["products"] = [*order["products"], line]
        self._books.note(Event.PRODUCT_ADDED, order["order_id"], line["order_product_id"])
        return {"order_product_id": line["order_product_id"]}

    def _set_order_product_fields(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(parameters)
        line = _line(order, whole(parameters, "order_product_id"))
        line.update(line_changes(parameters))
        self._books.note(Event.PRODUCT_EDITED, order["order_id"], line["order_product_id"])
        return {}

    def _delete_order_product(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(parameters)
        gone = _line(order, whole(parameters, "order_product_id"))
        order["products"] = [line for line in order["products"] if line is not gone]
        self._books.note(Event.PRODUCT_REMOVED, order["order_id"], gone["order_product_id"])
        return {}

    def _add_order_by_split(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(parameters)
        delivery = number(parameters, "delivery_cost_to_split")
        wanted = [_split(order, item) for item in entries(parameters, "items_to_split")]
        if len({line["order_product_id"] for line, _ in wanted}) < len(wanted):
            raise invalid("items_to_split names a line twice")
        moved = [{**line, "quantity": quantity} for line, quantity in wanted]
        for line, quantity in wanted:
            line["quantity"] -= quantity
        order["products"] = [line for line in order["products"] if line["quantity"] > 0]
        order["delivery_price"] -= delivery
        split = self._copy(order, moved)
        split["delivery_price"] = delivery
        self._books.note(Event.SPLIT, order["order_id"], split["order_id"])
        return {"new_order_id": split["order_id"]}

    def _add_order_duplicate(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._order(parameters)
        duplicate = self._copy(order, order["products"])
        self._books.note(Event.COPIED, order["order_id"], duplicate["order_id"])
        return {"order_id": duplicate["order_id"]}

    def _set_orders_merge(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        main = self._order(parameters, "main_order_id")
        others = [self._order({"order_id": one}) for one in wholes(parameters, "order_ids_to_merge")]
        if main in others:
            raise invalid("main_order_id is among order_ids_to_merge")
        moves = text(parameters, "merge_mode") == "into_main_order"
        merged = main if moves else self._copy(main, main["products"])
        merged["products"] = [
            *merged["products"],
            *self._fresh(line for one in others for line in one["products"]),
        ]
        if truth(parameters, "sum_delivery_costs"):
            merged["delivery_price"] += sum((one["delivery_price"] for one in others), Decimal(0))
        for other in others:
            self._books.note(Event.MERGED, merged["order_id"], other["order_id"])
            if moves:
                del self._books.orders[other["order_id"]]
        return {"merged_order_id": merged["order_id"]}

    def _copy(self, order: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """Return a new order with the buyer of another and these lines."""
        books = self._books
        order_id = books.next_id("order", DATABASE_START)
        made = copy.deepcopy(dict(order))
        made.update(order_id=order_id, products=self._fresh(lines), payment_done=Decimal(0))
        made.update(date_add=books.now, date_in_status=books.now)
        books.orders[order_id] = made
        books.note(Event.CREATED, order_id)
        return made

    def _fresh(self, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return copies of lines, each with an id of its own."""
        return [{**line, "order_product_id": self._books.next_id("line")} for line in lines]

    def _order(self, parameters: Mapping[str, Any], key: str = "order_id") -> dict[str, Any]:
        order = self._books.orders.get(whole(parameters, key))
        if order is None:
            raise not_found("order")
        return order


def _line(order: Mapping[str, Any], order_product_id: int) -> dict[str, Any]:
    for line in order["products"]:
        if line["order_product_id"] == order_product_id:
            found: dict[str, Any] = line
            return found
    raise not_found("order product")


def _split(order: Mapping[str, Any], item: Any) -> tuple[dict[str, Any], Decimal]:
    """Return a line to split and how much of it goes, or refuse."""
    if not isinstance(item, dict):
        raise invalid("an entry of items_to_split is not an object")
    line = _line(order, as_whole(item.get("order_product_id"), "order_product_id"))
    quantity = as_number(item.get("quantity"), "quantity")
    if not 0 < quantity <= line["quantity"]:
        raise RefusedError("ERROR_QUANTITY", f"{quantity} of order product {line['order_product_id']}")
    return line, quantity

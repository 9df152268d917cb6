# Written by `make methods` from methods.json: do not edit.
# ruff: noqa: N802, PYI021
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Self

from bridge.baselinker.budget import Priority, Stop
from bridge.baselinker.checking import UnknownParameter
from bridge.baselinker.paging import MayBeIncomplete, Page
from bridge.baselinker.receipts import Caller
from bridge.config.secret import Secret

__all__ = ["Api", "MayBeIncomplete", "UnknownParameter", "connect"]

class _Orders:
    def addOrder(
        self,
        *,
        order_status_id: int,
        date_add: int,
        currency: str,
        payment_method: str,
        payment_method_cod: bool,
        paid: bool,
        email: str,
        phone: str,
        delivery_method: str,
        delivery_price: Decimal | float,
        delivery_fullname: str,
        delivery_address: str,
        delivery_postcode: str,
        delivery_city: str,
        delivery_country_code: str,
        products: Sequence[Mapping[str, Any]],
        custom_source_id: int | None = None,
        user_comments: str | None = None,
        admin_comments: str | None = None,
        user_login: str | None = None,
        delivery_company: str | None = None,
        delivery_state: str | None = None,
        delivery_point_id: str | None = None,
        delivery_point_name: str | None = None,
        delivery_point_address: str | None = None,
        delivery_point_postcode: str | None = None,
        delivery_point_city: str | None = None,
        invoice_fullname: str | None = None,
        invoice_company: str | None = None,
        invoice_nip: str | None = None,
        invoice_address: str | None = None,
        invoice_postcode: str | None = None,
        invoice_city: str | None = None,
        invoice_state: str | None = None,
        invoice_country_code: str | None = None,
        want_invoice: bool | None = None,
        extra_field_1: str | None = None,
        extra_field_2: str | None = None,
        custom_extra_fields: Mapping[Any, Any] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates an order."""

    def addOrderBySplit(
        self,
        *,
        order_id: int,
        items_to_split: Sequence[Mapping[str, Any]],
        delivery_cost_to_split: Decimal | float | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Moves some items of an order into a new order."""

    def addOrderDuplicate(
        self,
        *,
        order_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Copies an order."""

    def deleteOrders(
        self,
        *,
        order_ids: Sequence[int],
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes orders."""

    def getOrderTransactionData(
        self,
        *,
        order_id: int,
        include_complex_taxes: bool | None = None,
        include_amazon_data: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns what the marketplace knows about an order: dates, shipments, taxes."""

    def getOrders(
        self,
        *,
        order_id: int | None = None,
        date_confirmed_from: int | None = None,
        date_from: int | None = None,
        id_from: int | None = None,
        get_unconfirmed_orders: bool | None = None,
        status_id: int | None = None,
        filter_email: str | None = None,
        filter_order_source: str | None = None,
        filter_order_source_id: int | None = None,
        filter_shop_order_id: int | None = None,
        filter_external_order_id: str | None = None,
        include_custom_extra_fields: bool | None = None,
        include_commissions: bool | None = None,
        include_connect_data: bool | None = None,
        include_discounts_data: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns orders, at most 100 a call."""

    def getOrdersByEmail(
        self,
        *,
        email: str,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the orders of a buyer's e-mail address."""

    def getOrdersByPhone(
        self,
        *,
        phone: str,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the orders of a buyer's telephone number."""

    def setOrderFields(
        self,
        *,
        order_id: int,
        admin_comments: str | None = None,
        user_comments: str | None = None,
        payment_method: str | None = None,
        payment_method_cod: bool | None = None,
        email: str | None = None,
        phone: str | None = None,
        user_login: str | None = None,
        delivery_method: str | None = None,
        delivery_price: Decimal | float | None = None,
        delivery_fullname: str | None = None,
        delivery_company: str | None = None,
        delivery_address: str | None = None,
        delivery_postcode: str | None = None,
        delivery_city: str | None = None,
        delivery_state: str | None = None,
        delivery_country_code: str | None = None,
        delivery_point_id: str | None = None,
        delivery_point_name: str | None = None,
        delivery_point_address: str | None = None,
        delivery_point_postcode: str | None = None,
        delivery_point_city: str | None = None,
        invoice_fullname: str | None = None,
        invoice_company: str | None = None,
        invoice_nip: str | None = None,
        invoice_address: str | None = None,
        invoice_postcode: str | None = None,
        invoice_city: str | None = None,
        invoice_state: str | None = None,
        invoice_country_code: str | None = None,
        want_invoice: bool | None = None,
        extra_field_1: str | None = None,
        extra_field_2: str | None = None,
        custom_extra_fields: Mapping[Any, Any] | None = None,
        pick_state: int | None = None,
        pack_state: int | None = None,
        star: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Changes fields of an order; those not given stay."""

    def setOrdersMerge(
        self,
        *,
        main_order_id: int,
        order_ids_to_merge: Sequence[int],
        merge_mode: str,
        sum_delivery_costs: bool,
        **others: Any,
    ) -> dict[str, Any]:
        """Merges orders into one."""

    def addOrderProduct(
        self,
        *,
        order_id: int,
        storage: str,
        storage_id: str,
        product_id: str | None = None,
        variant_id: str | None = None,
        auction_id: str | None = None,
        name: str | None = None,
        sku: str | None = None,
        ean: str | None = None,
        location: str | None = None,
        warehouse_id: int | None = None,
        attributes: str | None = None,
        price_brutto: Decimal | float | None = None,
        tax_rate: Decimal | float | None = None,
        quantity: int | None = None,
        weight: Decimal | float | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Adds an item to an order."""

    def deleteOrderProduct(
        self,
        *,
        order_id: int,
        order_product_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Takes an item out of an order."""

    def setOrderProductFields(
        self,
        *,
        order_id: int,
        order_product_id: int,
        storage: str | None = None,
        storage_id: str | None = None,
        product_id: str | None = None,
        variant_id: str | None = None,
        auction_id: str | None = None,
        name: str | None = None,
        sku: str | None = None,
        ean: str | None = None,
        location: str | None = None,
        warehouse_id: int | None = None,
        attributes: str | None = None,
        price_brutto: Decimal | float | None = None,
        tax_rate: Decimal | float | None = None,
        quantity: int | None = None,
        weight: Decimal | float | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Changes an item of an order; fields not given stay."""

    def getOrderPaymentsHistory(
        self,
        *,
        order_id: int,
        show_full_history: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the payments of an order."""

    def setOrderPayment(
        self,
        *,
        order_id: int,
        payment_done: Decimal | float,
        payment_date: int,
        payment_comment: str | None = None,
        external_payment_id: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Sets how much of an order is paid."""

    def getOrderStatusList(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the order statuses of the account."""

    def setOrderStatus(
        self,
        *,
        order_id: int,
        status_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Moves an order to a status."""

    def setOrderStatuses(
        self,
        *,
        order_ids: Sequence[int],
        status_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Moves several orders to a status."""

    def addInvoice(
        self,
        *,
        order_id: int,
        series_id: int,
        vat_rate: Decimal | float | str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Issues an invoice for an order."""

    def addInvoiceCorrection(
        self,
        *,
        original_invoice_id: int | None = None,
        return_order_id: int | None = None,
        series_id: int | None = None,
        date_sell: int | None = None,
        correcting_reason: int | None = None,
        correcting_items: bool | None = None,
        correcting_data: bool | None = None,
        invoice_fullname: str | None = None,
        invoice_company: str | None = None,
        invoice_address: str | None = None,
        invoice_postcode: str | None = None,
        invoice_city: str | None = None,
        invoice_state: str | None = None,
        invoice_country_code: str | None = None,
        invoice_nip: str | None = None,
        items: Sequence[Any] | None = None,
        fv_payment: str | None = None,
        fv_person: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Issues a correction of an invoice, or for an order return."""

    def addOrderInvoiceFile(
        self,
        *,
        invoice_id: int,
        file: str,
        external_invoice_number: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Puts a file in the place of an invoice's own document."""

    def getInvoiceFile(
        self,
        *,
        invoice_id: int,
        get_external: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the document of an invoice."""

    def getInvoices(
        self,
        *,
        invoice_id: int | None = None,
        order_id: int | None = None,
        date_from: int | None = None,
        id_from: int | None = None,
        series_id: int | None = None,
        get_external_invoices: bool | None = None,
        get_government_data: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns invoices and corrections."""

    def getSeries(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the numbering series of invoices, corrections and receipts."""

    def addOrderReceiptFile(
        self,
        *,
        receipt_id: int,
        file: str,
        external_receipt_number: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Puts a file in the place of a receipt's own document."""

    def addReceipt(
        self,
        *,
        order_id: int,
        series_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Issues a receipt for an order; it then waits to be printed."""

    def getNewReceipts(
        self,
        *,
        series_id: int | None = None,
        id_from: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns receipts that wait to be printed."""

    def getReceipt(
        self,
        *,
        receipt_id: int | None = None,
        order_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns one receipt."""

    def getReceipts(
        self,
        *,
        series_id: int | None = None,
        id_from: int | None = None,
        date_from: int | None = None,
        date_to: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns issued receipts, at most 100 a call."""

    def setOrderReceipt(
        self,
        *,
        receipt_id: int,
        date: int,
        receipt_nr: str | None = None,
        printer_error: bool | None = None,
        printer_name: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Tells that a receipt is printed, or could not be."""

    def getPickPackCarts(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the carts used for picking and packing."""

    def getJournalList(
        self,
        *,
        last_log_id: int | None = None,
        logs_types: Sequence[int] | None = None,
        order_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns what happened to orders in the last 3 days; may have to be switched on for the account."""

    def getOrderExtraFields(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the extra fields defined for orders."""

    def getOrderPickPackHistory(
        self,
        *,
        order_id: int,
        action_type: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the steps of picking and packing an order."""

    def getOrderPrintoutTemplates(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the printout templates for orders."""

    def getOrderSources(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the sources orders come from, by type."""

    def runOrderMacroTrigger(
        self,
        *,
        order_id: int,
        trigger_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Starts a personal event of the automatic actions for an order; what it does is set in the panel."""

class _Returns:
    def addOrderReturn(
        self,
        *,
        status_id: int,
        date_add: int,
        currency: str,
        refunded: bool,
        products: Sequence[Mapping[str, Any]],
        order_id: int | None = None,
        custom_source_id: int | None = None,
        reference_number: str | None = None,
        admin_comments: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        user_login: str | None = None,
        delivery_price: Decimal | float | None = None,
        delivery_fullname: str | None = None,
        delivery_company: str | None = None,
        delivery_address: str | None = None,
        delivery_postcode: str | None = None,
        delivery_city: str | None = None,
        delivery_state: str | None = None,
        delivery_country_code: str | None = None,
        extra_field_1: str | None = None,
        extra_field_2: str | None = None,
        custom_extra_fields: Mapping[Any, Any] | None = None,
        refund_account_number: str | None = None,
        refund_iban: str | None = None,
        refund_swift: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates an order return."""

    def getOrderReturnExtraFields(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the extra fields defined for order returns."""

    def getOrderReturns(
        self,
        *,
        order_id: int | None = None,
        return_id: int | None = None,
        date_from: int | None = None,
        id_from: int | None = None,
        status_id: int | None = None,
        filter_order_return_source: str | None = None,
        filter_order_return_source_id: int | None = None,
        include_custom_extra_fields: bool | None = None,
        include_connect_data: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns order returns."""

    def setOrderReturnFields(
        self,
        *,
        return_id: int,
        admin_comments: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        user_login: str | None = None,
        delivery_price: Decimal | float | None = None,
        delivery_fullname: str | None = None,
        delivery_company: str | None = None,
        delivery_address: str | None = None,
        delivery_postcode: str | None = None,
        delivery_city: str | None = None,
        delivery_state: str | None = None,
        delivery_country_code: str | None = None,
        extra_field_1: str | None = None,
        extra_field_2: str | None = None,
        custom_extra_fields: Mapping[Any, Any] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Changes fields of an order return; those not given stay."""

    def addOrderReturnProduct(
        self,
        *,
        return_id: int,
        order_product_id: int | None = None,
        storage: str | None = None,
        storage_id: str | None = None,
        product_id: str | None = None,
        variant_id: str | None = None,
        auction_id: str | None = None,
        name: str | None = None,
        sku: str | None = None,
        ean: str | None = None,
        location: str | None = None,
        warehouse_id: int | None = None,
        attributes: str | None = None,
        price_brutto: Decimal | float | None = None,
        tax_rate: Decimal | float | None = None,
        quantity: int | None = None,
        weight: Decimal | float | None = None,
        status_id: int | None = None,
        return_reason_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Adds an item to an order return."""

    def deleteOrderReturnProduct(
        self,
        *,
        return_id: int,
        order_return_product_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Takes an item out of an order return."""

    def setOrderReturnProductFields(
        self,
        *,
        return_id: int,
        order_return_product_id: int,
        storage: str | None = None,
        storage_id: str | None = None,
        product_id: str | None = None,
        variant_id: str | None = None,
        auction_id: str | None = None,
        name: str | None = None,
        sku: str | None = None,
        ean: str | None = None,
        location: str | None = None,
        warehouse_id: int | None = None,
        attributes: str | None = None,
        price_brutto: Decimal | float | None = None,
        tax_rate: Decimal | float | None = None,
        quantity: int | None = None,
        weight: Decimal | float | None = None,
        status_id: int | None = None,
        return_reason_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Changes an item of an order return; fields not given stay."""

    def getOrderReturnProductStatuses(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the statuses of returned items."""

    def getOrderReturnReasonsList(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the reasons for returns."""

    def getOrderReturnStatusList(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the statuses of order returns."""

    def setOrderReturnStatus(
        self,
        *,
        return_id: int | Sequence[int],
        status_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Moves an order return to a status."""

    def setOrderReturnStatuses(
        self,
        *,
        return_ids: Sequence[int],
        status_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Moves several order returns to a status."""

    def getOrderReturnPaymentsHistory(
        self,
        *,
        return_id: int,
        show_full_history: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the refunds of an order return."""

    def setOrderReturnRefund(
        self,
        *,
        return_id: int,
        order_refund_done: Decimal | float,
        refund_date: int,
        refund_comment: str,
        external_refund_id: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Marks an order return as refunded."""

    def getOrderReturnJournalList(
        self,
        *,
        last_log_id: int | None = None,
        logs_types: Sequence[int] | None = None,
        return_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns what happened to order returns."""

    def runOrderReturnMacroTrigger(
        self,
        *,
        return_id: int,
        trigger_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Starts a personal event of the automatic actions for an order return; what it does is set in the panel."""

class _Couriers:
    def createPackage(
        self,
        *,
        order_id: int,
        courier_code: str,
        fields: Sequence[Mapping[str, Any]],
        packages: Sequence[Mapping[str, Any]],
        account_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Orders a shipment from a courier."""

    def createPackageManual(
        self,
        *,
        order_id: int,
        courier_code: str,
        package_number: str,
        pickup_date: int,
        return_shipment: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Enters a shipment ordered elsewhere."""

    def deleteCourierPackage(
        self,
        *,
        courier_code: str,
        package_id: int | None = None,
        package_number: str | None = None,
        force_delete: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a shipment."""

    def getCourierPackagesStatusHistory(
        self,
        *,
        package_ids: Sequence[int],
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the tracking history of shipments."""

    def getOrderPackages(
        self,
        *,
        order_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the shipments of an order."""

    def getPackageDetails(
        self,
        *,
        package_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns weight, size and costs of the parcels of a shipment."""

    def getCourierAccounts(
        self,
        *,
        courier_code: str,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the accounts connected for a courier."""

    def getCourierFields(
        self,
        *,
        courier_code: str,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the form a courier wants filled in for a shipment."""

    def getCourierServices(
        self,
        *,
        courier_code: str,
        order_id: int,
        fields: Sequence[Mapping[str, Any]],
        packages: Sequence[Mapping[str, Any]],
        account_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the services a courier offers for a shipment."""

    def getCouriersList(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the couriers that can be used."""

    def getCourierDocument(
        self,
        *,
        courier_code: str,
        document_type: str,
        account_id: int,
        package_ids: Sequence[int] | None = None,
        package_numbers: Sequence[str] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns a document of a courier."""

    def getLabel(
        self,
        *,
        courier_code: str,
        package_id: int | None = None,
        package_number: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the label of a shipment."""

    def getProtocol(
        self,
        *,
        courier_code: str,
        account_id: int,
        package_ids: Sequence[int] | None = None,
        package_numbers: Sequence[str] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the hand-over protocol of shipments."""

    def getRequestParcelPickupFields(
        self,
        *,
        courier_code: str,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the form a courier wants filled in for a pickup."""

    def runRequestParcelPickup(
        self,
        *,
        courier_code: str,
        account_id: int,
        fields: Sequence[Any],
        package_ids: Sequence[int] | None = None,
        package_numbers: Sequence[str] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Asks a courier to pick shipments up."""

class _Clients:
    def addCrmClient(
        self,
        *,
        crm_client_id: int | None = None,
        status_id: int | None = None,
        star: int | None = None,
        contractor_id: int | None = None,
        login: str | None = None,
        phone: str | None = None,
        email: str | None = None,
        notes: str | None = None,
        invoice_company: str | None = None,
        invoice_fullname: str | None = None,
        invoice_address: str | None = None,
        invoice_postcode: str | None = None,
        invoice_city: str | None = None,
        invoice_state: str | None = None,
        invoice_country_code: str | None = None,
        invoice_tax_id: str | None = None,
        delivery_company: str | None = None,
        delivery_fullname: str | None = None,
        delivery_address: str | None = None,
        delivery_postcode: str | None = None,
        delivery_city: str | None = None,
        delivery_state: str | None = None,
        delivery_country_code: str | None = None,
        custom_extra_fields: Mapping[Any, Any] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a client, or changes one when crm_client_id is given."""

    def deleteCrmClient(
        self,
        *,
        crm_client_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a client."""

    def getCrmClientData(
        self,
        *,
        crm_client_id: int,
        include_custom_extra_fields: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns one client."""

    def getCrmClientExtraFields(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the extra fields defined for clients."""

    def getCrmClients(
        self,
        *,
        page: int | None = None,
        filter_crm_client_id: int | None = None,
        filter_email: str | None = None,
        filter_phone: str | None = None,
        filter_login: str | None = None,
        filter_invoice_company: str | None = None,
        filter_invoice_tax_id: str | None = None,
        filter_invoice_fullname: str | None = None,
        filter_status_id: int | None = None,
        include_custom_extra_fields: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns clients, 100 a page."""

    def getCrmClientStatusGroups(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the groups of client statuses."""

    def getCrmClientStatuses(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the client statuses."""

class _Catalog:
    def addInventory(
        self,
        *,
        name: str,
        languages: Sequence[str],
        default_language: str,
        price_groups: Sequence[int],
        default_price_group: int,
        warehouses: Sequence[str],
        default_warehouse: str,
        reservations: bool,
        inventory_id: int | None = None,
        description: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a catalog, or changes one when inventory_id is given."""

    def deleteInventory(
        self,
        *,
        inventory_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a catalog."""

    def getInventories(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the catalogs."""

    def addInventoryPriceGroup(
        self,
        *,
        name: str,
        currency: str,
        price_group_id: int | None = None,
        description: str | None = None,
        price_group_type: str | None = None,
        source_price_group_id: int | None = None,
        price_multiplier: Decimal | float | None = None,
        price_addition: Decimal | float | None = None,
        is_bundle_price_calculated: bool | None = None,
        bundle_price_multiplier: Decimal | float | None = None,
        bundle_price_addition: Decimal | float | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a price group, or changes one when price_group_id is given."""

    def deleteInventoryPriceGroup(
        self,
        *,
        price_group_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a price group."""

    def getInventoryPriceGroups(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the price groups."""

    def addInventoryWarehouse(
        self,
        *,
        warehouse_id: int | None = None,
        name: str | None = None,
        description: str | None = None,
        stock_edition: bool | None = None,
        country: str | None = None,
        address: str | None = None,
        postcode: str | None = None,
        city: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a warehouse, or changes one when warehouse_id is given."""

    def deleteInventoryWarehouse(
        self,
        *,
        warehouse_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a warehouse."""

    def getInventoryWarehouses(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the warehouses."""

    def addInventoryCategory(
        self,
        *,
        name: str,
        parent_id: int,
        inventory_id: int | None = None,
        category_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a category, or changes one when category_id is given."""

    def deleteInventoryCategory(
        self,
        *,
        category_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a category."""

    def getInventoryCategories(
        self,
        *,
        inventory_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the categories of a catalog."""

    def addInventoryManufacturer(
        self,
        *,
        manufacturer_id: int | None = None,
        name: str | None = None,
        manufacturer_name: str | None = None,
        manufacturer_photo: str | None = None,
        manufacturer_url: str | None = None,
        manufacturer_street: str | None = None,
        manufacturer_postcode: str | None = None,
        manufacturer_city: str | None = None,
        manufacturer_state: str | None = None,
        manufacturer_country_code: str | None = None,
        manufacturer_email: str | None = None,
        manufacturer_phone: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a manufacturer, or changes one when manufacturer_id is given."""

    def deleteInventoryManufacturer(
        self,
        *,
        manufacturer_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a manufacturer."""

    def getInventoryManufacturers(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the manufacturers."""

    def addInventoryProduct(
        self,
        *,
        inventory_id: int | str,
        product_id: int | str | None = None,
        parent_id: int | str | None = None,
        is_bundle: bool | None = None,
        ean: str | None = None,
        sku: str | None = None,
        tax_rate: Decimal | float | None = None,
        weight: Decimal | float | None = None,
        height: Decimal | float | None = None,
        width: Decimal | float | None = None,
        length: Decimal | float | None = None,
        star: int | None = None,
        manufacturer_id: int | None = None,
        category_id: int | None = None,
        prices: Mapping[Any, Decimal | float] | None = None,
        stock: Mapping[Any, Decimal | float] | None = None,
        locations: Mapping[Any, str] | None = None,
        text_fields: Mapping[Any, Any] | None = None,
        images: Mapping[Any, str] | None = None,
        links: Mapping[Any, Mapping[str, Any]] | None = None,
        bundle_products: Mapping[Any, Any] | None = None,
        ean_additional: Sequence[Mapping[str, Any]] | None = None,
        asin: str | None = None,
        tags: Sequence[Any] | None = None,
        average_cost: Decimal | float | None = None,
        videos: Sequence[Any] | None = None,
        media_options: Mapping[Any, Any] | None = None,
        suppliers: Sequence[Any] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a product, or changes one when product_id is given."""

    def deleteInventoryProduct(
        self,
        *,
        product_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a product."""

    def getInventoryProductLogs(
        self,
        *,
        product_id: int,
        date_from: int | None = None,
        date_to: int | None = None,
        log_type: int | None = None,
        sort: str | None = None,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the changes made to a product."""

    def getInventoryProductsData(
        self,
        *,
        inventory_id: int,
        products: Sequence[int | str],
        include_erp_units: bool | None = None,
        include_wms_units: bool | None = None,
        include_additional_eans: bool | None = None,
        include_suppliers: bool | None = None,
        include_relations: bool | None = None,
        include_marketplace_categories: bool | None = None,
        include_channels_media: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns products in full."""

    def getInventoryProductsList(
        self,
        *,
        inventory_id: int,
        filter_id: int | None = None,
        filter_category_id: int | None = None,
        filter_sku: str | None = None,
        filter_ean: str | None = None,
        filter_asin: str | None = None,
        filter_name: str | None = None,
        filter_price_from: Decimal | float | None = None,
        filter_price_to: Decimal | float | None = None,
        filter_stock_from: int | None = None,
        filter_stock_to: int | None = None,
        page: int | None = None,
        filter_sort: str | None = None,
        include_variants: bool | None = None,
        filter_locations: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns products in short, 1000 a page."""

    def getInventoryProductsPrices(
        self,
        *,
        inventory_id: int,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the prices of products, 1000 a page."""

    def getInventoryProductsStock(
        self,
        *,
        inventory_id: int,
        page: int | None = None,
        filter_id: int | None = None,
        filter_category_id: int | None = None,
        filter_ean: str | None = None,
        filter_sku: str | None = None,
        filter_name: str | None = None,
        filter_asin: str | None = None,
        filter_stock_from: Decimal | float | None = None,
        filter_stock_to: Decimal | float | None = None,
        filter_sort: str | None = None,
        filter_locations: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the stock of products, 1000 a page."""

    def runProductMacroTrigger(
        self,
        *,
        product_id: int,
        trigger_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Starts a personal event of the automatic actions for a product; what it does is set in the panel."""

    def updateInventoryProductsPrices(
        self,
        *,
        inventory_id: int,
        products: Mapping[Any, Mapping[Any, Decimal | float]],
        **others: Any,
    ) -> dict[str, Any]:
        """Sets prices of several products."""

    def updateInventoryProductsStock(
        self,
        *,
        inventory_id: int,
        products: Mapping[Any, Mapping[Any, Decimal | float]],
        **others: Any,
    ) -> dict[str, Any]:
        """Sets the stock of several products."""

    def addInventoryDocument(
        self,
        *,
        warehouse_id: int,
        document_type: int,
        target_warehouse_id: int | None = None,
        date_add: int | None = None,
        date_execute: int | None = None,
        contractor: str | None = None,
        invoice_no: str | None = None,
        notes: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a draft of a warehouse document."""

    def addInventoryDocumentFile(
        self,
        *,
        document_id: int,
        file: str,
        external_document_number: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Puts a file in the place of a warehouse document's own printout."""

    def addInventoryDocumentItems(
        self,
        *,
        document_id: int,
        items: Sequence[Mapping[str, Any]],
        **others: Any,
    ) -> dict[str, Any]:
        """Adds items to a draft of a warehouse document."""

    def getInventoryDocumentFile(
        self,
        *,
        document_id: int,
        get_external: bool | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the printout of a warehouse document."""

    def getInventoryDocumentItems(
        self,
        *,
        document_id: int,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the items of a warehouse document, 100 a page."""

    def getInventoryDocumentSeries(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the numbering series of warehouse documents."""

    def getInventoryDocuments(
        self,
        *,
        filter_document_id: int | None = None,
        filter_document_type: int | None = None,
        filter_document_status: int | None = None,
        filter_date_from: int | None = None,
        filter_date_to: int | None = None,
        filter_warehouse_id: int | None = None,
        page: int | None = None,
        filter_source_object_type: int | None = None,
        filter_source_object_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns warehouse documents, 100 a page."""

    def setInventoryDocumentStatusConfirmed(
        self,
        *,
        document_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Confirms a warehouse document, which changes the stock."""

    def addInventoryPurchaseOrder(
        self,
        *,
        warehouse_id: int,
        supplier_id: int,
        payer_id: int,
        currency: str,
        name: str | None = None,
        notes: str | None = None,
        invoice_no: str | None = None,
        date_delivery_expected: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a draft of a purchase order."""

    def addInventoryPurchaseOrderItems(
        self,
        *,
        order_id: int,
        items: Sequence[Mapping[str, Any]],
        **others: Any,
    ) -> dict[str, Any]:
        """Adds items to a purchase order."""

    def getInventoryPurchaseOrderItems(
        self,
        *,
        order_id: int,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the items of a purchase order, 100 a page."""

    def getInventoryPurchaseOrderSeries(
        self,
        *,
        warehouse_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the numbering series of purchase orders."""

    def getInventoryPurchaseOrders(
        self,
        *,
        warehouse_id: int | None = None,
        supplier_id: int | None = None,
        series_id: int | None = None,
        date_from: int | None = None,
        date_to: int | None = None,
        filter_document_number: str | None = None,
        page: int | None = None,
        filter_product_id: int | None = None,
        inventory_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns purchase orders, 100 a page."""

    def setInventoryPurchaseOrderStatus(
        self,
        *,
        order_id: int,
        status: int,
        completed_items: Sequence[Mapping[str, Any]] | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Moves a purchase order to a status."""

    def addInventoryFulfillmentDelivery(
        self,
        *,
        warehouse_id: int,
        fulfillment_warehouse_id: int,
        name: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a draft of a delivery to a fulfillment warehouse."""

    def addInventoryFulfillmentDeliveryItems(
        self,
        *,
        delivery_id: int,
        items: Sequence[Mapping[str, Any]],
        **others: Any,
    ) -> dict[str, Any]:
        """Adds items to a draft of a fulfillment delivery."""

    def getInventoryFulfillmentDeliveries(
        self,
        *,
        fulfillment_warehouse_id: int | None = None,
        fulfillment_warehouse_ids: Sequence[int] | None = None,
        warehouse_id: int | None = None,
        status: int | None = None,
        statuses: Sequence[int] | None = None,
        date_from: int | None = None,
        date_to: int | None = None,
        filter_document_number: str | None = None,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns fulfillment deliveries, 100 a page."""

    def getInventoryFulfillmentDeliveryItems(
        self,
        *,
        delivery_id: int,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the items of a fulfillment delivery, 100 a page."""

    def addInventorySupplier(
        self,
        *,
        name: str,
        take_product_cost_from: str,
        take_product_code_from: str,
        supplier_id: int | None = None,
        address: str | None = None,
        postcode: str | None = None,
        city: str | None = None,
        phone: str | None = None,
        email: str | None = None,
        email_copy_to: str | None = None,
        currency: str | None = None,
        tax_no: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a supplier, or changes one when supplier_id is given."""

    def deleteInventorySupplier(
        self,
        *,
        supplier_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a supplier."""

    def getInventorySuppliers(
        self,
        *,
        filter_id: int | None = None,
        filter_name: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the suppliers."""

    def addInventoryPayer(
        self,
        *,
        name: str,
        payer_id: int | None = None,
        address: str | None = None,
        postcode: str | None = None,
        city: str | None = None,
        tax_no: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Creates a payer, or changes one when payer_id is given."""

    def deleteInventoryPayer(
        self,
        *,
        payer_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Deletes a payer."""

    def getInventoryPayers(
        self,
        *,
        filter_id: int | None = None,
        filter_name: str | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the payers."""

    def getInventoryAvailableTextFieldKeys(
        self,
        *,
        inventory_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the text fields products of a catalog may have."""

    def getInventoryExtraFields(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the extra fields defined for products."""

    def getInventoryIntegrations(
        self,
        *,
        inventory_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the integrations whose product texts may differ from the catalog's own."""

    def getInventoryPrintoutTemplates(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the printout templates for products."""

    def getInventoryTags(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the tags of products."""

class _Connect:
    def getConnectIntegrationContractors(
        self,
        *,
        connect_integration_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the contractors of a Base Connect integration."""

    def getConnectIntegrations(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the Base Connect integrations."""

    def addConnectContractorCreditSettlement(
        self,
        *,
        connect_contractor_id: int,
        amount: Decimal | float,
        message: str,
        order_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Enters a payment of a contractor's credit."""

    def getConnectContractorCreditHistory(
        self,
        *,
        connect_contractor_id: int,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the changes of a contractor's credit."""

    def setConnectContractorCreditLimit(
        self,
        *,
        new_limit: Decimal | float,
        message: str,
        connect_contractor_id: int,
        contractor_id: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Sets the credit limit of a contractor."""

class _Storages:
    def getExternalStorageCategories(
        self,
        *,
        storage_id: str,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the categories of an external storage."""

    def getExternalStorageProductsData(
        self,
        *,
        storage_id: str,
        products: Sequence[int | str],
        **others: Any,
    ) -> dict[str, Any]:
        """Returns products of an external storage in full."""

    def getExternalStorageProductsList(
        self,
        *,
        storage_id: str,
        filter_category_id: str | None = None,
        filter_sort: str | None = None,
        filter_id: str | None = None,
        filter_sku: str | None = None,
        filter_ean: str | None = None,
        filter_asin: str | None = None,
        filter_name: str | None = None,
        filter_price_from: Decimal | float | None = None,
        filter_price_to: Decimal | float | None = None,
        filter_quantity_from: int | None = None,
        filter_quantity_to: int | None = None,
        filter_available: int | None = None,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns products of an external storage in short, 100 a page."""

    def getExternalStorageProductsPrices(
        self,
        *,
        storage_id: str,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the prices of products of an external storage, 100 a page."""

    def getExternalStorageProductsQuantity(
        self,
        *,
        storage_id: str,
        page: int | None = None,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the stock of products of an external storage, 100 a page."""

    def getExternalStoragesList(
        self,
        **others: Any,
    ) -> dict[str, Any]:
        """Returns the external storages: shops and wholesalers."""

    def updateExternalStorageProductsQuantity(
        self,
        *,
        storage_id: str,
        products: Sequence[Sequence[Any]],
        **others: Any,
    ) -> dict[str, Any]:
        """Sets the stock of products of an external storage."""

class Api(_Orders, _Returns, _Couriers, _Clients, _Catalog, _Connect, _Storages):
    orders: _Orders
    returns: _Returns
    couriers: _Couriers
    clients: _Clients
    catalog: _Catalog
    connect: _Connect
    storages: _Storages

    def __init__(self, client: Caller, *, priority: Priority = ..., stop: Stop | None = None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None: ...
    def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *, check: bool = True
    ) -> dict[str, Any]: ...
    def iterate(self, method: str, /, **parameters: Any) -> Iterator[Any]: ...
    def pages(self, method: str, /, **parameters: Any) -> Iterator[Page]: ...

def connect(
    token: str | Secret,
    *,
    url: str = ...,
    per_minute: int = ...,
    patience: float | None = None,
) -> Api: ...

"""Orders v0 (which ends on 27 March 2027) in the form of Orders 2026-01-01.

Archived records and old exports have this form. An order's record holds its items besides
(``OrderItems``), as they came from the second call that v0 needed.
"""

from __future__ import annotations

from typing import Any

from gateway.channels.shops.fields import Fields

_STATUSES = {
    "Pending": "PENDING",
    "PendingAvailability": "PENDING_AVAILABILITY",
    "Unshipped": "UNSHIPPED",
    "InvoiceUnconfirmed": "UNSHIPPED",
    "PartiallyShipped": "PARTIALLY_SHIPPED",
    "Shipped": "SHIPPED",
    "Canceled": "CANCELLED",
    "Unfulfillable": "UNFULFILLABLE",
}
_ADDRESS = {
    "Name": "name",
    "CompanyName": "companyName",
    "AddressLine1": "addressLine1",
    "AddressLine2": "addressLine2",
    "AddressLine3": "addressLine3",
    "City": "city",
    "District": "districtOrCounty",
    "StateOrRegion": "stateOrRegion",
    "Municipality": "municipality",
    "PostalCode": "postalCode",
    "CountryCode": "countryCode",
    "Phone": "phone",
}
_PARTS = (
    ("ITEM", "ItemPrice", "ItemTax", "PromotionDiscount", "PromotionDiscountTax"),
    ("SHIPPING", "ShippingPrice", "ShippingTax", "ShippingDiscount", "ShippingDiscountTax"),
    ("COD_FEE", "CODFee", "", "CODFeeDiscount", ""),
)


def modern(old: Fields) -> dict[str, Any]:
    """The data of an order of v0, renamed; amounts stay as they were written."""
    info = old.inside("BuyerInfo")
    made: dict[str, Any] = {
        "orderId": old.data.get("AmazonOrderId"),
        "createdTime": old.data.get("PurchaseDate"),
        "lastUpdatedTime": old.data.get("LastUpdateDate"),
        "programs": ["AMAZON_BUSINESS"] if old.flag("IsBusinessOrder") else [],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": old.data.get("MarketplaceId"),
            "marketplaceName": old.data.get("SalesChannel"),
        },
        "buyer": {
            "buyerName": info.data.get("BuyerName"),
            "buyerEmail": info.data.get("BuyerEmail"),
            "buyerCompanyName": info.inside("BuyerTaxInfo").data.get("CompanyLegalName"),
            "buyerPurchaseOrderNumber": info.data.get("PurchaseOrderNumber"),
        },
        "recipient": {"deliveryAddress": _address(old.inside("ShippingAddress"))},
        "fulfillment": {
            "fulfillmentStatus": _STATUSES.get(old.text("OrderStatus") or "", ""),
            "fulfilledBy": {"MFN": "MERCHANT", "AFN": "AMAZON"}.get(
                old.text("FulfillmentChannel") or ""
            ),
            "fulfillmentServiceLevel": old.data.get("ShipServiceLevel"),
            "shipByWindow": {"latestDateTime": old.data.get("LatestShipDate")},
            "deliverByWindow": {"latestDateTime": old.data.get("LatestDeliveryDate")},
        },
        "orderItems": [_item(item) for item in old.each("OrderItems")],
    }
    if "OrderTotal" in old.data:
        made["proceeds"] = {"grandTotal": _money(old, "OrderTotal")}
    return made


def _address(told: Fields) -> dict[str, Any]:
    return {new: told.data[old] for old, new in _ADDRESS.items() if old in told.data}


def _item(item: Fields) -> dict[str, Any]:
    broken: list[dict[str, Any]] = []
    taxes: list[dict[str, Any]] = []
    for kind, price, tax, off, off_tax in _PARTS:
        _broken(broken, taxes, item, kind, price, tax)
        if off in item.data:
            value = _money(item, off)
            detail = {"subtype": kind, "value": value}
            broken.append({"type": "DISCOUNT", "subtotal": value, "detailedBreakdowns": [detail]})
        if off_tax and off_tax in item.data:
            taxes.append({"subtype": "DISCOUNT", "value": _money(item, off_tax)})
    _broken(broken, taxes, item.inside("BuyerInfo"), "GIFT_WRAP", "GiftWrapPrice", "GiftWrapTax")
    if taxes:
        broken.append({"type": "TAX", "detailedBreakdowns": taxes})
    model = item.inside("TaxCollection").data.get("Model")
    return {
        "orderItemId": item.data.get("OrderItemId"),
        "quantityOrdered": item.data.get("QuantityOrdered"),
        "product": {
            "asin": item.data.get("ASIN"),
            "title": item.data.get("Title"),
            "sellerSku": item.data.get("SellerSKU"),
        },
        "proceeds": {"breakdowns": broken},
        "fulfillment": {"quantityFulfilled": item.data.get("QuantityShipped")},
        "tax": {
            "taxCollections": [{"model": model}] if model else [],
            "taxCalculationBreakdowns": [
                {"reportingScheme": item.data.get("DeemedResellerCategory")}
            ],
        },
    }


def _broken(
    broken: list[dict[str, Any]],
    taxes: list[dict[str, Any]],
    owner: Fields,
    kind: str,
    price: str,
    tax: str,
) -> None:
    if price in owner.data:
        broken.append({"type": kind, "subtotal": _money(owner, price)})
    if tax and tax in owner.data:
        taxes.append({"subtype": kind, "value": _money(owner, tax)})


def _money(owner: Fields, name: str) -> dict[str, Any]:
    told = owner.inside(name)
    return {"amount": told.data.get("Amount"), "currencyCode": told.data.get("CurrencyCode")}

"""What an IDoc can say of a document: for the laws, documents are adjusted to it.

Each change is a place where SAP has less room or fewer words than the canonical documents; a map
refuses what does not fit (V512, F332), which tests/idoc shows.
"""

from __future__ import annotations

from typing import Any

_REFERENCES = {"project": "quotation", "account": "assignment"}
_ROLES = {"manufacturer": "payer", "warehouse": "company", "forwarder": "sales_office"}
_DEPARTMENT = 4
_REASON = 40
_CUSTOMER = 10


def _references(data: dict[str, Any]) -> None:
    for one in data.get("references", ()):
        one["kind"] = _REFERENCES.get(one["kind"], one["kind"])


def _plain(number: str, width: int = 10) -> str:
    """SAP fills numbers with zeros: ``0000004711`` and ``4711`` are one."""
    filled = len(number) == width and number.isascii() and number.isdigit()
    return number.lstrip("0") or "0" if filled else number


def _parties(fields: dict[str, Any], *names: str) -> None:
    known = [fields[name] for name in names if name in fields]
    for party in [*known, *fields.get("parties", ())]:
        if "supplier_number" in party:
            party["supplier_number"] = _plain(party["supplier_number"][:_CUSTOMER])
    for party in fields.get("parties", ()):
        party["role"] = _ROLES[party["role"]]


def order(fields: dict[str, Any]) -> dict[str, Any]:
    """Qualifiers and roles that SAP has; one delivery of a whole line is its delivery."""
    _references(fields)
    _parties(fields, "buyer", "supplier", "ship_to", "invoicee")
    for one in fields.get("dates", ()):
        one["kind"] = "billing"
    if "department" in fields:
        fields["department"] = fields["department"][:_DEPARTMENT].strip("-")
    for line in fields.get("lines", ()):
        _references(line)
        schedule = line.get("schedule", ())
        if len(schedule) == 1 and schedule[0]["quantity"] == line["quantity"]:
            del line["schedule"]
    return fields


def response(fields: dict[str, Any]) -> dict[str, Any]:
    """As orders; the text of a rejection is short."""
    for line in fields.get("lines", ()):
        if "reason" in line:
            line["reason"] = line["reason"][:_REASON].strip()
    return order(fields)


def invoice(fields: dict[str, Any]) -> dict[str, Any]:
    """As orders."""
    _references(fields)
    _parties(fields, "buyer", "seller", "ship_to", "invoicee")
    for line in fields.get("lines", ()):
        _references(line)
    return fields


def despatch(fields: dict[str, Any]) -> dict[str, Any]:
    """Every line of a delivery has its number, and articles have short names."""
    _parties(fields, "buyer", "supplier", "ship_to", "ship_from", "invoicee", "carrier")
    if "delivery_note" in fields:
        fields["delivery_note"] = _plain(fields["delivery_note"][:_CUSTOMER].strip("-"))
    _packages(fields["packages"], iter(range(10, 10_000, 10)))
    return fields


def _packages(packages: list[dict[str, Any]], numbers: Any) -> None:
    for package in packages:
        package["sscc"] = f"{next(numbers):018}"  # a number that stands twice names no unit
        for item in package.get("items", ()):
            item["line"] = str(next(numbers))
            if "text" in item:
                item["text"] = item["text"][:_REASON].strip()
            if "batch" in item:
                item["batch"] = item["batch"][:_CUSTOMER].strip("-")
        _packages(package.get("packages", ()), numbers)


MAPS = {f"idoc/{name}.map": name for name in
        ("order", "orderchange", "orderresponse", "invoice", "despatch")}  # fmt: skip
ADJUST = {
    "idoc/order.map": order, "idoc/orderchange.map": order, "idoc/orderresponse.map": response,
    "idoc/invoice.map": invoice, "idoc/despatch.map": despatch,
}  # fmt: skip

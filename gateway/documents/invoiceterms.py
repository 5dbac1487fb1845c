"""Business terms of EN 16931-1: which field of an invoice is which term.

    field_of(Invoice)["BT-131"]   →  "lines.amount"

The terms stand in the metadata of the fields (:func:`gateway.documents.base.bt`); those of
parties and allowances here, because one type has many roles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel


def _address(street: str, street2: str, street3: str, *others: str) -> dict[str, str]:
    names = ("city", "postcode", "subdivision", "country")
    return {
        "street": street,
        "street2": street2,
        "street3": street3,
        **dict(zip(names, others, strict=True)),
    }


SELLER = {
    "name": "BT-27", "trading_name": "BT-28", "identifiers": "BT-29", "legal_id": "BT-30",
    "vat_id": "BT-31", "tax_id": "BT-32", "legal_information": "BT-33", "endpoint": "BT-34",
    **_address("BT-35", "BT-36", "BT-162", "BT-37", "BT-38", "BT-39", "BT-40"),
    "contacts.name": "BT-41", "contacts.phone": "BT-42", "contacts.email": "BT-43",
}  # fmt: skip
BUYER = {
    "name": "BT-44", "trading_name": "BT-45", "identifiers": "BT-46", "legal_id": "BT-47",
    "vat_id": "BT-48", "endpoint": "BT-49",
    **_address("BT-50", "BT-51", "BT-163", "BT-52", "BT-53", "BT-54", "BT-55"),
    "contacts.name": "BT-56", "contacts.phone": "BT-57", "contacts.email": "BT-58",
}  # fmt: skip
PAYEE = {"name": "BT-59", "identifiers": "BT-60", "legal_id": "BT-61"}
REPRESENTATIVE = {
    "name": "BT-62", "vat_id": "BT-63",
    **_address("BT-64", "BT-65", "BT-164", "BT-66", "BT-67", "BT-68", "BT-69"),
}  # fmt: skip
SHIP_TO = {
    "name": "BT-70", "identifiers": "BT-71",
    **_address("BT-75", "BT-76", "BT-165", "BT-77", "BT-78", "BT-79", "BT-80"),
}  # fmt: skip
ALLOWANCES = {
    "amount": "BT-92 BT-99", "base": "BT-93 BT-100", "percent": "BT-94 BT-101",
    "tax.category": "BT-95 BT-102", "tax.rate": "BT-96 BT-103", "reason": "BT-97 BT-104",
    "reason_code": "BT-98 BT-105",
}  # fmt: skip
"""First the term of an allowance (BG-20), then that of a charge (BG-21)."""


FLAT_GROUPS = {
    "BG-2": "process and specification stand in the document",
    "BG-5": "the address of a party stands in the party", "BG-8": "likewise",
    "BG-12": "likewise", "BG-15": "likewise",
    "BG-6": "contacts of a party", "BG-9": "likewise",
    "BG-29": "prices stand in the line", "BG-31": "the article stands in the line",
}  # fmt: skip
"""Groups of EN 16931-1 that are no object of their own, and where their terms are."""


def terms(
    model: type[BaseModel], front: str = "", given: Mapping[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    """``(term, dotted field)`` of a document, in the order of its fields.

    ``given``: terms of the fields below ``front``; where they are given, those of the shared type
    itself do not count.
    """
    for name, field in model.model_fields.items():
        path = f"{front}{name}"
        extra = field.json_schema_extra
        own: Mapping[str, Any] = extra if isinstance(extra, dict) else {}
        named = own.get("bt", "") if given is None else given.get(name, "")
        yield from ((one, path) for one in str(named).split())
        inner = _model_of(field.annotation)
        if inner is None:
            continue
        if given is not None:
            below: Mapping[str, str] | None = _below(given, name)
        else:
            # what stands in the metadata is about this place, not about the type in general
            below = own["inside"] if "inside" in own else {} if _shared(inner) else None
        yield from terms(inner, f"{path}.", below)


def field_of(model: type[BaseModel]) -> dict[str, str]:
    """The home of each term."""
    return dict(terms(model))


def _below(given: Mapping[str, str], name: str) -> dict[str, str]:
    front = f"{name}."
    return {one[len(front) :]: term for one, term in given.items() if one.startswith(front)}


def _shared(model: type[BaseModel]) -> bool:
    """Whether other documents use the type, in other roles."""
    return model.__module__ == "gateway.documents.common"


def _model_of(annotation: Any) -> type[BaseModel] | None:
    pending = [annotation]
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        pending.extend(get_args(kind))
    return None

"""Data → document. What pydantic refuses becomes problems that name the canonical path."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.documents.base import Document, canonical_path
from gateway.documents.catalogue import Catalogue
from gateway.documents.despatch import DespatchAdvice
from gateway.documents.inventory import InventoryReport
from gateway.documents.invoice import Invoice
from gateway.documents.order import Order
from gateway.documents.orderchange import OrderChange
from gateway.documents.orderresponse import OrderResponse
from gateway.documents.partyinformation import PartyInformation
from gateway.documents.receipt import ReceiptAdvice
from gateway.documents.refund import Refund
from gateway.documents.remittance import RemittanceAdvice
from gateway.documents.sales import SalesReport
from gateway.problems import Place, Problem, problem

DOCUMENTS: dict[str, type[Document]] = {
    model.name: model
    for model in (
        Order,
        OrderChange,
        OrderResponse,
        DespatchAdvice,
        ReceiptAdvice,
        Invoice,
        InventoryReport,
        SalesReport,
        Catalogue,
        RemittanceAdvice,
        PartyInformation,
        Refund,
    )
}
"""Models by the name that maps and agreements use."""

AnyModel = TypeVar("AnyModel", bound=BaseModel)
MOST = 200
"""Reasons that are told of one object."""
_LONGEST_VALUE = 60
_CODES = {
    "missing": "E401",
    "extra_forbidden": "E402",
    "inexact": "E404",
    "number": "E405",
    "day": "E406",
    "literal_error": "E407",
}
"""Kind of pydantic's finding → problem; all others are E403."""


def build(kind: str, data: Mapping[str, Any]) -> tuple[Document | None, list[Problem]]:
    """The document, or every reason why there is none (E401-E407, E409)."""
    model = DOCUMENTS.get(kind)
    if model is None:
        return None, [problem("E409", value=kind, known=", ".join(DOCUMENTS))]
    made, found = located(model, data)
    return made, [each for _, each in found]


def located(
    model: type[AnyModel], data: object
) -> tuple[AnyModel | None, list[tuple[tuple[int | str, ...], Problem]]]:
    """An object of a model, or every reason why there is none (E401-E407) with the steps to it."""
    try:
        return model.model_validate(data), []
    except ValidationError as refused:
        found = refused.errors(include_url=False)
    return None, [(one["loc"], _problem(model, one)) for one in found[:MOST]]


def _problem(model: type[BaseModel], found: ErrorDetails) -> Problem:
    place = Place(path=canonical_path(found["loc"]))
    code = _CODES.get(found["type"], "E403")
    value = str(found["input"]).replace("\n", " ")
    if len(value) > _LONGEST_VALUE:
        value = f"{value[:_LONGEST_VALUE]}…"
    context = found.get("ctx", {})
    return problem(
        code,
        place,
        field=place.path,
        value=value,
        expected=str(context.get("expected", found["msg"])),
        hint=_hint(model, found["loc"]) if code == "E402" else "",
    )


def _hint(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    here: type[BaseModel] | None = model
    for step in location[:-1]:
        if isinstance(step, str) and here is not None:
            here = _model_of(here, step)
    if here is None:
        return ""
    near = get_close_matches(str(location[-1]), list(here.model_fields), 1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(here.model_fields)}"


def _model_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    field = model.model_fields.get(name)
    pending = [field.annotation] if field else []
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        pending.extend(get_args(kind))
    return None

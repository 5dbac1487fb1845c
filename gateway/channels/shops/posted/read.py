"""Records of a shop that posts canonical JSON: they were checked when they were posted. Pure.

They are read once more all the same, since a record is what is replayed on any later day.
"""

from __future__ import annotations

import json
from decimal import Decimal

from gateway.channels.shops.connector import Reading
from gateway.config.shops import Shop
from gateway.documents.build import AnyModel, located
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.problems import Problem, problem


def read_order(raw: bytes, _shop: Shop) -> Reading:
    """The order of a record."""
    order, problems = _read(raw, ShopOrder, "the order")
    return Reading(order=order, problems=problems)


def read_refund(raw: bytes, _shop: Shop) -> Reading:
    """The refund of a record."""
    refund, problems = _read(raw, ShopRefund, "the refund")
    return Reading(refund=refund, problems=problems)


def _read(
    raw: bytes, model: type[AnyModel], what: str
) -> tuple[AnyModel | None, tuple[Problem, ...]]:
    try:
        data = json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_no)
        json.dumps(data, ensure_ascii=False, default=str).encode("utf-8")  # no half characters
    except (ValueError, ArithmeticError, RecursionError) as failure:
        return None, (problem("W230", what=what, reason=failure),)
    found, problems = located(model, data)
    return found, tuple(each for _, each in problems)


def _no(constant: str) -> object:
    raise ValueError(f"{constant} is no number of JSON")

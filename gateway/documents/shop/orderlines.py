"""Lines and charges of a shop's order as those of a document."""

from __future__ import annotations

from collections.abc import Container, Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gateway.documents.base import canonical_path, plain
from gateway.documents.shop.articles import article
from gateway.documents.shop.body import Body, Left, add_charge, priced
from gateway.documents.shop.common import Amounts
from gateway.documents.shop.money import NOTHING, smallest
from gateway.documents.shop.order import ShopCharge, ShopLine, ShopOrder
from gateway.documents.shop.rules import Rules
from gateway.documents.shop.taxes import Taxation
from gateway.problems import Place, Problem, problem

Fields = dict[str, Any]
_CHARGES = frozenset({"fee", "deposit", "eco_contribution", "gift_wrap", "duty"})
"""Kinds of lines that are charges where they name no article."""
_LONGEST_NUMBER = 6


def line_number(key: str) -> str:
    """The number of a line in the ERP: the last six signs of its id in the shop.

    Files of ERPs have room for six (IDoc POSEX); the same line has the same number in every
    revision of its order.
    """
    return key[-_LONGEST_NUMBER:]


def numbers_of(order: ShopOrder) -> dict[str, str]:
    """Key of each line → its number; by position where two would have the same."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    keys = dict.fromkeys(line.key for line in order.lines)
    for index, key in enumerate(keys, start=1):
        found[key] = _free((line_number(key), f"P{index}", f"PP{index}"), taken)
        taken.add(found[key])
    return found


def _free(numbers: Iterable[str], taken: Container[str]) -> str:
    """The first number that no other line has; the last where all are taken (V582 tells it)."""
    number = ""
    for number in numbers:
        if number not in taken:
            break
    return number


def body(order: ShopOrder, rules: Rules) -> Body:
    """What the ERP gets of the lines and charges of an order."""
    made, taxation = Body(order.currency), Taxation(order, rules)
    known = numbers_of(order)
    for index, line in enumerate(order.lines):
        path = canonical_path(("lines", index))
        left = _left(line, path, made)
        if left is None or _is_silent_part(line, left, rules, path, made.found):
            continue
        if line.kind in _CHARGES and line.sku is None and line.ean is None:
            add_charge(line.kind, line.name, left, taxation, path, made)
        else:
            one = _line(line, left, rules, taxation, path, made)
            one |= {"number": known[line.key], "parent_line": known.get(line.parent or "")}
            made.lines.append(one)
    for index, charge in enumerate(order.charges):
        path = canonical_path(("charges", index))
        left = Left(NOTHING, charge.amounts, charge.taxes)
        if charge.kind == "shipping" and rules.shipping_item is not None:
            if charge.amounts.gross:
                made.lines.append(_shipping(charge, index, rules, taxation, path, made))
        else:
            add_charge(charge.kind, charge.name, left, taxation, path, made)
    return made


def _line(
    line: ShopLine, left: Left, rules: Rules, taxation: Taxation, path: str, made: Body
) -> Fields:
    is_part = line.parent is not None and left.amounts.net == 0 and left.amounts.tax == 0
    return {
        **article(line, rules, path, made.found),
        "kind": None if line.kind == "goods" else line.kind,
        "text": line.name,
        "attributes": [{"name": name, "value": value} for name, value in line.attributes.items()],
        "quantity": left.quantity,
        "unit": rules.unit,
        **({} if is_part else priced(left, taxation, path, made)),
    }


def _shipping(
    charge: ShopCharge, index: int, rules: Rules, taxation: Taxation, path: str, made: Body
) -> Fields:
    taken = {line["number"] for line in made.lines}
    left = Left(Decimal(1), charge.amounts, charge.taxes)
    return {
        "number": _free((f"S{index + 1}", f"SS{index + 1}"), taken),
        "kind": "shipping",
        "supplier_item": rules.shipping_item,
        "text": charge.name or "shipping",
        "quantity": left.quantity,
        "unit": rules.unit,
        **priced(left, taxation, path, made),
    }


def _left(line: ShopLine, path: str, made: Body) -> Left | None:
    """The line without its cancelled part; ``None`` where nothing is left."""
    cancelled = line.cancelled or NOTHING
    if line.quantity == 0 and not line.amounts.net and not line.amounts.tax:
        return None
    if cancelled <= 0 or line.quantity <= 0:
        return Left(line.quantity, line.amounts, line.taxes)
    if cancelled >= line.quantity:
        made.cancelled += line.amounts.gross
        return None
    rest = line.quantity - cancelled
    unit = smallest(made.currency)

    def share(value: Decimal) -> Decimal:
        return (value * rest / line.quantity).quantize(unit, ROUND_HALF_UP)

    net, tax = share(line.amounts.net), share(line.amounts.tax)
    amounts = Amounts(net=net, tax=tax, gross=net + tax)
    taxes = tuple(
        one.model_copy(update={"amount": share(one.amount),
                               "base": None if one.base is None else share(one.base)})
        for one in line.taxes
    )  # fmt: skip
    made.cancelled += line.amounts.gross - amounts.gross
    made.found.append(
        problem(
            "W214",
            Place(path=path),
            field=path,
            cancelled=plain(cancelled),
            quantity=plain(line.quantity),
            rest=plain(net),
            amount=plain(line.amounts.net),
        )
    )
    return Left(rest, amounts, taxes)


def _is_silent_part(
    line: ShopLine, left: Left, rules: Rules, path: str, found: list[Problem]
) -> bool:
    """Whether a part of a bundle is not told, because the ERP gets the bundle only."""
    if line.parent is None or rules.bundles != "parent":
        return False
    if left.amounts.net == 0 and left.amounts.tax == 0:
        return True
    amount = plain(left.amounts.net)
    found.append(problem("W216", Place(path=path), field=path, amount=amount))
    return False

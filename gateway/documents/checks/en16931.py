"""Profile ``en16931``: what the standard demands beyond sums that add up.

Asked for by name (``check(document, profile="en16931")``): invoices of the retail trade need not
follow it. The rules here are those of EN 16931-1 that need no code list; the full set are the
Schematron rules (:mod:`gateway.einvoice`).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gateway.documents.base import canonical_path, plain
from gateway.documents.checks.en16931tax import check_taxes
from gateway.documents.checks.sums import differs
from gateway.documents.common import AllowanceCharge
from gateway.documents.invoice import Invoice, InvoiceLine
from gateway.problems import Place, Problem, problem

Row = tuple[str, str, str]
"""Field, term, rule of EN 16931-1."""

_HEAD: tuple[Row, ...] = (
    ("specification", "BT-24", "BR-01"),
    ("kind", "BT-3", "BR-04"),
    ("currency", "BT-5", "BR-05"),
    ("seller.name", "BT-27", "BR-06"),
    ("buyer.name", "BT-44", "BR-07"),
    ("seller.country", "BT-40", "BR-09"),
    ("buyer.country", "BT-55", "BR-11"),
    ("totals.lines", "BT-106", "BR-12"),
    ("totals.net", "BT-109", "BR-13"),
    ("totals.gross", "BT-112", "BR-14"),
    ("totals.payable", "BT-115", "BR-15"),
    ("lines", "BG-25", "BR-16"),
    ("taxes", "BG-23", "BR-CO-18"),
)
_WHERE_GIVEN: tuple[tuple[str, tuple[Row, ...]], ...] = (
    ("payee", (("name", "BT-59", "BR-17"),)),
    (
        "tax_representative",
        (("name", "BT-62", "BR-18"), ("country", "BT-69", "BR-20"), ("vat_id", "BT-63", "BR-56")),
    ),
    ("preceding_invoice", (("number", "BT-25", "BR-55"),)),
    ("payment.account", (("iban", "BT-84", "BR-50"),)),
    ("payment.card", (("number", "BT-87", "BR-51"),)),
    ("seller.endpoint", (("scheme", "BT-34", "BR-62"),)),
    ("buyer.endpoint", (("scheme", "BT-49", "BR-63"),)),
)
_LISTS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    (
        "lines",
        (
            ("number", "BT-126", "BR-21"),
            ("unit", "BT-130", "BR-23"),
            ("amount", "BT-131", "BR-24"),
            ("text", "BT-153", "BR-25"),
            ("price", "BT-146", "BR-26"),
            ("tax.category", "BT-151", "BR-CO-04"),
        ),
    ),
    ("allowances", (("amount", "BT-92", "BR-31"), ("tax.category", "BT-95", "BR-32"))),
    (
        "taxes",
        (
            ("base", "BT-116", "BR-45"),
            ("amount", "BT-117", "BR-46"),
            ("category", "BT-118", "BR-47"),
        ),
    ),
    ("attachments", (("number", "BT-122", "BR-52"),)),
)
_TRANSFERS = ("credit_transfer", "sepa_credit_transfer")
_PLACES = 2


def check_en16931(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of the profile."""
    yield from _required(invoice)
    yield from _head(invoice)
    yield from _payment(invoice)
    yield from check_taxes(invoice)
    yield from _decimals(invoice)
    for index, line in enumerate(invoice.lines):
        yield from _line(line, ("lines", index), tolerance)


def _value(model: Any, name: str) -> Any:
    for step in name.split("."):
        model = getattr(model, step, None)
        if model is None:
            return None
    return model


def _absent(model: Any, rows: tuple[Row, ...], front: str = "") -> Iterator[Problem]:
    for name, term, rule in rows:
        if _value(model, name) in (None, ()):
            path = f"{front}{name}"
            yield problem("V560", Place(path=path), field=path, term=term, rule=rule)


def _required(invoice: Invoice) -> Iterator[Problem]:
    yield from _absent(invoice, _HEAD)
    for name, rows in _WHERE_GIVEN:
        one = _value(invoice, name)
        if one is None or (name == "payment.account" and one.number is not None):
            continue
        yield from _absent(one, rows, f"{name}.")
    for name, rows in _LISTS:
        for index, one in enumerate(getattr(invoice, name)):
            yield from _absent(one, rows, f"{canonical_path((name, index))}.")
    for index, one in enumerate(invoice.allowances):
        yield from _reason(one, ("allowances", index), ("BT-97", "BR-33", "BT-104", "BR-38"))


def _reason(
    one: AllowanceCharge, at: tuple[int | str, ...], said: tuple[str, str, str, str]
) -> Iterator[Problem]:
    """``said``: term and rule of an allowance, then those of a charge."""
    if one.reason is None and one.reason_code is None:
        term, rule = said[:2] if one.kind == "allowance" else said[2:]
        path = canonical_path((*at, "reason"))
        yield problem("V560", Place(path=path), field=path, term=term, rule=rule)


def _head(invoice: Invoice) -> Iterator[Problem]:
    if invoice.tax_point is not None and invoice.tax_point_code is not None:
        yield problem(
            "V561", Place(path="tax_point_code"), field="tax_point_code",
            value=invoice.tax_point_code, other=invoice.tax_point.isoformat(),
        )  # fmt: skip
    stated = None if invoice.totals is None else invoice.totals.accounting_tax
    other_currency = invoice.tax_currency not in (None, invoice.currency)
    if other_currency and stated is None:
        path = "totals.accounting_tax"
        yield problem(
            "V571", Place(path=path), field=path, other="tax_currency", value=invoice.tax_currency
        )
    if stated is not None and invoice.tax_currency is None:
        path, other = "tax_currency", "totals.accounting_tax"
        yield problem("V571", Place(path=path), field=path, other=other, value=plain(stated))


def _payment(invoice: Invoice) -> Iterator[Problem]:
    payment = invoice.payment
    payable = None if invoice.totals is None else invoice.totals.payable
    when = payment is not None and (payment.due is not None or payment.text is not None)
    if payable is not None and payable > 0 and not when:
        yield problem("V574", Place(path="payment.due"), value=plain(payable))
    if payment is None:
        return
    ways = [("payment", payment.means, payment.account)]
    for index, one in enumerate(payment.further):
        ways.append((canonical_path(("payment", "further", index)), one.means, one.account))
    for front, means, account in ways:
        if means in _TRANSFERS and (account is None or not (account.iban or account.number)):
            path = f"{front}.account.iban"
            yield problem("V562", Place(path=path), field=path, means=means)
    if payment.means is None and (payment.account or payment.card or payment.debit):
        path = "payment.means"
        yield problem("V560", Place(path=path), field=path, term="BT-81", rule="BR-49")


def _line(line: InvoiceLine, at: tuple[int | str, ...], tolerance: Decimal) -> Iterator[Problem]:
    front = canonical_path(at)
    for name in ("price", "gross_price"):
        value = getattr(line, name)
        if value is not None and value < 0:
            path = f"{front}.{name}"
            yield problem("V572", Place(path=path), field=path, value=plain(value))
    if line.price is not None and line.gross_price is not None and line.price_discount is not None:
        computed = line.gross_price - line.price_discount
        formula = "gross_price − price_discount"
        yield from differs(f"{front}.price", line.price, computed, formula, tolerance, "V573")
    for index, one in enumerate(line.allowances):
        said = ("BT-139", "BR-42", "BT-144", "BR-44")
        yield from _reason(one, (*at, "allowances", index), said)


def _decimals(invoice: Invoice) -> Iterator[Problem]:
    """BR-DEC: amounts to the cent; prices may have more decimals."""
    amounts: list[tuple[tuple[int | str, ...], Decimal | None]] = []
    for index, line in enumerate(invoice.lines):
        amounts.append((("lines", index, "amount"), line.amount))
        for inner, one in enumerate(line.allowances):
            at = ("lines", index, "allowances", inner)
            amounts += [((*at, "amount"), one.amount), ((*at, "base"), one.base)]
    for index, one in enumerate(invoice.allowances):
        spot = ("allowances", index)
        amounts += [((*spot, "amount"), one.amount), ((*spot, "base"), one.base)]
    for index, tax in enumerate(invoice.taxes):
        amounts += [(("taxes", index, "base"), tax.base), (("taxes", index, "amount"), tax.amount)]
    if invoice.totals is not None:
        amounts += [(("totals", name), value) for name, value in invoice.totals]
    for where, amount in amounts:
        exponent = 0 if amount is None else amount.normalize().as_tuple().exponent
        if amount is not None and isinstance(exponent, int) and -exponent > _PLACES:
            path = canonical_path(where)
            yield problem("V570", Place(path=path), field=path, value=plain(amount))

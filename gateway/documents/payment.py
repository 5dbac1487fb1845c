"""How an invoice is paid: BG-16 to BG-19 of EN 16931-1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from gateway.documents.account import Account
from gateway.documents.base import Day, Model, bt, normal
from gateway.documents.common import PaymentTerms


class Card(Model):
    """BG-18: the card that was charged."""

    number: str | None = Field(None, **bt("BT-87"))
    """The last digits only, as the rules of card payments demand."""
    holder: str | None = Field(None, **bt("BT-88"))
    network: str | None = None
    """VISA, Mastercard …"""


class DirectDebit(Model):
    """BG-19: what the payee collects, and from where."""

    mandate: str | None = Field(None, **bt("BT-89"))
    creditor: str | None = Field(None, **bt("BT-90"))
    """The payee's creditor identifier at its bank."""
    account: str | None = Field(None, **bt("BT-91"))
    """IBAN of the account that is debited."""


class PaymentMeans(Model):
    """One way to pay."""

    means: str | None = None
    """``credit_transfer``, ``direct_debit``, ``card`` …: words for UNCL 4461."""
    means_text: str | None = None
    reference: str | None = None
    due: Day | None = None
    """Where it is another one than that of the payment."""
    account: Account | None = None
    card: Card | None = None
    debit: DirectDebit | None = None


class Payment(PaymentTerms):
    """BG-16: how and when to pay.

    Normal form: the first way to pay is in the fields here, ``further`` has the others. One of
    them that does not say its ``means`` has those of the first; the ``reference`` of the first is
    not said again.
    """

    text: str | None = Field(None, **bt("BT-20"))
    due: Day | None = Field(None, **bt("BT-9"))
    means: str | None = Field(None, **bt("BT-81"))
    """``credit_transfer``, ``direct_debit``, ``card`` …: words for UNCL 4461."""
    means_text: str | None = Field(None, **bt("BT-82"))
    reference: str | None = Field(None, **bt("BT-83"))
    account: Account | None = Field(None, **bt("BG-17"))
    card: Card | None = Field(None, **bt("BG-18"))
    debit: DirectDebit | None = Field(None, **bt("BG-19"))
    further: tuple[PaymentMeans, ...] = Field((), **bt("", {}))

    @model_validator(mode="before")
    @classmethod
    def _first_and_further(cls, data: object) -> object:
        if not isinstance(data, Mapping) or not isinstance(data.get("further"), list | tuple):
            return data
        further = [one.to_data() if isinstance(one, Model) else one for one in data["further"]]
        if not all(isinstance(one, Mapping) for one in further):
            return data
        whole: dict[str, Any] = dict(data)
        further = _without_heads(further, whole)
        while further and not _is_way(whole) and _fits(further[0], whole):
            first = further.pop(0)
            debit = {**(first.get("debit") or {}), **_data(whole.get("debit"))}
            whole = {**first, **{name: one for name, one in whole.items() if one}, "debit": debit}
        whole["further"] = [_completed(one, whole) for one in further]
        return whole


def _without_heads(further: list[Any], payment: dict[str, Any]) -> list[dict[str, Any]]:
    """Say what holds for the whole payment once: the due date, and means without an account."""
    dues = [one["due"] for one in further if one.get("due")]
    if dues and not payment.get("due"):
        payment["due"] = dues[0]
    own = payment.get("due")
    kept = [
        {name: value for name, value in one.items() if (name, value) != ("due", own)}
        for one in further
    ]
    kept = [one for one in kept if normal(one)]
    with_means = [one for one in kept if one.get("means")]
    bare = len(with_means) == 1 and set(normal(with_means[0]) or {}) == {"means"}
    if bare and len(kept) > 1 and not payment.get("means"):
        payment["means"] = with_means[0]["means"]
        kept.remove(with_means[0])
    return kept


def _is_way(payment: Mapping[str, Any]) -> bool:
    """Whether the payment knows its own account or card."""
    return bool(payment.get("account") or payment.get("card"))


def _fits(first: Mapping[str, Any], payment: Mapping[str, Any]) -> bool:
    """Whether the two together say how to pay, without a contradiction.

    Reference, mandate and accounts stand beside the ways to pay in some formats.
    """
    debits = _data(first.get("debit")), _data(payment.get("debit"))
    pairs = [(one, payment.get(name)) for name, one in first.items() if name != "debit"]
    pairs += [(one, debits[1].get(name)) for name, one in debits[0].items()]
    return all(not one or not other or one == other for one, other in pairs)


def _data(value: Any) -> dict[str, Any]:
    data = value.to_data() if isinstance(value, Model) else value
    return dict(data) if isinstance(data, Mapping) else {}


def _completed(one: Mapping[str, Any], first: Mapping[str, Any]) -> dict[str, Any]:
    means = one.get("means") or first.get("means")
    reference = one.get("reference")
    said = reference == first.get("reference")
    return {**one, "means": means, "reference": None if said else reference}

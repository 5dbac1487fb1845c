"""A bank account."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import Field, model_validator

from gateway.documents.base import Model, bt

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)


def is_iban_shaped(text: str) -> bool:
    """Whether a text looks like an IBAN, blanks left out; its check digits may be wrong."""
    return len(text) < 60 and _IBAN.fullmatch(text.replace(" ", "").upper()) is not None


class Account(Model):
    """BG-17: an account to pay to.

    Normal form: what looks like an IBAN is in ``iban``, every other number in ``number``.
    """

    iban: str | None = Field(None, **bt("BT-84"))
    number: str | None = None
    """BT-84 of an account that has no IBAN."""
    name: str | None = Field(None, **bt("BT-85"))
    bic: str | None = Field(None, **bt("BT-86"))
    """Payment service provider: BIC, or another number of the bank."""

    @model_validator(mode="before")
    @classmethod
    def _iban_or_number(cls, data: object) -> object:
        if not isinstance(data, Mapping) or (data.get("iban") and data.get("number")):
            return data
        known = data.get("iban") or data.get("number")
        if not isinstance(known, str):
            return data
        iban = is_iban_shaped(known)
        return {**data, "iban": known if iban else None, "number": None if iban else known}

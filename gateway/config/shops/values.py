"""The small types of a shop's settings: addresses, amounts, templates. The error says how to."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from annotated_types import Ge, Le
from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints

from gateway.config.secrets import PlainSecretError
from gateway.config.values import Duration

_SITE = re.compile(r"https?://[^\s/?#@{}$]+(/[^\s?#@{}$]*)?")
_LONGEST = timedelta(minutes=5)


def _decimal(value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise ValueError("a number is written like 5.5") from None
    if not found.is_finite():
        raise ValueError("a number is written like 5.5")
    return found


def _site(value: str) -> str:
    if not _SITE.fullmatch(value):
        # what stands behind ? or before @ may be a key, so it is not shown
        raise PlainSecretError(
            "an address is written like https://shop.example.com/path: without user, password, ? "
            "and #"
        )
    return value.rstrip("/")


def _file(value: str) -> str:
    if value.startswith(("/", ".")) or "\\" in value or ".." in value.split("/"):
        raise ValueError("the name of a file in the shop's folder, like codes/articles.csv")
    return value


def _timeout(value: timedelta) -> timedelta:
    if not timedelta(seconds=1) <= value <= _LONGEST:
        raise ValueError("from 1s to 5m")
    return value


def template(known: tuple[str, ...], *, one_of: tuple[str, ...] = ()) -> Callable[[str], str]:
    """Reads a text with fields in braces. ``one_of``: fields of which at least one is needed."""

    def read(value: str) -> str:
        try:
            parts = list(string.Formatter().parse(value))
        except ValueError as error:
            raise ValueError(f"the template is broken: {error}") from None
        fields = [name for _, name, _, _ in parts if name is not None]
        spelled = " ".join(f"{{{name}}}" for name in known)
        for name in fields:
            if name not in known:
                raise ValueError(f"{{{name}}} is unknown here; known are {spelled}")
        if any(form or conversion for _, _, form, conversion in parts):
            raise ValueError(f"a field is written like {spelled.split()[0]}, without : and !")
        if one_of and not set(one_of) & set(fields):
            needed = " or ".join(f"{{{name}}}" for name in one_of)
            raise ValueError(f"{needed} has to be in it: else all have the same")
        return value

    return read


def _link(value: str) -> str:
    plain = re.sub(r"\{[a-z]+\}", "x", value)
    if not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", plain):
        raise ValueError("an address is written like https://www.example.com/{number}")
    return value


DecimalText = Annotated[Decimal, BeforeValidator(_decimal), PlainSerializer(str)]
Percent = Annotated[DecimalText, Ge(0), Le(100)]
Site = Annotated[str, AfterValidator(_site)]
"""Where a shop is. No reference and nothing secret: it stands in lists and logs."""
ShopFile = Annotated[str, AfterValidator(_file)]
Timeout = Annotated[Duration, AfterValidator(_timeout)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1, two letters."""
OrderNumber = Annotated[
    str, AfterValidator(template(("number", "id", "shop", "channel"), one_of=("number", "id")))
]
InvoiceName = Annotated[str, AfterValidator(template(("number", "order"), one_of=("number",)))]
InvoiceLink = Annotated[
    str, AfterValidator(template(("number", "order"), one_of=("number",))), AfterValidator(_link)
]
TrackingLink = Annotated[
    str,
    AfterValidator(template(("tracking", "carrier"), one_of=("tracking",))),
    AfterValidator(_link),
]

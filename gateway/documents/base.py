"""What all canonical documents share: types of values, normal form, JSON, building from data.

* Frozen; an unknown field is refused. ``Decimal`` only: a ``float`` never gets in.
* Normal form: what is absent is ``None`` or an empty tuple. An empty text, object or list given
  to a model is absent too, so that documents that say the same are equal.
* JSON: amounts and quantities are strings of plain digits, dates ISO 8601, absent is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gateway.documents.arrange import Arrangement, arranged, flat

_MOST_DIGITS = 18
"""Digits before the decimal mark; after it as many. Keeps ``1E999999`` from filling memory."""


def exact(value: object) -> object:
    """Whole numbers, decimals and texts of digits as ``Decimal``; a ``float`` is refused."""
    if isinstance(value, float | bool):
        raise PydanticCustomError("inexact", "a float cannot hold an exact amount")
    if isinstance(value, str):
        try:
            value = Decimal(value)
        except InvalidOperation:
            raise PydanticCustomError("number", "not a number") from None
    if isinstance(value, int):
        value = Decimal(value)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        fits = isinstance(exponent, int) and exponent >= -_MOST_DIGITS
        if not fits or value.adjusted() >= _MOST_DIGITS:
            raise PydanticCustomError("number", "not a number of usable size")
    return value


def day(value: object) -> object:
    """A ``date`` or its ISO 8601 text. Instants and time stamps are refused, not cut."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise PydanticCustomError("day", "not a date")
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("day", "not a date") from None
    return value


def clock(value: object) -> object:
    """A ``time`` without a zone, to the second, or its ISO 8601 text."""
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("time", "not a time of day") from None
    if not isinstance(value, time) or value.tzinfo is not None or value.microsecond:
        raise PydanticCustomError("time", "not a time of day, to the second and without a zone")
    return value


def plain(value: Decimal) -> str:
    """Plain digits, without exponent."""
    return format(value, "f")


Number = Annotated[
    Decimal, BeforeValidator(exact), PlainSerializer(plain, return_type=str, when_used="json")
]
"""Amount, quantity, price or rate."""
Day = Annotated[date, BeforeValidator(day)]
Time = Annotated[time, BeforeValidator(clock)]
Extra = dict[Annotated[str, Field(pattern=r"^[a-z0-9_-]+:.+$")], str]
"""Texts the model does not know, by ``namespace:name``; the namespace is a format or system."""


def canonical_path(location: tuple[int | str, ...]) -> str:
    """``("lines", 1, "quantity")`` → ``lines[2].quantity``; entries count from 1."""
    path = ""
    for step in location:
        path += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def bt(identifier: str, inside: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Metadata of a field: its business term in EN 16931-1.

    ``inside``: terms of the fields of a type that several fields share, by dotted name; what a
    party is called is BT-27 in the seller and BT-44 in the buyer.
    """
    extra: dict[str, Any] = {"bt": identifier} if identifier else {}
    return {"json_schema_extra": extra if inside is None else {**extra, "inside": dict(inside)}}


class Model(BaseModel):
    """A frozen object of a document."""

    # what checks a document is made when the first one comes: who only reads maps needs none
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _normal_form(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        empty: tuple[object, ...] = (None, "", (), [], {})
        return {name: value for name, value in data.items() if value not in empty}

    def to_data(self) -> dict[str, Any]:
        """Python values by field name; what is absent is left out."""
        data: dict[str, Any] = normal(self.model_dump()) or {}
        return data


def normal(value: Any) -> Any:
    """Normal form: ``None`` for whatever has no content, at any depth."""
    kind = type(value)
    if kind is str:
        return value or None
    if value is None or kind is Decimal or kind is date:
        return value
    if isinstance(value, Model):
        return value if any(content not in (None, (), {}) for _, content in value) else None
    if isinstance(value, Mapping):
        kept = {name: normal(content) for name, content in value.items()}
        return {name: content for name, content in kept.items() if content is not None} or None
    if isinstance(value, list | tuple):
        return [item for item in map(normal, value) if item is not None] or None
    return value


def _plain(data: dict[str, Any], arrangements: tuple[Arrangement, ...]) -> dict[str, Any]:
    """The data with the models in grouped lists as data."""
    names = {name for one in arrangements for name in (one.name, one.flat)}

    def unwrapped(value: Any) -> Any:
        if isinstance(value, Model):
            return value.to_data()
        if isinstance(value, Mapping):
            return {name: unwrapped(one) for name, one in value.items()}
        return [unwrapped(one) for one in value] if isinstance(value, list | tuple) else value

    return {name: unwrapped(one) if name in names else one for name, one in data.items()}


class Document(Model):
    """A whole business document."""

    name: ClassVar[str]
    """``order``, ``orderresponse``, ``despatch``, ``invoice``."""
    arrangements: ClassVar[tuple[Arrangement, ...]] = ()
    """Lists that formats tell in groups."""

    extra: Extra = {}

    @model_validator(mode="before")
    @classmethod
    def _normal_form_throughout(cls, data: object) -> object:
        """Once for the whole document, so that each object below need only look at its own."""
        if not isinstance(data, Mapping):
            return data
        found = normal(data) or {}
        if cls.arrangements:
            found = flat(_plain(found, cls.arrangements), cls.arrangements)
        return cls.complete(found)

    @classmethod
    def complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        """The fields of a document in flat form, with what one part of it says of another."""
        return data

    def arranged(self, names: frozenset[str]) -> dict[str, Any]:
        """Python values for a map that writes these fields of the document; absent: left out."""
        data: dict[str, Any] = self.model_dump(mode="python", exclude_none=True)
        return arranged(data, self.arrangements, names) if self.arrangements else data

    def to_json(self) -> str:
        """The document as JSON text; its keys stand in the order of the model."""
        data = normal(self.model_dump(mode="json")) or {}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what :meth:`to_json` wrote. Raises ``pydantic.ValidationError``, ``ValueError``."""
        return cls.model_validate(json.loads(text, parse_float=Decimal))

    def business_key(self) -> str:
        """What makes two documents of one sender the same: kind, number and function."""
        raise NotImplementedError

"""The fields of a shop's JSON record: read leniently, told of strictly.

A reader asks an object for what it needs and gets a usable value or ``None``; whatever is there and
cannot be used is a problem that names its path. Nothing here raises for what a shop sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from gateway.problems import Place, Problem, has_errors, problem

MOST = 32_000_000
"""Bytes of one record."""
MOST_FOUND = 1000
"""Findings of one record: a list of a million wrong entries is not a million problems."""
SHOWN = 60
"""Characters of a wrong value that are told."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d{1,3})?|[+-]?\.\d+", re.ASCII)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LARGEST = 18
"""Digits before and after the decimal mark, as canonical documents have it."""


class Fields:
    """One object of a record. ``found`` is shared by all objects of the record."""

    __slots__ = ("data", "found", "path")

    def __init__(self, data: Mapping[str, Any], path: str, found: list[Problem]) -> None:
        self.data = data
        self.path = path
        self.found = found

    def __bool__(self) -> bool:
        """Whether it holds anything."""
        return bool(self.data)

    def where(self, name: str) -> str:
        """Path of a field, as problems tell it: ``items[2].price``."""
        return f"{self.path}.{name}" if self.path else name

    def say(self, code: str, name: str, **facts: Any) -> None:
        """Note a problem about a field."""
        path = self.where(name)
        self._note(problem(code, Place(path=path), field=path, **facts))

    def _note(self, one: Problem) -> None:
        """Keep a finding; of very many the first, and always one that is an error."""
        if len(self.found) < MOST_FOUND:
            self.found.append(one)
        elif has_errors([one]) and not has_errors(self.found):
            self.found[0] = one

    def refuse(self, name: str, expected: str) -> None:
        """Note that the value of a field is not usable (W232)."""
        shown = _shown(self.data.get(name))
        self.say("W232", name, value=shown, expected=expected)

    def inside(self, *names: str) -> Fields:
        """The object at the end of some names; an empty one where there is none.

        An empty list is an empty object too: that is how some shops write one.
        """
        here = self
        for name in names:
            value: Any = here.data.get(name)
            if value is not None and value != [] and not isinstance(value, Mapping):
                here.refuse(name, "an object")
            data = value if isinstance(value, Mapping) else {}
            here = Fields(data, here.where(name), here.found)
        return here

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of a list; one object instead of a list is a list of one."""
        value: Any = self.data.get(name)
        if value is None:
            return
        if isinstance(value, Mapping):
            value = [value] if value else []
        if not isinstance(value, list):
            self.refuse(name, "a list")
            return
        for index, entry in enumerate(value):
            path = f"{self.where(name)}[{index + 1}]"
            if isinstance(entry, Mapping):
                yield Fields(entry, path, self.found)
            else:
                wrong: dict[str, Any] = {"field": path, "value": _shown(entry)}
                wrong["expected"] = "an object"
                self._note(problem("W232", Place(path=path), **wrong))

    def text(self, name: str) -> str | None:
        """A text, or a number's digits, without blanks around it; ``None`` where it is empty."""
        value = self.data.get(name)
        if isinstance(value, Decimal) and abs(value.adjusted()) <= _LARGEST * 2:
            value = format(value, "f")
        if isinstance(value, str):
            if not _storable(value):
                self.refuse(name, "a text of characters")
                return None
            return value.strip() or None
        if value is not None and value is not False:
            self.refuse(name, "a text")
        return None

    def need(self, name: str, expected: str = "a text") -> str:
        """A text that has to be there (W231); empty where it is not."""
        before = len(self.found)
        value = self.text(name)
        if value is None and len(self.found) == before:
            self.say("W231", name, expected=expected)
        return value or ""

    def number(self, name: str) -> Decimal | None:
        """A number, or a text that is one; ``None`` where it is absent or empty."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            value = Decimal(value.strip())
        if isinstance(value, Decimal):
            exponent = value.as_tuple().exponent
            usable = isinstance(exponent, int) and exponent >= -_LARGEST
            if usable and value.adjusted() < _LARGEST:
                return value
        self.refuse(name, "a number")
        return None

    def flag(self, name: str) -> bool:
        """Whether something is so: ``true``, ``1`` and their texts."""
        return str(self.data.get(name)).strip().lower() in ("true", "1", "yes")

    def instant(self, name: str, zone: tzinfo | None = None) -> datetime | None:
        """A time stamp as UTC. ``zone``: of those that are written without one."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        try:
            found = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.refuse(name, "a time like 2026-03-02T09:14:00Z")
            return None
        if found.tzinfo is None:
            if zone is None:
                self.refuse(name, "a time with its zone")
                return None
            found = found.replace(tzinfo=zone)
        try:
            return found.astimezone(UTC)
        except OverflowError:
            self.refuse(name, "a time like 2026-03-02T09:14:00Z")
            return None


def opened(raw: bytes, what: str) -> Fields:
    """The object of a record. What is none is an empty one, and :attr:`Fields.found` says W230."""
    found: list[Problem] = []
    reason = "it is too large"
    if len(raw) <= MOST:
        try:
            value = json.loads(
                raw.decode("utf-8-sig"),
                parse_float=Decimal,
                parse_int=Decimal,
                parse_constant=_constant,
                object_pairs_hook=_object,
            )
        except (ValueError, ArithmeticError, RecursionError) as failure:
            reason = f"it is not JSON: {failure}"
        else:
            if isinstance(value, Mapping):
                return Fields(value, "", found)
            reason = "it is no JSON object"
    found.append(problem("W230", what=what, reason=reason))
    return Fields({}, "", found)


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return data


def _storable(text: str) -> bool:
    """Whether it can be written as UTF-8 and kept by every database."""
    return _UNSTORABLE.search(text) is None


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, str | Decimal | bool) else type(value).__name__
    text = text.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

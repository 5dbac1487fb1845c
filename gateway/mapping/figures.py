"""Values over a document: counts, sums, texts, and what tests of the map compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from gateway.mapping.convert import Unfit, decimal_text
from gateway.syntax.normal import ELEMENT


def written(write: Any, value: Any) -> str:
    """A field as a row would write it; empty if absent or impossible."""
    if value is None:
        return ""
    try:
        text = write(value)
    except (Unfit, KeyError):
        return ""
    return text[0] if isinstance(text, tuple) else str(text)


def put(target: dict[str, Any], name: str, inner: dict[str, Any]) -> None:
    """Set an object; one that is there already keeps its fields."""
    old = target.get(name)
    target[name] = {**old, **inner} if isinstance(old, dict) else inner


def differs(wire: str, computed: str) -> bool:
    """Whether a check fails; numbers are compared as numbers."""
    if wire == computed:
        return False
    try:
        return Decimal(wire.replace(",", ".")) != Decimal(computed)
    except ArithmeticError:
        return True


def tagged(out: Sequence[str], tag: str) -> str:
    """How many segments of a message have a tag."""
    start = tag + ELEMENT
    return str(sum(1 for one in out if one.startswith(start) or one == tag))


def _values(source: Any, names: Sequence[str], recursive: str) -> Iterable[Any]:
    if not names:
        yield source
        return
    inside = source.get(names[0]) if isinstance(source, dict) else None
    for one in inside if isinstance(inside, list | tuple) else [inside]:
        if one is None:
            continue
        yield from _values(one, names[1:], recursive)
        if names[0] == recursive and isinstance(one, dict) and one.get(recursive):
            yield from _values(one, names, recursive)


def counted(source: Any, names: Sequence[str], recursive: str) -> str:
    """How many entries a list has, through all levels of a tree."""
    if len(names) == 1 and not recursive:
        inside = source.get(names[0])
        return (
            str(len(inside)) if isinstance(inside, list | tuple) else str(int(inside is not None))
        )
    return str(sum(1 for _ in _values(source, names, recursive)))


def summed(source: Any, names: Sequence[str], recursive: str) -> str:
    """The sum of a field over a list; absent fields count nothing."""
    values = _values(source, names, recursive)
    total = sum((one for one in values if isinstance(one, Decimal | int)), Decimal(0))
    return decimal_text(total)


def given(value: Any) -> Any:
    """A field for a test: objects and lists without content are absent."""
    return None if value in ("", {}, [], ()) else value


def shown(value: Any) -> str:
    """A field as a test of the map spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return decimal_text(value) if isinstance(value, Decimal | int) else str(value)


def concat(parts: Iterable[Any]) -> str:
    """Texts one after the other; absent ones are empty."""
    return "".join("" if one is None else shown(one) for one in parts)


def first(values: Iterable[Any]) -> Any:
    """The first value that is present."""
    return next((one for one in values if given(one) is not None), None)

"""Fields of a document as data, by their canonical path: ``lines[2].price``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from gateway.documents import Model

_STEP = re.compile(r"([a-z0-9_]+)|\[(\d+)\]")
Step = str | int


def steps(path: str, *, first: bool = False) -> list[Step]:
    """``lines[2].price`` → ``["lines", 1, "price"]``; ``first``: the first entry of every list."""
    return [name if name else 0 if first else int(index) - 1 for name, index in _STEP.findall(path)]


def get(data: Any, at: Sequence[Step]) -> Any:
    """What stands there; ``None`` for nothing."""
    for step in at:
        data = _inside(data, step)
        if data is None:
            return None
    return data


def put(data: Any, path: str, value: Any) -> bool:
    """Write a value where one stands already; whether that could be done."""
    *above, last = steps(path) or [""]
    holder = get(data, above)
    if isinstance(holder, dict) and isinstance(last, str):
        holder[last] = value
        return True
    return False


def without(data: Any, path: str) -> bool:
    """Take a field out; whether it was there."""
    *above, last = steps(path) or [""]
    holder = get(data, above)
    if isinstance(holder, dict) and last in holder:
        del holder[last]
        return True
    return False


def plain(value: Any) -> Any:
    """The same as dicts and lists that can be changed."""
    if isinstance(value, Model):
        return plain(value.to_data())
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def _inside(data: Any, step: Step) -> Any:
    if isinstance(step, str):
        return data.get(step) if isinstance(data, dict) else None
    known = isinstance(data, list | tuple) and 0 <= step < len(data)
    return data[step] if known else None

"""From place to field to place: what came in, what the document holds, and what went out.

The links of a traced read and of a traced write meet in the fields of the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.mapping.trace import Link

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Journey:
    """One field of a document, or a constant that a row writes or verifies."""

    field: str
    """``lines[3].price``; of a constant what its row has on the left."""
    value: Any
    """As the document holds it; ``None`` for constants."""
    came: tuple[Link, ...] = ()
    went: tuple[Link, ...] = ()

    def fits(self, wanted: str) -> bool:
        """Whether a person means this field: itself, something above it, or it in every entry."""
        if self.field == wanted or self.field.startswith((f"{wanted}.", f"{wanted}[")):
            return True
        plain = _INDEX.sub("", self.field)
        return "[" not in wanted and (plain == wanted or plain.startswith(f"{wanted}."))


def journeys(document: Any, came: Iterable[Link], went: Iterable[Link]) -> list[Journey]:
    """Every field in the order of the document, then the constants."""
    values = dict(leaves(document))
    sides: dict[str, tuple[list[Link], list[Link]]] = {field: ([], []) for field in values}
    for side, links in enumerate((came, went)):
        for link in links:
            sides.setdefault(link.field, ([], []))[side].append(link)
    return [
        Journey(field, values.get(field), tuple(read), tuple(written))
        for field, (read, written) in sides.items()
    ]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Canonical paths of all values of a document; a list of texts is one value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple) and any(isinstance(one, dict) for one in value):
        for index, inner in enumerate(value, 1):
            yield from leaves(inner, f"{path}[{index}]")
    elif value not in (None, "", [], (), {}):
        yield path, value

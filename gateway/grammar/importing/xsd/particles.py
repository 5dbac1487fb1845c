"""Sequences, choices and groups of a schema, made flat: children in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from lxml import etree

from gateway.grammar.importing.xsd.files import XS, Document
from gateway.grammar.xml.model import UNBOUNDED, Child

if TYPE_CHECKING:
    from gateway.grammar.importing.xsd.types import Types

_DEEPEST = 50
_CONTENT = tuple(f"{XS}{name}" for name in ("sequence", "choice", "all", "group"))


@dataclass(frozen=True, slots=True)
class Particle:
    """A child; ``None`` stands for any element."""

    child: Child | None


class Particles:
    """Reads the content of one type."""

    def __init__(self, types: Types, document: Document, owner: str) -> None:
        self.types = types
        self.document = document
        self.owner = owner
        self._numbers = count(1)

    def of(self, node: etree._Element) -> Iterator[Particle]:
        """Everything below a type, an extension or a restriction."""
        for content in node.iterchildren(*_CONTENT):
            yield from self._one(content, self.document, 0)

    def _one(self, node: etree._Element, document: Document, depth: int) -> Iterator[Particle]:
        least, most = _times(node)
        if most < 0 or depth > _DEEPEST:
            return
        kind = str(node.tag).removeprefix(XS)
        if kind == "element":
            child = self.types.element(node, document, self.owner)
            yield Particle(replace(child, least=least, most=most))
        elif kind == "any":
            yield Particle(None)
        elif kind == "group":
            found = self.types.groups.get(document.resolve(node.get("ref", ""), node))
            if found is not None:
                inner, where = found
                for content in inner.iterchildren(*_CONTENT):
                    yield from _repeated(self._one(content, where, depth + 1), least, most)
        elif kind in ("sequence", "choice", "all"):
            yield from _repeated(self._several(node, document, depth, kind), least, most)

    def _several(
        self, node: etree._Element, document: Document, depth: int, kind: str
    ) -> Iterator[Particle]:
        parts = [one for one in node if isinstance(one.tag, str)]
        plain = all(one.tag in (f"{XS}element", f"{XS}annotation", f"{XS}any") for one in parts)
        number = next(self._numbers)
        for part in parts:
            for one in self._one(part, document, depth + 1):
                child = one.child
                if child is None or kind == "sequence":
                    yield one
                elif kind == "all":
                    yield Particle(replace(child, group=-number))
                elif plain:
                    yield Particle(replace(child, group=number))
                else:
                    # of several elements that go together: nothing more can be said than that
                    # they may stand there
                    yield Particle(replace(child, least=0, group=0))


def _repeated(found: Iterator[Particle], least: int, most: int) -> Iterator[Particle]:
    """What stands in something that may be absent or repeat."""
    for one in found:
        child = one.child
        if child is not None:
            if not least:
                child = replace(child, least=0)
            if most != 1:
                child = replace(child, most=UNBOUNDED)
        yield Particle(child)


def _times(node: etree._Element) -> tuple[int, int]:
    """``minOccurs`` and ``maxOccurs``; -1 where it may not stand at all."""
    least, most = node.get("minOccurs", "1"), node.get("maxOccurs", "1")
    if most == "unbounded":
        return int(least) if least.isdigit() else 1, UNBOUNDED
    number = int(most) if most.isdigit() and len(most) < 9 else 1
    return min(int(least) if least.isdigit() and len(least) < 9 else 1, number), number or -1

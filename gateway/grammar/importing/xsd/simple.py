"""Simple types of a schema: what kind of text, how long, which codes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.grammar.importing.xsd.files import XS
from gateway.grammar.xml.model import XmlType

_INTEGERS = (
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
    "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort",
    "unsignedByte",
)  # fmt: skip
BUILT_IN = {
    "decimal": "decimal", "boolean": "flag", "date": "date",
    **dict.fromkeys(_INTEGERS, "integer"),
}  # fmt: skip
"""Kinds of the built-in types; all others are text (float and double may have an exponent)."""
MOST_CODES = 200
"""Longer code lists are left out of a grammar: a code list of the map says more."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What a simple type says about its text."""

    kind: str = "text"
    max: int = 0
    codes: frozenset[str] = frozenset()

    def type(self, name: str) -> XmlType:
        """As a type without attributes."""
        return XmlType(name, self.kind, max=self.max, codes=self.codes)


def built_in(name: str) -> Facets:
    """A type of XML schema itself."""
    return Facets(BUILT_IN.get(name, "text"))


def narrowed(base: Facets, restriction: object) -> Facets:
    """What a restriction makes of its base."""
    codes = []
    longest = base.max
    for node in restriction:  # type: ignore[attr-defined]
        value = node.get("value", "")
        if node.tag == f"{XS}enumeration":
            codes.append(value)
        elif node.tag in (f"{XS}maxLength", f"{XS}length") and value.isdigit():
            longest = int(value)
    usable = len(codes) <= MOST_CODES and not any(set(" |\t\n") & set(one) for one in codes)
    if codes and usable and all(codes):
        return replace(base, codes=frozenset(codes))
    return replace(base, max=longest if base.kind == "text" else 0)

"""XML types: which children in which order, which attributes, what the text is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

KINDS = ("text", "decimal", "integer", "date", "flag")
"""Kinds of text; the same as those of layouts."""
UNBOUNDED = 0
"""``most`` without a limit."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a type."""

    name: str
    """``schemeID``; ``xml:lang`` for the one of XML itself."""
    required: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Child:
    """A place for an element in a type."""

    prefix: str
    name: str
    type: str
    least: int = 1
    most: int = 1
    """:data:`UNBOUNDED` for any number."""
    group: int = 0
    """Children of one number stand in any order, and exclude each other if it is above 0."""


@dataclass(frozen=True, slots=True)
class XmlType:
    """A type: text, or children, or both an own text and attributes."""

    name: str
    kind: str = ""
    """Kind of its own text; empty: it has none."""
    format: str = ""
    """``YYYYMMDD``: how the days in it look; empty: ISO 8601."""
    max: int = 0
    """Longest text; 0: any."""
    codes: frozenset[str] = frozenset()
    """What the text may be; empty: anything."""
    attributes: tuple[Attribute, ...] = ()
    children: tuple[Child, ...] = ()
    tagged: bool = False
    """Whether its text may begin with ``#AAI#``, which says what it is about."""
    open: bool = False
    """Whether elements that it does not name may stand in it (``xsd:any``)."""

    @property
    def leaf(self) -> bool:
        """Whether it holds text and no elements."""
        return bool(self.kind)


@dataclass(slots=True)
class Vocabulary:
    """The types and namespaces of one document."""

    name: str
    """``ubl-2.1/Order``."""
    root: Child
    wrappers: tuple[Child, ...] = ()
    """Elements around the documents of a file, outermost first; the document may repeat then."""
    namespaces: dict[str, str] = field(default_factory=dict)
    """Prefix → namespace; ``-`` is the one without prefix."""
    implied: dict[str, str] = field(default_factory=dict)
    """Attribute → field of the document that says its value where it is left out."""
    defaults: dict[str, str] = field(default_factory=dict)
    """``Shipment/ID`` → what a required text says where nobody has anything to say."""
    any_order: bool = False
    """Whether children may stand in any order."""
    unknown: str = "refuse"
    """What becomes of a document with elements that its types do not have: ``refuse``, ``warn``."""
    find: Callable[[str], XmlType | None] = lambda _name: None
    """The type of a name."""

    def type(self, name: str) -> XmlType:
        """A type by name. Raises ``KeyError``."""
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def expat(self, child: Child) -> str:
        """The name of an element as events have it: ``namespace local``."""
        uri = self.namespaces.get(child.prefix, "")
        return f"{uri} {child.name}" if uri else child.name

    def used(self) -> Iterator[XmlType]:
        """Every type that can stand in a document."""
        seen = set()
        names = [one.type for one in (*self.wrappers, self.root)]
        while names:
            name = names.pop()
            if name in seen:
                continue
            seen.add(name)
            found = self.type(name)
            yield found
            names += [child.type for child in found.children]

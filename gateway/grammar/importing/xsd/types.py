"""Types of a schema → types of a grammar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from lxml import etree

from gateway.grammar.importing.result import Imported
from gateway.grammar.importing.xsd.files import XS, Document
from gateway.grammar.importing.xsd.particles import Particle, Particles
from gateway.grammar.importing.xsd.simple import Facets, built_in, narrowed
from gateway.grammar.xml.model import Attribute, Child, XmlType

Name: TypeAlias = tuple[str, str]
"""Namespace and local name."""
Found: TypeAlias = tuple[etree._Element, Document]
SCHEMA = XS[1:-1]
XML = "http://www.w3.org/XML/1998/namespace"
_DEEPEST = 50
_DATED = ("DateTimeString", "DateString")
"""UN/CEFACT writes days as texts whose attribute format says 102 (CCYYMMDD)."""


@dataclass
class Types:
    """All global definitions, and the types that are made of them when they are asked for."""

    imported: Imported
    prefix: Callable[[str], str]
    """Namespace → the prefix that the grammar has for it."""
    elements: dict[Name, Found] = field(default_factory=dict)
    defined: dict[Name, Found] = field(default_factory=dict)
    groups: dict[Name, Found] = field(default_factory=dict)
    attributes: dict[Name, Found] = field(default_factory=dict)
    made: dict[str, XmlType] = field(default_factory=dict)
    _names: dict[object, str] = field(default_factory=dict)
    _waiting: list[tuple[str, etree._Element, Document]] = field(default_factory=list)

    def add(self, document: Document) -> None:
        """Take in the global definitions of a file."""
        places = {
            "element": self.elements, "complexType": self.defined, "simpleType": self.defined,
            "group": self.groups, "attributeGroup": self.groups, "attribute": self.attributes,
        }  # fmt: skip
        for node in document.root:
            place = places.get(str(node.tag).removeprefix(XS))
            name = node.get("name")
            if place is not None and name:
                place.setdefault((document.namespace, name), (node, document))

    def element(self, node: etree._Element, document: Document, owner: str) -> Child:
        """A local or global element as a child, once."""
        if reference := node.get("ref"):
            name = document.resolve(reference, node)
            found = self.elements.get(name)
            if found is None:
                self._undefined(document, node, f"element {reference}")
                return Child("-", name[1], self._plain())
            return self.element(*found, "")
        local = node.get("name", "")
        top = node.getparent() is document.root
        qualified = node.get("form", "qualified" if document.qualified else "") == "qualified"
        uri = document.namespace if top or qualified else ""
        return Child(self.prefix(uri), local, self._type_of(node, document, owner, local))

    def finish(self) -> None:
        """Make every type that is waited for."""
        while self._waiting:
            name, node, document = self._waiting.pop()
            self.made[name] = self._complex(name, node, document)

    # ------------------------------------------------------------------ names

    def _type_of(self, node: etree._Element, document: Document, owner: str, local: str) -> str:
        """Name of the type of an element."""
        if kind := node.get("type"):
            return self._named(document.resolve(kind, node), node, document)
        for inner in node.iterchildren(f"{XS}complexType"):
            name = self._name(inner, f"{owner}.{local}" if owner else local)
            return self._take(name, inner, document)
        for inner in node.iterchildren(f"{XS}simpleType"):
            return self._simple(self._facets(inner, document, 0), inner, local)
        return self._plain()

    def _named(self, name: Name, node: etree._Element, document: Document) -> str:
        if name[0] == SCHEMA:
            if name[1] == "anyType":
                return self._any()
            return self._simple(built_in(name[1]), name, built_in(name[1]).kind.capitalize())
        found = self.defined.get(name)
        if found is None:
            self._undefined(document, node, f"type {name[1]}")
            return self._plain()
        inner, where = found
        if inner.tag == f"{XS}simpleType":
            return self._simple(self._facets(inner, where, 0), name, name[1])
        base = self._same_as(inner, where)
        if base is not None:
            return self._named(base, inner, where)
        return self._take(self._name(name, name[1].removesuffix("Type") or name[1]), inner, where)

    def _same_as(self, node: etree._Element, document: Document) -> Name | None:
        """The base of a type that adds nothing to it: one name less."""
        for content in node.iterchildren(f"{XS}simpleContent"):
            for derived in content:
                kind = derived.get("base")
                bare = derived.tag in (f"{XS}extension", f"{XS}restriction") and not len(derived)
                name = document.resolve(kind, derived) if kind else None
                if bare and name is not None and name[0] != SCHEMA and name in self.defined:
                    return name
        return None

    def _take(self, name: str, node: etree._Element, document: Document) -> str:
        if name not in self.made:
            self.made[name] = XmlType(name)
            self._waiting.append((name, node, document))
        return name

    def _simple(self, facets: Facets, key: object, wanted: str) -> str:
        """A simple type; types that say the same are one."""
        known = self._names.get(facets)
        if known is None:
            plain = facets == Facets(facets.kind)
            wanted = facets.kind.capitalize() if plain else wanted.removesuffix("Type") or wanted
            known = self._names[facets] = self._name(key, wanted)
            self.made[known] = facets.type(known)
        return known

    def _plain(self) -> str:
        return self._simple(Facets(), "text", "Text")

    def _any(self) -> str:
        name = self._name("anyType", "Any")
        self.made[name] = XmlType(name, open=True)
        return name

    def _name(self, key: object, wanted: str) -> str:
        """A name that no other type has."""
        known = self._names.get(key)
        if known is None:
            taken = set(self._names.values())
            known, number = wanted, 1
            while known in taken:
                number += 1
                known = f"{wanted}{number}"
            self._names[key] = known
        return known

    # ------------------------------------------------------------------ content

    def _facets(self, node: etree._Element, document: Document, depth: int) -> Facets:
        """What a simple type (or simple content) says about its text."""
        for restriction in node.iterchildren(f"{XS}restriction"):
            inner = restriction.find(f"{XS}simpleType")
            if inner is not None:
                base = self._facets(inner, document, depth + 1)
            else:
                base = self._base(restriction, document, depth)
            return narrowed(base, restriction)
        for extension in node.iterchildren(f"{XS}extension"):
            return self._base(extension, document, depth)
        return Facets()

    def _base(self, node: etree._Element, document: Document, depth: int) -> Facets:
        name = document.resolve(node.get("base", ""), node)
        if name[0] == SCHEMA:
            return built_in(name[1])
        found = self.defined.get(name)
        if found is None or depth > _DEEPEST:
            self._undefined(document, node, f"type {name[1]}")
            return Facets()
        inner, where = found
        content = inner.find(f"{XS}simpleContent")
        return self._facets(inner if content is None else content, where, depth + 1)

    def _complex(self, name: str, node: etree._Element, document: Document) -> XmlType:
        content = node.find(f"{XS}simpleContent")
        attributes = tuple(self._all_attributes(node, document, 0).values())
        if content is not None:
            facets = self._facets(content, document, 0)
            named = name.rpartition(".")[2]
            dated = named in _DATED and any(one.name == "format" for one in attributes)
            return replace(
                facets.type(name), attributes=attributes, format="YYYYMMDD" if dated else ""
            )
        if node.get("mixed") == "true":
            self._left_out(document, node, f"text between the elements of {name}")
        found = list(self._content(node, document, name, 0))
        children = self._children(found, document, node, name)
        is_open = any(one.child is None for one in found)
        if not children and not is_open:
            # an element without content: what it says is that it is there
            return XmlType(name, "text", attributes=attributes)
        return XmlType(name, attributes=attributes, children=children, open=is_open)

    def _content(
        self, node: etree._Element, document: Document, name: str, depth: int
    ) -> Iterator[Particle]:
        """Particles of a type, those of its base first."""
        for content in node.iterchildren(f"{XS}complexContent"):
            for derived in content:
                base = self.defined.get(document.resolve(derived.get("base", ""), derived))
                if derived.tag == f"{XS}extension" and base is not None and depth < _DEEPEST:
                    yield from self._content(*base, name, depth + 1)
                yield from self._content(derived, document, name, depth)
            return
        yield from Particles(self, document, name).of(node)

    def _children(
        self, found: list[Particle], document: Document, node: etree._Element, name: str
    ) -> tuple[Child, ...]:
        kept: dict[str, Child] = {}
        for one in found:
            child = one.child
            if child is None:
                continue
            before = kept.get(child.name)
            if before is None:
                kept[child.name] = child
                continue
            if before.prefix != child.prefix:
                self._left_out(document, node, f"the second {child.name} of {name}")
            else:
                kept[child.name] = replace(before, most=0)
        return tuple(kept.values())

    def _all_attributes(
        self, node: etree._Element, document: Document, depth: int
    ) -> dict[str, Attribute]:
        """Attributes of a type, those of its base first."""
        found: dict[str, Attribute] = {}
        for derived in node.iterfind(f"{XS}*/*[@base]"):
            name = document.resolve(derived.get("base", ""), derived)
            base = self.defined.get(name)
            if base is not None and base[0].tag == f"{XS}complexType" and depth < _DEEPEST:
                found |= self._all_attributes(*base, depth + 1)
            node = derived
        for one in node.iterchildren(f"{XS}attribute", f"{XS}attributeGroup"):
            if one.tag == f"{XS}attributeGroup":
                group = self.groups.get(document.resolve(one.get("ref", ""), one))
                if group is not None and depth < _DEEPEST:
                    found |= self._all_attributes(*group, depth + 1)
                continue
            made = self._attribute(one, document)
            if one.get("use") == "prohibited":
                found.pop(made.name, None)
            else:
                found[made.name] = made
        return found

    def _attribute(self, node: etree._Element, document: Document) -> Attribute:
        required = node.get("use") == "required"
        if reference := node.get("ref"):
            uri, local = document.resolve(reference, node)
            if uri == XML or reference.startswith("xml:"):
                return Attribute(f"xml:{local}", required)
            target = self.attributes.get((uri, local))
            kind = self._attribute(*target).kind if target else "text"
            return Attribute(local, required, kind)
        kind = "text"
        if named := node.get("type"):
            name = document.resolve(named, node)
            found = self.defined.get(name)
            if name[0] == SCHEMA:
                kind = built_in(name[1]).kind
            elif found is not None:
                kind = self._facets(*found, 0).kind
        return Attribute(node.get("name", ""), required, kind)

    # ------------------------------------------------------------------ problems

    def _undefined(self, document: Document, node: etree._Element, name: str) -> None:
        self.imported.report("F242", document.name, node.sourceline, name=name)

    def _left_out(self, document: Document, node: etree._Element, what: str) -> None:
        self.imported.report("F243", document.name, node.sourceline, what=what)

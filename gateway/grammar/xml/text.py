"""The text form of XML grammars: one line per type, so that a change reads as a diff.

``Order.txt`` describes a document, ``types.txt`` beside it what the documents of the folder
share::

    # xml ubl-2.1 Order
    namespace - urn:oasis:names:specification:ubl:schema:xsd:Order-2
    namespace cbc urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2
    root Order
    implied currencyID DocumentCurrencyCode
    type Order cbc: ID:Identifier IssueDate:Date Note:Text* cac: OrderLine+
    simple Amount decimal @currencyID!
    simple Identifier text @schemeID @schemeName
    simple Day text date=YYYYMMDD max=8

``type NAME`` lists the elements in their order. A word that ends in a colon is the prefix of the
ones that follow, ``-:`` none (as is the beginning of a line). ``NAME:TYPE``; without a type it is
of the type of its own name. Behind it ``?`` at most one, ``*`` any number, ``+`` at least one,
``{2,5}``; nothing: exactly one. ``( A | B )`` is a choice, ``( A & B )`` lets both stand in any
order. ``@NAME`` is an attribute, with ``!`` a required one, ``@NAME=decimal`` one that is no text.
``...`` lets any other elements stand there.

``simple NAME KIND`` is text of a kind (text decimal integer date flag) with attributes;
``date=YYYYMMDD`` how its days look, ``max=35`` the longest text, ``codes=A|B`` what it may be;
``tagged``: a text may begin with its subject, ``#AAI#text`` (EN 16931 in UBL), which is a field
``$tag`` of its own where the element repeats. A type name may be used before its line, and by
itself.

``root NAME[:TYPE]`` is the document; ``root Orders/Order*`` says that the file is a list of them,
``root rsm:Invoice`` that it has a prefix.
``implied ATTRIBUTE FIELD``: where a required attribute is left out, its value is that of the field
of the document; one that says the same is not kept. ``default TYPE/ELEMENT VALUE``: what a
required element says where it is left out; that value is not kept either. ``order any``: elements
may stand in any order.
``unknown warn``: elements that are not in the grammar are told, not refused. Long lines go on in
indented ones; ``#`` begins a comment line.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gateway.grammar.xml.model import KINDS, UNBOUNDED, Attribute, Child, Vocabulary, XmlType

_CHILD = re.compile(
    r"(?P<name>[^\W\d][\w.-]*)(?::(?P<type>[^\W\d][\w.-]*))?(?P<times>[?*+]|\{\d+,\d*\})?"
)
_ATTRIBUTE = re.compile(r"@(?P<name>[\w.:-]+)(?P<must>!)?(?:=(?P<kind>\w+))?")
_TIMES = {"": (1, 1), "?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED)}
_SIGNS = {times: sign for sign, times in _TIMES.items()}


class BadLine(ValueError):  # noqa: N818 (says where)
    """A line that cannot be read: its number, what is wrong with it, what would be right."""

    def __init__(self, line: int, value: str, expected: str) -> None:
        super().__init__(f"line {line}: {value}")
        self.line = line
        self.value = value
        self.expected = expected


@dataclass(slots=True)
class Lines:
    """What a grammar file says, its types still as text: most are never asked for."""

    namespaces: dict[str, str] = field(default_factory=dict)
    types: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    """Name → line, ``type`` or ``simple``, the rest."""
    root: tuple[int, str] = (0, "")
    implied: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    any_order: bool = False
    unknown: str = "refuse"


def read_lines(text: str) -> Lines:
    """The lines of a file. Raises :class:`BadLine`."""
    found = Lines()
    for number, line in _joined(text):
        keyword, _, rest = line.partition(" ")
        name, _, rest = rest.strip().partition(" ")
        _take(found, number, keyword, name, rest.strip())
    return found


def _joined(text: str) -> Iterator[tuple[int, str]]:
    start, whole = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#") or not line.strip():
            continue
        if line[0] == " ":
            whole += " " + line.strip()
            continue
        if whole:
            yield start, whole
        start, whole = number, line.rstrip()
    if whole:
        yield start, whole


def _take(found: Lines, number: int, keyword: str, name: str, rest: str) -> None:
    if keyword in ("type", "simple") and name:
        if name in found.types:
            raise BadLine(number, f"{name} once more", "each type once")
        found.types[name] = (number, keyword, rest)
    elif keyword == "namespace" and rest:
        found.namespaces[name] = rest
    elif keyword == "root" and name:
        found.root = (number, name)
    elif keyword == "implied" and rest:
        found.implied[name] = rest
    elif keyword == "default" and rest and "/" in name:
        found.defaults[name] = rest
    elif keyword == "order" and name == "any":
        found.any_order = True
    elif keyword == "unknown" and name in ("warn", "refuse"):
        found.unknown = name
    else:
        expected = "namespace, root, type, simple, implied, default, order any or unknown warn"
        raise BadLine(number, f"{keyword} {name}".strip(), expected)


def read_type(name: str, line: int, keyword: str, rest: str) -> XmlType:
    """A type from its line. Raises :class:`BadLine`."""
    if keyword == "simple":
        return _simple(name, line, rest)
    attributes: list[Attribute] = []
    children: list[Child] = []
    prefix, number, group, is_open = "-", 0, 0, False
    for word in rest.split():
        if word == "(":
            number += 1
            group = number
        elif word == ")":
            group = 0
        elif word == "&":
            children[-1] = replace(children[-1], group=-number)
            group = -number
        elif word == "...":
            is_open = True
        elif word[-1] == ":" and len(word) > 1:
            prefix = word[:-1]
        elif word[0] == "@":
            attributes.append(_attribute(word, line))
        elif word != "|":
            children.append(read_child(word, line, prefix, group))
    names = [child.name for child in children]
    if twice := sorted({one for one in names if names.count(one) > 1}):
        raise BadLine(line, f"{twice[0]} twice in {name}", "each element once")
    return XmlType(name, attributes=tuple(attributes), children=tuple(children), open=is_open)


def _simple(name: str, line: int, rest: str) -> XmlType:
    kind, *words = rest.split() or [""]
    if kind not in KINDS:
        raise BadLine(line, f"{kind or 'nothing'} after {name}", f"one of {' '.join(KINDS)}")
    facts = {"date": "", "max": "0", "codes": ""}
    attributes, tagged = [], False
    for word in words:
        key, _, value = word.partition("=")
        if word[0] == "@":
            attributes.append(_attribute(word, line))
        elif word == "tagged":
            tagged = True
        elif key in facts and value:
            facts[key] = value
        else:
            raise BadLine(line, word, "@ATTRIBUTE, date=YYYYMMDD, max=35 or codes=A|B")
    if not facts["max"].isdigit():
        raise BadLine(line, f"max={facts['max']}", "a number")
    codes = frozenset(filter(None, facts["codes"].split("|")))
    most = int(facts["max"])
    return XmlType(name, kind, facts["date"], most, codes, tuple(attributes), tagged=tagged)


def _attribute(word: str, line: int) -> Attribute:
    known = _ATTRIBUTE.fullmatch(word)
    kind = (known["kind"] or "text") if known else ""
    if known is None or kind not in KINDS:
        raise BadLine(line, word, "@NAME, @NAME! or @NAME=decimal")
    return Attribute(known["name"], bool(known["must"]), kind)


def read_child(word: str, line: int, prefix: str, group: int = 0) -> Child:
    """``OrderLine:OrderLine+``. Raises :class:`BadLine`."""
    known = _CHILD.fullmatch(word)
    if known is None:
        raise BadLine(line, word, "NAME, NAME:TYPE, and ? * + or {2,5} behind it")
    least, most = _times(known["times"] or "")
    return Child(prefix, known["name"], known["type"] or known["name"], least, most, group)


def _times(text: str) -> tuple[int, int]:
    if text in _TIMES:
        return _TIMES[text]
    least, _, most = text[1:-1].partition(",")
    return int(least), int(most or UNBOUNDED)


# ---------------------------------------------------------------------- writing


def write_vocabulary(title: str, vocabulary: Vocabulary, types: Iterable[XmlType]) -> str:
    """The file of a document: its namespaces, its root and the types that are its own."""
    lines = [f"# xml {title}"]
    lines += [f"namespace {prefix} {uri}" for prefix, uri in vocabulary.namespaces.items()]
    path = [*vocabulary.wrappers, vocabulary.root]
    lines.append("root " + "/".join(_prefixed(one, one is vocabulary.root) for one in path))
    lines += [f"implied {name} {source}" for name, source in vocabulary.implied.items()]
    lines += [f"default {name} {value}" for name, value in vocabulary.defaults.items()]
    if vocabulary.any_order:
        lines.append("order any")
    if vocabulary.unknown != "refuse":
        lines.append(f"unknown {vocabulary.unknown}")
    return "\n".join(lines) + "\n" + write_types(types)


def write_types(types: Iterable[XmlType]) -> str:
    """Lines of types, in the order given."""
    return "".join(_folded(_type(one)) + "\n" for one in types)


def _type(one: XmlType) -> list[str]:
    attributes = [
        f"@{each.name}{'!' if each.required else ''}"
        + (f"={each.kind}" if each.kind != "text" else "")
        for each in one.attributes
    ]
    if one.leaf:
        facts = [f"date={one.format}"] if one.format else []
        facts += [f"max={one.max}"] if one.max else []
        facts += ["tagged"] if one.tagged else []
        facts += [f"codes={'|'.join(sorted(one.codes))}"] if one.codes else []
        return ["simple", one.name, one.kind, *facts, *attributes]
    return ["type", one.name, *attributes, *_children(one), *(["..."] if one.open else [])]


def _children(one: XmlType) -> Iterator[str]:
    prefix, group = "-", 0
    for child in one.children:
        if group and child.group != group:
            yield ")"
        if child.group and child.group == group:
            yield "|" if child.group > 0 else "&"
        if child.prefix != prefix:
            prefix = child.prefix
            yield f"{prefix}:"
        if child.group and child.group != group:
            yield "("
        group = child.group
        yield _child(child, True)
    if group:
        yield ")"


def _prefixed(child: Child, document: bool) -> str:
    front = "" if child.prefix == "-" else f"{child.prefix}:"
    return front + _child(child, document)


def _child(child: Child, times: bool) -> str:
    kind = f":{child.type}" if child.type != child.name else ""
    if not times:
        return child.name + kind
    least, most = child.least, child.most
    sign = _SIGNS.get((least, most))
    return child.name + kind + (f"{{{least},{most or ''}}}" if sign is None else sign)


def _folded(words: list[str]) -> str:
    return textwrap.fill(
        " ".join(words),
        width=100,
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )

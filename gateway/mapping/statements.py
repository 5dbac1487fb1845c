"""Statements of the map language: what the parser makes and overlays change.

Everything is frozen and knows where it stands (:class:`Span`), so that an overlay can replace one
row without touching the row it came from, and every problem can point into the file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from gateway.problems import Place


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line of a map file. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    width: int = 1

    def place(self) -> Place:
        """The same as the place of a problem."""
        return Place(file=self.file, line=self.line, column=self.column, width=self.width)

    def part(self, start: int, width: int) -> Span:
        """A piece of this piece, ``start`` characters in."""
        return Span(self.file, self.line, self.column + start, max(1, width))

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, number or ``true`` / ``false`` as the map spells it (without quotes)."""

    text: str
    quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Field:
    """A canonical field, dotted: ``delivery.on``."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Path:
    """A path on the wire, not yet resolved: ``LIN.C212[7143=EN].7140``."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """``join(" ", FTX+PUR.4440#*)``, ``count(lines)``, ``lookup unit(QTY.6411)``."""

    name: str
    arguments: tuple[Operand, ...]
    span: Span
    code_list: str | None = None
    """Table or code list of a ``lookup``, with the columns: ``article[gtin:number]``."""


Operand: TypeAlias = Literal | Field | Path | Call


@dataclass(frozen=True, slots=True)
class Named:
    """A converter with its arguments, or the name of a code list."""

    name: str
    arguments: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """``kind = "order"``, ``contract present``, ``length(gtin) = 12``."""

    field: Field
    operator: str
    """``=`` ``!=`` ``present`` ``absent``."""
    value: str | None = None
    length: bool = False
    """Whether the length of the text is compared."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Comparisons joined by ``and`` or ``or``."""

    operator: str
    """``and`` or ``or``."""
    tests: tuple[Condition | Comparison, ...]


Test: TypeAlias = Condition | Comparison


@dataclass(frozen=True, slots=True)
class Reach:
    """The directories a row or block is for: ``from D01B``, ``until D01A``; empty: no bound."""

    since: str = ""
    until: str = ""
    span: Span | None = None


EVERYWHERE = Reach()


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What follows the path of a row."""

    converter: Named | None = None
    codes: Named | None = None
    default: Literal | None = None
    implied: Literal | None = None
    required: bool = False
    when: Test | None = None
    on_error: str = "fail"
    text: str = ""
    """As written, for ``map show``."""
    lookup: Named | None = None
    """A table that translates both ways: ``lookup customer[gln:number]``."""
    reach: Reach = EVERYWHERE
    own_policy: bool = False
    """Whether the row says ``on error`` itself; else its block decides."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``field <-> path modifiers`` (or ``<-`` ``->`` ``==``)."""

    left: Literal | Field | Call
    operator: str
    right: Path | Call
    modifiers: Modifiers
    span: Span
    origin: str = "base"
    """``base``, or the word of the overlay that put it there: ``replace`` ``add`` ``require``."""

    @property
    def name(self) -> str:
        """How an overlay names this row inside its block."""
        return spelled(self.left)

    @property
    def reads(self) -> bool:
        """Whether the row takes a value from the wire into the document."""
        return self.operator in ("<->", "<-")

    @property
    def writes(self) -> bool:
        """Whether the row puts something on the wire."""
        return self.operator in ("<->", "->", "==")


@dataclass(frozen=True, slots=True)
class Block:
    """``one buyer <-> group NAD+BY part party`` or ``each lines <-> group LIN``."""

    kind: str
    """``one`` or ``each``."""
    field: Field
    select: Path
    excepts: tuple[str, ...]
    part: Named | None
    required: bool
    body: tuple[Statement, ...]
    span: Span
    origin: str = "base"
    when: Test | None = None
    on_error: str = "fail"
    """For the block itself, and for rows in it that say nothing themselves."""
    own_policy: bool = False
    reach: Reach = EVERYWHERE
    repeat: tuple[int, int, int] | None = None
    """First element, step and times of a run within the segment: ``repeat 03 2 10``."""

    @property
    def name(self) -> str:
        """How an overlay names this block inside its surrounding block."""
        return self.field.name


@dataclass(frozen=True, slots=True)
class Level:
    """One kind of ``HL``: ``level I each items``.

    ``role``: ``document`` (fields of the surrounding object), ``shared`` (an object handed down to
    each list entry below), ``node`` (an entry of the tree), ``each`` (an entry of a list of the
    nearest node).
    """

    codes: tuple[str, ...]
    role: str
    field: Field | None
    body: tuple[Statement, ...]
    span: Span
    origin: str = "base"

    @property
    def name(self) -> str:
        """Fields of a level are named by its list or object; other levels add no name."""
        return self.field.name if self.field else ""


@dataclass(frozen=True, slots=True)
class Nest:
    """``nest packages <-> group CPS id 7164 parent 7166``: a tree told by parent numbers."""

    field: Field
    select: Path
    keys: dict[str, Path] = dataclasses.field(hash=False)
    """``id`` ``parent`` and, for X12, ``level`` ``child`` → element of the trigger."""
    body: tuple[Statement, ...]
    levels: tuple[Level, ...]
    span: Span
    origin: str = "base"
    reach: Reach = EVERYWHERE

    @property
    def name(self) -> str:
        """How an overlay names this tree."""
        return self.field.name


Statement: TypeAlias = Row | Block | Nest


@dataclass(frozen=True, slots=True)
class Part:
    """``part party``: rows that blocks take by copy."""

    name: str
    body: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Change:
    """A statement of an overlay."""

    verb: str
    """``replace`` ``add`` ``drop`` ``require`` ``codes``."""
    target: Field
    """Canonical path from the top: ``lines.price``; for ``codes`` the name of the list."""
    statement: Row | Block | Level | None
    file: Literal | None
    span: Span
    part: str = ""
    """Name of the part that is changed, for all blocks that take it."""


@dataclass(frozen=True, slots=True)
class Header:
    """First statement: ``map canonical/order <-> edifact/D96A/ORDERS`` or ``overlay FILE``."""

    document: str
    format: str
    base: str
    """File of the base map; empty in a map that is none itself."""
    span: Span
    format_span: Span


@dataclass(frozen=True, slots=True)
class MapFile:
    """A parsed file."""

    header: Header | None
    statements: tuple[Statement, ...]
    parts: dict[str, Part] = dataclasses.field(hash=False)
    changes: tuple[Change, ...]


def spelled(operand: Operand) -> str:
    """An operand as the map spells it."""
    if isinstance(operand, Field):
        return operand.name
    if isinstance(operand, Literal):
        return f'"{operand.text}"' if operand.quoted else operand.text
    if isinstance(operand, Path):
        return operand.text
    name = operand.name if operand.code_list is None else f"lookup {operand.code_list}"
    return f"{name}({', '.join(spelled(item) for item in operand.arguments)})"


def bodies(statement: Statement) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """The bodies of a block or tree, each with the name its fields get in front."""
    if isinstance(statement, Block):
        yield statement.name, statement.body
    elif isinstance(statement, Nest):
        yield statement.name, statement.body
        for level in statement.levels:
            if level.role == "document":
                yield "", level.body
            elif level.role == "shared":
                inside = next((one.name for one in statement.levels if one.role == "each"), "")
                front = ".".join(name for name in (statement.name, inside, level.name) if name)
                yield front, level.body
            else:
                yield ".".join(name for name in (statement.name, level.name) if name), level.body

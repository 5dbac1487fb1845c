"""Interchanges as plain tuples, written by a writer of the tests' own that knows every offset.

Nothing here uses the engine: what a place is, and where its bytes are, is said a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

Element = tuple[tuple[str, ...], ...]
"""Repetitions of components."""


@dataclass(frozen=True)
class Seg:
    """A segment: tag, elements, repetitions, components."""

    tag: str
    elements: tuple[Element, ...] = ()

    def get(self, element: int, component: int = 1, repetition: int = 1) -> str:
        try:
            return self.elements[element - 1][repetition - 1][component - 1]
        except IndexError:
            return ""

    def put(self, value: str, element: int, component: int = 1, repetition: int = 1) -> Seg:
        """With another value; what is needed to reach it is filled with nothing."""
        found = [[list(one) for one in each] for each in self.elements]
        while len(found) < element:
            found.append([[""]])
        while len(found[element - 1]) < repetition:
            found[element - 1].append([""])
        components = found[element - 1][repetition - 1]
        while len(components) < component:
            components.append("")
        components[component - 1] = value
        return self.having(found)

    def having(self, elements: Sequence[Sequence[Sequence[str]]]) -> Seg:
        return Seg(self.tag, tuple(tuple(tuple(one) for one in each) for each in elements))

    def without(self, element: int) -> Seg:
        """The element left empty, or, as the last one, left out with its separator."""
        emptied = [list(map(list, each)) for each in self.elements]
        emptied[element - 1] = [[""]]
        return self.having(emptied).trimmed()

    def trimmed(self) -> Seg:
        """Without separators behind the last value of the segment or of a repetition."""
        elements = []
        for each in self.elements:
            repetitions = [_cut(one) for one in each]
            while len(repetitions) > 1 and repetitions[-1] == ("",):
                repetitions.pop()
            elements.append(tuple(repetitions))
        while elements and elements[-1] == (("",),):
            elements.pop()
        return Seg(self.tag, tuple(elements))


def _cut(components: Sequence[str]) -> tuple[str, ...]:
    kept = list(components)
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return tuple(kept) or ("",)


@dataclass(frozen=True)
class Signs:
    component: str = ":"
    element: str = "+"
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"
    decimal: str = "."


EDIFACT_3, EDIFACT_4 = Signs(), Signs(repetition="*")
X12_4, X12_5 = Signs(">", "*", "", "", "~"), Signs(">", "*", "", "^", "~")


def parse(line: str, signs: Signs) -> Seg:
    """One segment of a base file, without its terminator."""
    fields: list[list[list[str]]] = [[[""]]]
    at = 0
    while at < len(line):
        sign = line[at]
        if signs.release and sign == signs.release:
            at += 1
            fields[-1][-1][-1] += line[at]
        elif sign == signs.element:
            fields.append([[""]])
        elif sign == signs.repetition:
            fields[-1].append([""])
        elif sign == signs.component:
            fields[-1][-1].append("")
        else:
            fields[-1][-1][-1] += sign
        at += 1
    return Seg(fields[0][0][0]).having(fields[1:])


@dataclass(frozen=True)
class Doc:
    """An interchange: its segments, how it is written, and which message is mutated."""

    standard: str
    signs: Signs
    segments: tuple[Seg, ...]
    first: int
    """Index of the header of the subject."""
    last: int
    """Index of its trailer."""
    codec: str = "latin-1"
    advice: bool = False
    """Whether UNA comes first."""
    name: str = ""

    @property
    def subject(self) -> tuple[Seg, ...]:
        return self.segments[self.first : self.last + 1]

    def with_subject(self, segments: Sequence[Seg], *, count: bool = True) -> Doc:
        """Another subject; its trailer counts right unless ``count`` is off."""
        changed = list(segments)
        if count:
            changed[-1] = changed[-1].put(str(len(changed)), 1)
        whole = (*self.segments[: self.first], *changed, *self.segments[self.last + 1 :])
        return replace(self, segments=whole, last=self.first + len(changed) - 1)

    def with_segment(self, index: int, segment: Seg) -> Doc:
        whole = (*self.segments[:index], segment, *self.segments[index + 1 :])
        return replace(self, segments=whole)


class Rendered:
    """The bytes of an interchange, and where everything in it is."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        signs = doc.signs
        head = ""
        if doc.advice:
            head = "UNA" + "".join(
                sign or " "
                for sign in (
                    signs.component, signs.element, signs.decimal,
                    signs.release, signs.repetition, signs.terminator,
                )
            )  # fmt: skip
        data = head.encode(doc.codec)
        self.starts: list[int] = []
        self.marks: list[dict[tuple[int, int, int], tuple[int, int]]] = []
        """Start and end of each component, by element, repetition, component."""
        for segment in doc.segments:
            self.starts.append(len(data))
            text, marks = self._segment(segment, len(data))
            self.marks.append(marks)
            data += text
        self.data = data
        self.starts.append(len(data))

    def _segment(
        self, segment: Seg, at: int
    ) -> tuple[bytes, dict[tuple[int, int, int], tuple[int, int]]]:
        signs, codec = self.doc.signs, self.doc.codec
        isa = segment.tag == "ISA"
        data = segment.tag.encode(codec)
        marks = {}
        for element, repetitions in enumerate(segment.elements, 1):
            data += signs.element.encode(codec)
            for repetition, components in enumerate(repetitions, 1):
                if repetition > 1:
                    data += signs.repetition.encode(codec)
                for component, value in enumerate(components, 1):
                    if component > 1:
                        data += signs.component.encode(codec)
                    start = len(data)
                    data += (value if isa else self._released(value)).encode(codec)
                    marks[element, repetition, component] = (at + start, at + len(data))
        end = signs.terminator.encode(codec)
        marks[0, 0, 0] = (at, at + len(data))
        return data + end, marks

    def _released(self, value: str) -> str:
        signs = self.doc.signs
        special = {signs.component, signs.element, signs.repetition, signs.terminator} - {""}
        if not signs.release:
            return value
        special.add(signs.release)
        return "".join(signs.release + sign if sign in special else sign for sign in value)

    def offset(
        self,
        index: int,
        element: int | None = None,
        component: int | None = None,
        repetition: int | None = None,
    ) -> int:
        """Where a place begins; what is not there begins at the end of what would hold it."""
        marks = self.marks[index]
        if element is None:
            return marks[0, 0, 0][0]
        inside = [key for key in marks if key[0] == element]
        if not inside:
            return marks[0, 0, 0][1]
        if component is None and repetition is None:
            return marks[element, 1, 1][0]
        of_repetition = [key for key in inside if key[1] == (repetition or 1)]
        if not of_repetition:
            return marks[max(inside)][1]
        key = (element, repetition or 1, component or 1)
        return marks[key][0] if key in marks else marks[max(of_repetition)][1]


@dataclass(frozen=True)
class Message:
    """A message of an interchange as its tags tell it."""

    index: int
    """Position in the interchange, from 1."""
    first: int
    last: int
    """Index of its last segment (the trailer, where it has one)."""
    group: int | None
    """Number of its group in the interchange, from 1."""


@dataclass(frozen=True)
class Group:
    number: int
    first: int
    last: int | None
    """Index of UNE or GE."""
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class Layout:
    """One interchange: indices of its segments, by level."""

    first: int
    last: int | None
    """Index of UNZ or IEA."""
    groups: tuple[Group, ...]
    messages: tuple[Message, ...]
    """All, in groups or not."""


_TAGS = {
    "edifact": ("UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"),
    "x12": ("ISA", "GS", "ST", "SE", "GE", "IEA"),
}


def layouts(doc: Doc) -> Iterator[Layout]:
    """The interchanges of a document, by nothing but the tags of the envelope."""
    begin, group_begin, start, stop, group_end, end = _TAGS[doc.standard]
    heads = [at for at, one in enumerate(doc.segments) if one.tag == begin]
    for head, following in zip(heads, [*heads[1:], len(doc.segments)], strict=False):
        groups: list[Group] = []
        messages: list[Message] = []
        open_group: int | None = None
        last: int | None = None
        at = head + 1
        while at < following and last is None:
            tag = doc.segments[at].tag
            if tag == group_begin:
                groups.append(Group(len(groups) + 1, at, None, ()))
                open_group = len(groups)
            elif tag == group_end and open_group:
                groups[-1] = replace(groups[-1], last=at)
                open_group = None
            elif tag == end:
                last = at
            elif tag == start:
                stopped = at
                while stopped + 1 < following and doc.segments[stopped].tag != stop:
                    if doc.segments[stopped + 1].tag in _TAGS[doc.standard] and (
                        doc.segments[stopped + 1].tag != stop
                    ):
                        break
                    stopped += 1
                messages.append(Message(len(messages) + 1, at, stopped, open_group))
                if open_group:
                    grown = (*groups[-1].messages, messages[-1])
                    groups[-1] = replace(groups[-1], messages=grown)
                at = stopped
            at += 1
        yield Layout(head, last, tuple(groups), tuple(messages))

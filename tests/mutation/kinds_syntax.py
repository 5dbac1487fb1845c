"""Defects of characters, separators and what stands between segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.grammar.model import Composite
from tests.mutation.bases import grammar_of
from tests.mutation.kind import SUBJECT, Mutant, consequences, finished, in_subject, kind, of_header
from tests.mutation.model import Doc, Rendered, Seg, layouts
from tests.mutation.oracle import Found

_TEXT = ("an", "AN")


def _texts(doc: Doc, least: int = 2, room: int = 1) -> Iterator[tuple[int, int, int, str, int]]:
    """Values without a code list: number of the segment, element, component, value, repetitions."""
    grammar = grammar_of(doc)
    own = doc.subject
    for number in range(2, len(own)):
        segment = own[number - 1]
        for at, slot in enumerate(grammar.segments[segment.tag].elements, 1):
            if at > len(segment.elements):
                break
            inner = slot.definition
            parts = inner.components if isinstance(inner, Composite) else slot.components
            for component, one in enumerate(parts, 1):
                value = segment.get(at, component)
                wanted = one.element.kind in _TEXT and one.element.codes is None
                fits = least <= len(value) <= one.element.max - room
                fits = fits and one.element.number != "2380"  # 2379 says what it has to be
                # 1131 and 3055 say which list another code is from
                if wanted and fits and one.element.number not in ("1131", "3055"):
                    yield number, at, component, value, len(segment.elements[at - 1])


def _spot(
    doc: Doc, number: int, at: int, component: int, repetitions: int
) -> dict[str, int | None]:
    """The place of a byte: component and repetition only where the element has several."""
    several = any(len(one) > 1 for one in doc.subject[number - 1].elements[at - 1])
    return {
        "element": at,
        "component": component if several else None,
        "repetition": 1 if repetitions > 1 else None,
    }


def _raw(
    doc: Doc, number: int, at: int, component: int, put: bytes, skip: int = 1
) -> tuple[bytes, int]:
    """The interchange with bytes put into a value, and their offset."""
    rendered = Rendered(doc)
    index = doc.first + number - 1
    start = rendered.marks[index][at, 1, component][0] + skip
    return rendered.data[:start] + put + rendered.data[start:], start


@kind("control character")
def control(doc: Doc) -> Iterator[Mutant]:
    for number, at, component, value, repetitions in _texts(doc):
        if "?" in value[:2] or ":" in value[:2]:
            continue
        raw, offset = _raw(doc, number, at, component, b"\x01")
        found = in_subject("S111", number, **_spot(doc, number, at, component, repetitions))
        mark = replace(found, tag=doc.subject[number - 1].tag, offset=offset)
        yield Mutant(f"{number} {at}.{component}", doc, (mark,), raw=raw)


@kind("byte outside the charset")
def undecodable(doc: Doc) -> Iterator[Mutant]:
    """UTF-8 (X12), UNOA; every byte is a character in ISO 8859-1."""
    if doc.standard == "edifact" and "UNOA" not in doc.name:
        return
    for number, at, component, _, repetitions in _texts(doc):
        raw, offset = _raw(doc, number, at, component, b"\xe9")
        found = in_subject("S110", number, **_spot(doc, number, at, component, repetitions))
        mark = replace(found, tag=doc.subject[number - 1].tag, offset=offset)
        yield Mutant(f"{number} {at}.{component}", doc, (mark,), raw=raw)


@kind("letter outside the level")
def outside(doc: Doc) -> Iterator[Mutant]:
    """UNOA has no small letters: told, refuses nothing."""
    if "UNOA" not in doc.name:
        return
    for number, at, component, _, repetitions in _texts(doc):
        raw, offset = _raw(doc, number, at, component, b"x")
        found = in_subject(
            "S112", number, severity="warning", **_spot(doc, number, at, component, repetitions)
        )
        mark = replace(found, tag=doc.subject[number - 1].tag, offset=offset)
        yield Mutant(f"{number} {at}.{component}", doc, (mark,), raw=raw)


@kind("release doubled")
def doubled_release(doc: Doc) -> Iterator[Mutant]:
    """A release character as data: harmless."""
    if not doc.signs.release:
        return
    for number, at, component, _, _ in _texts(doc):
        raw, _ = _raw(doc, number, at, component, doc.signs.release.encode() * 2)
        yield Mutant(f"{number} {at}.{component}", doc, raw=raw)


@kind("release not needed")
def unneeded_release(doc: Doc) -> Iterator[Mutant]:
    if not doc.signs.release:
        return
    for number, at, component, value, repetitions in _texts(doc):
        if value[1:2].isalnum():
            raw, offset = _raw(doc, number, at, component, doc.signs.release.encode())
            found = in_subject(
                "S113", number, severity="warning", **_spot(doc, number, at, component, repetitions)
            )
            mark = replace(found, tag=doc.subject[number - 1].tag, offset=offset)
            yield Mutant(f"{number} {at}.{component}", doc, (mark,), raw=raw)


@kind("separator not released")
def stripped(doc: Doc) -> Iterator[Mutant]:
    """A component separator in a simple element; an element separator in the last one."""
    grammar = grammar_of(doc)
    for number, at, _component, value, _ in _texts(doc):
        own = list(doc.subject)
        segment = own[number - 1]
        slots = grammar.segments[segment.tag].elements
        if isinstance(slots[at - 1].definition, Composite) or slots[at - 1].repeat > 1:
            continue
        parts = [value[:1], value[1:]]
        if slots[at - 1].components[0].element.min > 1:
            continue
        elements = [list(map(list, each)) for each in segment.elements]
        elements[at - 1] = [parts]
        own[number - 1] = segment.having(elements)
        mutated = doc.with_subject(own)
        found = [in_subject("G204", number, element=at, component=2, number=slots[at - 1].number)]
        found += consequences(mutated)
        yield Mutant(f"{number} {at} {value[:8]}", mutated, finished(mutated, found))
        if at == len(slots):
            elements[at - 1 :] = [[[value[:1]]], [[value[1:]]]]
            own[number - 1] = segment.having(elements)
            mutated = doc.with_subject(own)
            found = [in_subject("G203", number, element=at + 1)]
            yield Mutant(f"{number} {at} element", mutated, finished(mutated, found))


@kind("terminator not released")
def cut_in_two(doc: Doc) -> Iterator[Mutant]:
    """The rest of the segment is one that nobody knows, and the count is wrong."""
    for number, at, component, value, _ in _texts(doc, 3):
        own = list(doc.subject)
        segment = own[number - 1]
        last = at == len(segment.elements) and component == len(segment.elements[-1][-1])
        if not last or len(segment.elements[-1]) > 1:
            continue
        rest = value[2:].strip()
        if not rest or rest[0] == "-":
            continue
        own[number - 1 : number] = [segment.put(value[:2], at, component), Seg(rest)]
        mutated = doc.with_subject(own, count=False)
        tag = rest if 2 <= len(rest) <= 3 and rest.isalnum() and rest.isupper() else ""
        found = [
            in_subject("G102" if tag else "G101", number + 1, tag=rest),
            in_subject("S223", len(own), element=1),
        ]
        minimum = grammar_of(doc).segments[segment.tag].elements[at - 1].components
        if minimum[component - 1].element.min > 2 or ":" in rest or "+" in rest:
            continue
        raw = Rendered(mutated).data
        blank = value[2:3] == " "
        if blank:  # what is blank after a terminator is noise, not a tag
            raw = raw.replace(
                f"{doc.signs.terminator}{rest}{doc.signs.terminator}".encode(),
                f"{doc.signs.terminator} {rest}{doc.signs.terminator}".encode(),
                1,
            )
            continue
        yield Mutant(
            f"{number} {at}.{component} {rest}", mutated, finished(mutated, found), raw=raw
        )


@kind("trailing separators")
def trailing(doc: Doc) -> Iterator[Mutant]:
    """Harmless in syntax 3 and X12; syntax 4 has them left out (ISO 9735-1:2002 §8.7)."""
    grammar = grammar_of(doc)
    version_4 = bool(doc.signs.repetition) and doc.standard == "edifact"
    own = doc.subject
    for number in range(2, len(own)):
        segment = own[number - 1]
        slots = grammar.segments[segment.tag].elements
        last = slots[len(segment.elements) - 1]
        inside = len(last.components) > len(segment.elements[-1][-1])
        ways = [doc.signs.element] if len(segment.elements) < len(slots) else []
        ways += [doc.signs.component] if inside else []
        for sign in ways:
            rendered = Rendered(doc)
            index = doc.first + number - 1
            end = rendered.marks[index][0, 0, 0][1]
            raw = rendered.data[:end] + sign.encode() + rendered.data[end:]
            found = [in_subject("G217", number, severity="warning")] if version_4 else []
            yield Mutant(f"{number} {segment.tag} {sign}", doc, finished(doc, found), raw=raw)


_BREAKS = {"CR LF": b"\r\n", "LF": b"\n", "CR": b"\r", "blank line": b"\r\n\r\n", "blank": b" "}


@kind("noise after segments")
def noise(doc: Doc) -> Iterator[Mutant]:
    """Line breaks and blanks after a terminator mean nothing, everywhere or at one place."""
    rendered = Rendered(doc)
    pieces = [
        rendered.data[start:end]
        for start, end in zip(rendered.starts, rendered.starts[1:], strict=False)
    ]
    head = rendered.data[: rendered.starts[0]]
    for name, between in _BREAKS.items():
        yield Mutant(f"{name} everywhere", doc, raw=head + b"".join(p + between for p in pieces))
        for at in range(len(pieces)):
            changed = [*pieces[: at + 1], between, *pieces[at + 1 :]]
            yield Mutant(f"{name} after {at + 1}", doc, raw=head + b"".join(changed))


@kind("line wrapped")
def wrapped(doc: Doc) -> Iterator[Mutant]:
    """A line break inside a segment of the message: left out, and told."""
    for number, at, component, _, repetitions in _texts(doc):
        for name in ("CR LF", "LF"):
            raw, offset = _raw(doc, number, at, component, _BREAKS[name])
            found = in_subject(
                "S121", number, severity="warning", **_spot(doc, number, at, component, repetitions)
            )
            mark = replace(found, tag=doc.subject[number - 1].tag, offset=offset)
            yield Mutant(f"{number} {at}.{component} {name}", doc, (mark,), raw=raw)


@kind("terminator doubled")
def empty_segment(doc: Doc) -> Iterator[Mutant]:
    """An empty segment in the message: not counted, told at the segment that it stands behind."""
    rendered = Rendered(doc)
    for index in range(doc.first, doc.last):
        end = rendered.starts[index + 1]
        raw = rendered.data[:end] + doc.signs.terminator.encode() + rendered.data[end:]
        found = Found(
            level="message", nth=SUBJECT, code="S122", severity="warning", offset=end,
            segment=index - doc.first + 1, tag=doc.segments[index].tag,
        )  # fmt: skip
        yield Mutant(f"after {index - doc.first + 1}", doc, (found,), raw=raw)


@kind("byte order mark")
def mark(doc: Doc) -> Iterator[Mutant]:
    raw = b"\xef\xbb\xbf" + Rendered(doc).data
    tag = doc.segments[0].tag
    found = Found(level="interchange", nth=1, code="S103", severity="warning", offset=0, tag=tag)
    yield Mutant("start", doc, (found,), raw=raw)


@kind("text that looks like an envelope")
def look_alike(doc: Doc) -> Iterator[Mutant]:
    """UNB, ISA, UNH or ST in a text is text."""
    signs = doc.signs
    for number, at, component, _, _ in _texts(doc):
        slot = grammar_of(doc).segments[doc.subject[number - 1].tag].elements[at - 1]
        most = slot.components[component - 1].element.max
        sign = signs.element if signs.release else "-"
        for text in (
            f"UNB{sign}UNOC",
            f"UNH{sign}1",
            f"ISA{sign}00",
            f"ST{sign}850",
            f"UNT{sign}9",
        ):
            if len(text) <= most:
                own = list(doc.subject)
                shown = text.upper()
                own[number - 1] = own[number - 1].put(shown, at, component)
                mutated = doc.with_subject(own)
                yield Mutant(
                    f"{number} {at}.{component} {text}", mutated,
                    finished(mutated, list(consequences(mutated, number))),
                )  # fmt: skip


@kind("service characters that clash")
def clash(doc: Doc) -> Iterator[Mutant]:
    """UNA that gives one character two roles: read with the defaults, refused."""
    if doc.standard != "edifact":
        return
    good = "UNA" + (":+.?*'" if doc.signs.repetition else ":+.? '")
    body = Rendered(doc).data
    for at in (3, 4, 5, 6, 8):
        for other in (3, 4, 5, 6, 8):
            if at < other:
                text = good[:other] + good[at] + good[other + 1 :]
                found = Found(level="interchange", nth=1, code="S104", tag="UNA", offset=other)
                yield Mutant(f"{at} {other}", _shifted(doc), (found,), raw=text.encode() + body)


@kind("service characters that cannot be")
def unusable(doc: Doc) -> Iterator[Mutant]:
    """Letters, digits and blanks cannot separate anything."""
    if doc.standard != "edifact":
        return
    good = "UNA" + (":+.?*'" if doc.signs.repetition else ":+.? '")
    body = Rendered(doc).data
    for at in (3, 4, 5, 8):
        for sign in "A1":
            text = good[:at] + sign + good[at + 1 :]
            found = Found(level="interchange", nth=1, code="S105", tag="UNA", offset=at)
            yield Mutant(f"{at} {sign}", _shifted(doc), (found,), raw=text.encode() + body)


def _shifted(doc: Doc) -> Doc:
    return replace(doc, advice=True)


@kind("charset declared wrongly")
def charset(doc: Doc) -> Iterator[Mutant]:
    """Levels that are unknown, or cannot be read; UTF-8 that is declared as something else."""
    if doc.standard != "edifact":
        return
    for level, code in (("UNOZ", "S106"), ("UNOX", "S107"), ("", "S106")):
        mutated = doc.with_segment(0, doc.segments[0].put(level, 1, 1))
        element = {"S106": (1, None), "S107": (1, 1)}[code]
        found = [Found(level="interchange", nth=1, code=code, tag="UNB", element=element[0],
                       component=element[1], offset=0)]  # fmt: skip
        if not level:
            found.append(of_header(mutated, "interchange", 1, "G202", 0, 1, 1))
        yield Mutant(level or "none", mutated, tuple(found))
    for version in ("5", "X"):
        mutated = doc.with_segment(0, doc.segments[0].put(version, 1, 2))
        found = [Found(level="interchange", nth=1, code="S106", tag="UNB", element=1, offset=0)]
        if not version.isdigit():
            found.append(of_header(mutated, "interchange", 1, "G208", 0, 1, 2))
        if doc.signs.repetition:  # read as syntax 3: dates of six digits, no repetitions
            if any(one.tag == "COM" for one in doc.subject):
                continue
            told = [("interchange", 1, 0)]
            told += [("group", one.number, one.first) for one in next(layouts(doc)).groups]
            found += [
                of_header(mutated, level, nth, "G206", index, 4, 1, severity="warning")
                for level, nth, index in told
            ]
        yield Mutant(f"version {version}", mutated, tuple(found))
    if doc.segments[0].get(1, 1) != "UNOC":
        return
    for number, at, component, _, repetitions in _texts(doc, room=2):
        raw, offset = _raw(doc, number, at, component, "ü".encode())
        found_8 = in_subject(
            "S115", number, severity="warning", **_spot(doc, number, at, component, repetitions)
        )
        marked = replace(found_8, tag=doc.subject[number - 1].tag, offset=offset)
        yield Mutant(f"{number} {at}.{component} UTF-8", doc, (marked,), raw=raw)
        utf = doc.with_segment(0, doc.segments[0].put("UNOW", 1, 1))
        raw, offset = _raw(utf, number, at, component, b"\xfc")
        lost = in_subject("S110", number, **_spot(doc, number, at, component, repetitions))
        marked = replace(lost, tag=doc.subject[number - 1].tag, offset=offset)
        yield Mutant(f"{number} {at}.{component} 8859", utf, (marked,), raw=raw)

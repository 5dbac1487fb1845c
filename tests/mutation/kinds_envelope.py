"""Defects of interchanges, groups and the frames of messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.mutation.kind import Mutant, kind, of_header
from tests.mutation.model import Doc, Group, Layout, Message, Rendered, Seg, layouts, parse
from tests.mutation.oracle import Found


def layout_of(doc: Doc) -> Layout:
    return next(layouts(doc))


def _without(doc: Doc, *gone: int) -> Doc:
    kept = tuple(one for at, one in enumerate(doc.segments) if at not in gone)
    return replace(doc, segments=kept)


def _with(doc: Doc, at: int, *put: Seg) -> Doc:
    return replace(doc, segments=(*doc.segments[:at], *put, *doc.segments[at:]))


def is_x12(doc: Doc) -> bool:
    return doc.standard == "x12"


def _interchange(code: str, **more: object) -> Found:
    return Found(level="interchange", nth=1, code=code, **more)  # type: ignore[arg-type]


def _groups(doc: Doc) -> Sequence[Group]:
    return layout_of(doc).groups


def above(doc: Doc, group: int | None) -> tuple[str, int]:
    """Where a finding goes that belongs to no message: to the open group, else up."""
    return ("group", group) if group else ("interchange", 1)


# counts and references


@kind("count of segments")
def segments_counted(doc: Doc) -> Iterator[Mutant]:
    for one in layout_of(doc).messages:
        for by in (-1, 1):
            count = str(int(doc.segments[one.last].get(1)) + by)
            mutated = doc.with_segment(one.last, doc.segments[one.last].put(count, 1))
            found = of_header(mutated, "message", one.index, "S223", one.last, 1)
            yield Mutant(f"message {one.index} {by:+}", mutated, (found,))


@kind("count of messages")
def messages_counted(doc: Doc) -> Iterator[Mutant]:
    for group in _groups(doc):
        assert group.last is not None
        for by in (-1, 1):
            count = str(int(doc.segments[group.last].get(1)) + by)
            mutated = doc.with_segment(group.last, doc.segments[group.last].put(count, 1))
            found = of_header(mutated, "group", group.number, "S213", group.last, 1)
            yield Mutant(f"group {group.number} {by:+}", mutated, (found,))


@kind("count of the interchange")
def interchange_counted(doc: Doc) -> Iterator[Mutant]:
    last = len(doc.segments) - 1
    for by in (-1, 1):
        count = str(int(doc.segments[last].get(1)) + by)
        mutated = doc.with_segment(last, doc.segments[last].put(count, 1))
        yield Mutant(f"{by:+}", mutated, (of_header(mutated, "interchange", 1, "S203", last, 1),))


@kind("reference of a message trailer")
def message_reference(doc: Doc) -> Iterator[Mutant]:
    for one in layout_of(doc).messages:
        for value in ("9999", doc.segments[one.last].get(2) + "1"):
            mutated = doc.with_segment(one.last, doc.segments[one.last].put(value, 2))
            found = of_header(mutated, "message", one.index, "S222", one.last, 2)
            yield Mutant(f"message {one.index} {value}", mutated, (found,))


@kind("reference of a group trailer")
def group_reference(doc: Doc) -> Iterator[Mutant]:
    for group in _groups(doc):
        assert group.last is not None
        mutated = doc.with_segment(group.last, doc.segments[group.last].put("7", 2))
        found = of_header(mutated, "group", group.number, "S212", group.last, 2)
        yield Mutant(f"group {group.number}", mutated, (found,))


@kind("reference of the interchange trailer")
def interchange_reference(doc: Doc) -> Iterator[Mutant]:
    last = len(doc.segments) - 1
    values = ("000000099",) if is_x12(doc) else ("99", "04711")
    for value in values:
        mutated = doc.with_segment(last, doc.segments[last].put(value, 2))
        found = of_header(mutated, "interchange", 1, "S202", last, 2)
        yield Mutant(value, mutated, (found,))


@kind("reference of a message twice")
def message_twice(doc: Doc) -> Iterator[Mutant]:
    """Unique in the interchange (0062), in X12 in the group (ST02)."""
    layout = layout_of(doc)
    at = 2 if is_x12(doc) else 1
    for one in layout.messages:
        for other in layout.messages:
            if one.index >= other.index or (is_x12(doc) and one.group != other.group):
                continue
            value = doc.segments[one.first].get(at)
            mutated = doc.with_segment(other.first, doc.segments[other.first].put(value, at))
            mutated = mutated.with_segment(other.last, mutated.segments[other.last].put(value, 2))
            found = of_header(mutated, "message", other.index, "S224", other.first, at)
            yield Mutant(f"{one.index} {other.index}", mutated, (found,))
            if other.last == doc.last:
                continue


@kind("reference of a group twice")
def group_twice(doc: Doc) -> Iterator[Mutant]:
    groups = _groups(doc)
    if len(groups) < 2:
        return
    at = 6 if is_x12(doc) else 5
    first, second = groups[:2]
    assert second.last is not None
    value = doc.segments[first.first].get(at)
    mutated = doc.with_segment(second.first, doc.segments[second.first].put(value, at))
    mutated = mutated.with_segment(second.last, mutated.segments[second.last].put(value, 2))
    yield Mutant("2", mutated, (of_header(mutated, "group", 2, "S215", second.first, at),))


# headers and trailers that are missing


@kind("message trailer missing")
def no_message_trailer(doc: Doc) -> Iterator[Mutant]:
    tag = "SE" if is_x12(doc) else "UNT"
    for one in layout_of(doc).messages:
        mutated = _without(doc, one.last)
        cut = next(iter(layouts(mutated))).messages[one.index - 1]
        found = Found(
            level="message", nth=one.index, code="S221", segment=cut.last - cut.first + 2, tag=tag,
            offset=Rendered(mutated).starts[cut.last + 1],
        )  # fmt: skip
        yield Mutant(f"message {one.index}", mutated, (found,))


@kind("message header missing")
def no_message_header(doc: Doc) -> Iterator[Mutant]:
    """What it began belongs to nothing; the level above counts one less."""
    for one in layout_of(doc).messages:
        mutated = _without(doc, one.first)
        level, nth = above(doc, one.group)
        found = [
            Found(
                level=level, nth=nth, code="S102", tag=mutated.segments[one.first].tag,
                offset=Rendered(mutated).starts[one.first],
            )
        ]  # fmt: skip
        layout = layout_of(mutated)
        if one.group:
            group = layout.groups[one.group - 1]
            assert group.last is not None
            found.append(of_header(mutated, "group", one.group, "S213", group.last, 1))
            if not group.messages:
                found.append(of_header(mutated, "group", one.group, "S214", group.first))
        else:
            assert layout.last is not None
            found.append(of_header(mutated, "interchange", 1, "S203", layout.last, 1))
        yield Mutant(f"message {one.index}", mutated, tuple(found))


@kind("group trailer missing")
def no_group_trailer(doc: Doc) -> Iterator[Mutant]:
    tag = "GE" if is_x12(doc) else "UNE"
    for group in _groups(doc):
        assert group.last is not None
        mutated = _without(doc, group.last)
        # noticed at the next service segment
        at = Rendered(mutated).starts[group.last + 1]
        found = Found(level="group", nth=group.number, code="S211", tag=tag, offset=at)
        yield Mutant(f"group {group.number}", mutated, (found,))


@kind("group header missing")
def no_group_header(doc: Doc) -> Iterator[Mutant]:
    """Its messages stand outside of groups, its trailer ends what never began."""
    for group in _groups(doc):
        assert group.last is not None
        mutated = _without(doc, group.first)
        layout = layout_of(mutated)
        trailer = group.last - 1
        assert layout.last is not None
        first = next(one for one in layout.messages if one.group is None)
        found = [
            of_header(mutated, "interchange", 1, "S216", trailer),
            of_header(mutated, "interchange", 1, "S203", layout.last, 1),
            _outside(mutated, first),
            *_no_release(mutated),
        ]
        yield Mutant(f"group {group.number}", mutated, tuple(found))


def _no_release(doc: Doc) -> Iterator[Found]:
    """Sets outside of groups: only GS08 says of which release they are."""
    for one in layout_of(doc).messages if is_x12(doc) else ():
        if one.group is None:
            yield of_header(doc, "message", one.index, "S225", one.first, 1)


def _outside(doc: Doc, message: Message) -> Found:
    return _interchange(
        "S205", segment=1, tag=doc.segments[message.first].tag,
        offset=Rendered(doc).starts[message.first],
    )  # fmt: skip


@kind("interchange trailer missing")
def no_trailer(doc: Doc) -> Iterator[Mutant]:
    mutated = _without(doc, len(doc.segments) - 1)
    end = len(Rendered(mutated).data)
    yield Mutant("end", mutated, (_interchange("S201", tag=_last_tag(doc), offset=end),))
    # another interchange behind it
    twice = replace(mutated, segments=(*mutated.segments, *_second(doc)))
    yield Mutant("before another", twice, (_interchange("S201", tag=_last_tag(doc), offset=end),))


def _last_tag(doc: Doc) -> str:
    return "IEA" if is_x12(doc) else "UNZ"


def _second(doc: Doc) -> tuple[Seg, ...]:
    """The same interchange with another reference."""
    *inner, last = doc.segments
    head = inner[0].put("000000089", 13) if is_x12(doc) else inner[0].put("4712", 5)
    return (head, *inner[1:], last.put("000000089" if is_x12(doc) else "4712", 2))


@kind("interchange header missing")
def no_header(doc: Doc) -> Iterator[Mutant]:
    """Bytes that are no interchange; nobody can be answered."""
    mutated = _without(doc, 0)
    yield Mutant(
        "start", mutated, (Found(level="file", nth=0, code="S101", interchange=0, offset=0),)
    )


@kind("last terminator missing")
def unterminated(doc: Doc) -> Iterator[Mutant]:
    """Nothing can be missing behind the trailer: told, not refused."""
    data = Rendered(doc).data
    last = doc.segments[-1].tag
    for end, name in ((b"", "end"), (b"\r\n", "CR LF"), (b"\x1a", "SUB")):
        raw = data[:-1] + end
        found = _interchange("S123", severity="warning", tag=last, offset=len(data) - 1)
        yield Mutant(name, doc, (found,), raw=raw)


# truncation


@kind("cut off at every byte")
def cut(doc: Doc) -> Iterator[Mutant]:
    """What is before the cut is right; the segment in pieces is not compared, trailers miss."""
    rendered = Rendered(doc)
    layout = layout_of(doc)
    header = rendered.starts[1]
    for end in range(header, len(rendered.data) - 1):
        at = next(n for n, start in enumerate(rendered.starts) if start > end) - 1
        partial = end > rendered.starts[at]
        found = [_interchange("S201", tag=_last_tag(doc), offset=end)]
        if is_x12(doc) and at == 1 and 0 < end - header <= len("GS"):
            # a tag without its separator does not confirm the service characters
            found.append(_interchange("S133", tag="ISA", offset=0))
        kept = replace(doc, segments=doc.segments[: at + partial])
        if at == layout.last:
            found = []
        elif at == 1 and _nameless(doc, rendered, at, end):
            found.append(of_header(doc, "interchange", 1, "S204", 0))
        yield Mutant(
            f"{end}", kept, tuple(found + list(_open(doc, rendered, layout, at, partial, end))),
            raw=rendered.data[:end], loose_from=rendered.starts[at],
        )  # fmt: skip


def _nameless(doc: Doc, rendered: Rendered, at: int, end: int) -> bool:
    """Whether the tag of the segment in pieces is not whole yet, so that nothing began."""
    return end - rendered.starts[at] < len(doc.segments[at].tag)


def _open(
    doc: Doc, rendered: Rendered, layout: Layout, at: int, partial: bool, end: int
) -> Iterator[Found]:
    """Trailers that miss, for what is certain: segments that are whole."""
    for group in layout.groups:
        assert group.last is not None
        if group.first < at <= group.last and not (at == group.last and partial):
            tag = "GE" if is_x12(doc) else "UNE"
            yield Found(level="group", nth=group.number, code="S211", tag=tag, offset=end)
            if at == group.first + 1 and _nameless(doc, rendered, at, end):
                yield of_header(doc, "group", group.number, "S214", group.first)
    for one in layout.messages:
        whole = at - one.first
        if one.first < at <= one.last and not partial:
            tag = "SE" if is_x12(doc) else "UNT"
            yield Found(
                level="message", nth=one.index, code="S221", segment=whole + 1, tag=tag, offset=end
            )


# what stands between


@kind("segments between messages")
def between(doc: Doc) -> Iterator[Mutant]:
    signs = doc.signs
    junk = [parse(f"XYZ{signs.element}1", signs), parse(f"FTX{signs.element}AAI", signs)]
    for one in layout_of(doc).messages:
        mutated = _with(doc, one.last + 1, *junk)
        level, nth = above(doc, one.group)
        at = Rendered(mutated).starts[one.last + 1]
        yield Mutant(
            f"after {one.index}", mutated,
            (Found(level=level, nth=nth, code="S102", tag="XYZ", offset=at),),
        )  # fmt: skip


@kind("junk before and behind")
def around(doc: Doc) -> Iterator[Mutant]:
    data = Rendered(doc).data
    for name, text in (("mail", b"Hello,\r\n"), ("word", b"FILE01\n")):
        before = Found(level="file", nth=0, code="S101", interchange=0, offset=0)
        shifted = replace(doc, codec=doc.codec)
        yield Mutant(f"{name} before", shifted, (before,), raw=text + data)
        behind = Found(level="file", nth=0, code="S101", interchange=0, offset=len(data))
        yield Mutant(f"{name} behind", doc, (behind,), raw=data + text)


@kind("two interchanges")
def two(doc: Doc) -> Iterator[Mutant]:
    """Each is taken for itself, in one file, with line breaks between or not."""
    both = replace(doc, segments=(*doc.segments, *_second(doc)))
    yield Mutant("one behind the other", both)
    data = Rendered(both).data
    middle = Rendered(doc).data
    yield Mutant("line break", both, raw=middle + b"\r\n" + data[len(middle) :])


@kind("interchange twice")
def same_twice(doc: Doc) -> Iterator[Mutant]:
    """Both read clean: that it came before is known to the store, not to the syntax."""
    yield Mutant("twice", replace(doc, segments=(*doc.segments, *doc.segments)))


@kind("group empty")
def empty_group(doc: Doc) -> Iterator[Mutant]:
    for group in _groups(doc):
        assert group.last is not None
        kept = (
            *doc.segments[: group.first + 1],
            doc.segments[group.last].put("0", 1),
            *doc.segments[group.last + 1 :],
        )
        mutated = replace(doc, segments=kept)
        found = of_header(mutated, "group", group.number, "S214", group.first)
        yield Mutant(f"group {group.number}", mutated, (found,))


@kind("interchange empty")
def empty(doc: Doc) -> Iterator[Mutant]:
    mutated = replace(doc, segments=(doc.segments[0], doc.segments[-1].put("0", 1)))
    yield Mutant("empty", mutated, (of_header(mutated, "interchange", 1, "S204", 0),))


@kind("message outside of groups")
def mixed(doc: Doc) -> Iterator[Mutant]:
    groups = _groups(doc)
    if not groups:
        return
    message = doc.subject
    at = 2 if is_x12(doc) else 1
    extra = [message[0].put("0009", at), *message[1:-1], message[-1].put("0009", 2)]
    for group in groups:
        for place in (group.first, (group.last or 0) + 1):
            mutated = _with(doc, place, *extra)
            found = _interchange(
                "S205", segment=1, tag=message[0].tag, offset=Rendered(mutated).starts[place]
            )
            yield Mutant(f"at {place}", mutated, (found, *_no_release(mutated)))


@kind("type of the group")
def group_type(doc: Doc) -> Iterator[Mutant]:
    other = "IN" if is_x12(doc) else "ORDCHG"
    for group in _groups(doc):
        if doc.segments[group.first].get(1) == other:
            continue
        mutated = doc.with_segment(group.first, doc.segments[group.first].put(other, 1))
        at = 1 if is_x12(doc) else 2
        found = [
            of_header(mutated, "message", one.index, "S226", one.first, at)
            for one in group.messages
        ]
        yield Mutant(f"group {group.number}", mutated, tuple(found))

"""Sources made up in the layouts of the publishers: what an importer must read back.

Names and texts in them are nonsense on purpose; they must not matter.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.grammar.directory import Directory
from gateway.grammar.idoc import IdocField, IdocType, IdocUse

TEXTS = ("Desc: 3035 is no row here, nor is C082.", "Function: M 1 stands for nothing")


@dataclass(frozen=True)
class Layout:
    """How a directory of a time was typeset."""

    release: str
    parts: tuple[str, str, str, str]
    """Names of messages, segments, composites, elements."""
    positions: int
    """Digits of the position in a segment table; 0: none, and none in segments."""
    corners: str
    """Opens, closes one of several, closes the last, vertical, horizontal."""
    repeats: bool
    """Whether rows of segments say how often an element may stand."""
    codes_right: bool
    """Whether code values are flush right."""


OLD = Layout("93A", ("EDMD", "EDSD", "EDCD", "EDED"), 0, "+++|-", False, True)
MIDDLE = Layout("96A", ("TRMD", "TRSD", "TRCD", "TRED"), 4, "┐┴┘│─", False, True)
NEW = Layout("21B", ("EDMD", "EDSD", "EDCD", "EDED"), 5, "+++|-", True, False)
LAYOUTS = (OLD, MIDDLE, NEW)


def unece(made: Directory, layout: Layout, extra: Mapping[str, bytes] | None = None) -> bytes:
    """The archive of a directory: a zip of zips."""
    messages, segments, composites, elements = layout.parts
    release = layout.release
    inner = {
        f"{messages}.zip": {
            f"{messages}/{name}_D.{release}": _message(name, lines, layout)
            for name, lines in made.messages.items()
        },
        f"{segments}.ZIP": {f"{segments}.{release}": _segments(made, layout)},
        f"{composites}.ZIP": {f"{composites}.{release}": _composites(made, layout)},
        f"{elements}.zip": {f"{elements.lower()}.{release.lower()}": _elements(made, layout)},
        "UNCL.ZIP": {f"UNCL.{release}": _codes(made, layout)},
    }
    outer: dict[str, bytes] = {
        f"d{release.lower()}/{name}": zipped(members) for name, members in inner.items()
    }
    return zipped({"README.TXT": b"nothing\r\n", **outer, **(extra or {})})


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A zip of members; texts in code page 437."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else content.encode("cp437")
            archive.writestr(name, data)
    return stream.getvalue()


def _message(name: str, lines: list[str], layout: Layout) -> str:
    heading = "4.2.2 Segment Table" if not layout.positions else "4.3.1  Segment table"
    rows = [name, "", heading.replace("4.", "     4."), "", "1 SCOPE", "", heading, "", "Pos Tag"]
    rows += _table(lines, layout)
    return "\r\n".join([*rows, "", "Annex", "", "NAD+XX+1'"]) + "\r\n"


def _table(lines: list[str], layout: Layout) -> Iterator[str]:
    opens, several, last, bar, dash = layout.corners
    depths = [(len(line) - len(line.lstrip())) // 2 for line in lines]
    for at, (line, depth, following) in enumerate(
        zip(lines, depths, [*depths[1:], 0], strict=True), 1
    ):
        name, status, most = line.split()
        position = f"{at * 10:0{layout.positions}}" if layout.positions else ""
        outside = bar * depth
        if name[-1] == ":":
            title = f"{dash * 5} Segment group {name[2:-1]:3}{dash * 18}"
            count = f"{status}   {most}{dash * (8 - len(most))}"
            yield f"{position:8}{title} {count}{opens}{outside}"
            continue
        closing = depth - following
        drawing = " " * 8 + outside
        if closing > 0:
            drawing = dash * 8 + several * (closing - 1) + last + bar * following
        if at % 3 == 0 and layout.positions:  # a long name goes on in the next line
            yield f"{position:7}{name} A name that is so long that its     {outside}"
            yield f"{'':11}{'status stands in the second line':40} {status}   {most}{drawing}"
        else:
            yield f"{position:7}{name} {'Some name':40} {status}   {most}{drawing}"


def _segments(made: Directory, layout: Layout) -> str:
    return _entries(
        (tag, "NAME OF A SEGMENT", [_row(part, at, made, layout) for at, part in _parts(row)])
        for tag, row in made.segments.items()
    )


def _row(part: str, at: int, made: Directory, layout: Layout) -> str:
    number, _, rest = part.partition("*")
    repeat = f"{rest or 1:>4} " if layout.repeats else " "
    must = "M" if number[-1] == "!" else "C"
    number = number.rstrip("!")
    position = f"{at * 10:03}" if layout.positions else ""
    head = f"{position:7}{number} {'A NAME IN CAPITALS':40} {must}"
    if number in made.elements:
        return f"{head}{repeat}{made.elements[number]}"
    inner = [
        f"{'':7}{one.rstrip('!')}  {'A name in small letters':40}{'M' if one[-1] == '!' else 'C'}"
        f"     {made.elements[one.rstrip('!')]}"
        for one in made.composites[number].split()
    ]
    return "\r\n".join([f"{head}{repeat.rstrip()}", *inner])


def _composites(made: Directory, layout: Layout) -> str:
    return _entries(
        (
            number,
            "NAME OF A COMPOSITE",
            [
                f"{f'{at * 10:03}' if layout.positions else '':7}{one.rstrip('!')}  "
                f"{'A name':40}{'M' if one[-1] == '!' else 'C'}      "
                f"{made.elements[one.rstrip('!')]}"
                for at, one in _parts(row)
            ],
        )
        for number, row in made.composites.items()
    )


def _elements(made: Directory, layout: Layout) -> str:
    return _entries(
        (number, "A name" + (" [C]" if layout.repeats else ""), [f"     Repr: {form}"])
        for number, form in made.elements.items()
    )


def _codes(made: Directory, layout: Layout) -> str:
    def rows(codes: Iterable[str]) -> list[str]:
        if layout.codes_right:
            shown = [
                f"{code:>9} Name of a value\r\n             with a text AB 12" for code in codes
            ]
        else:
            shown = [
                f"     {code:5} Name of a value\r\n              With a text" for code in codes
            ]
        return [f"     Repr: {'an..3'}", *shown]

    return _entries((number, "A name", rows(codes)) for number, codes in made.codes.items())


def _entries(entries: Iterable[tuple[str, str, list[str]]]) -> str:
    text = ["1. A chapter", "", "     * Change in structure", ""]
    for key, name, rows in entries:
        body = "\r\n\r\n".join(rows)
        text += ["-" * 70, "", f"       {key}  {name}", "", f"       {TEXTS[0]}", "", body, ""]
    return "\r\n".join(text)


def _parts(row: str) -> Iterator[tuple[int, str]]:
    yield from enumerate(row.partition("|")[0].split(), 1)


def sef(made: Directory) -> str:
    """A SEF file with all of a directory (X12)."""
    lines = [
        ".VER 1.5",
        ".INI",
        f"{made.name},,004 010,X,X12-4010,A title, with commas",
        ".PRIVATE",
    ]
    lines += [".SETS", "999=[unreadable", ".PUBLIC", ".SETS"]
    lines += [f"{name}=^{_sef_tree(rows)}" for name, rows in made.messages.items()]
    lines += [".SEGS"]
    for tag, row in made.segments.items():
        parts, _, notes = row.partition("|")
        after = "+" + "".join(notes.split()) if notes else ""
        lines.append(f"{tag}={''.join(_sef_part(each) for each in parts.split())}{after},...")
    lines += [".COMS"]
    lines += [
        f"{number}={''.join(_sef_part(each) for each in row.split())}"
        for number, row in made.composites.items()
    ]
    lines += [".ELMS"]
    for number, form in made.elements.items():
        kind, lengths = form.split()
        lines.append(f"{number}={kind},{lengths.replace('/', ',')}")
    lines += [".CODES", *(f"{n}={','.join(codes)}%[A{{}}]" for n, codes in made.codes.items())]
    return "\r\n".join([*lines, ".TEXT,SETS", "850~1,4,some text [with] {braces}"]) + "\r\n"


def _sef_part(part: str) -> str:
    number, _, repeat = part.partition("*")
    need = ",M" if number[-1] == "!" else "," if repeat else ""
    return f"[{number.rstrip('!')}{need}{f',{repeat}' if repeat else ''}]"


def _sef_tree(lines: list[str]) -> str:
    text, depth, held = "", 0, ""
    for line in lines:
        level = (len(line) - len(line.lstrip())) // 2
        text += "}" * (depth - level)
        depth = level
        name, status, most = line.split()
        many = most.replace("*", ">1")
        need = status.replace("C", "")
        if name[-1] == ":":
            text += f"{{{name[:-1]}:{many}+10"
            depth, held = depth + 1, need
        elif text.endswith("+10"):
            text += f"[{name},{held}]"  # whether a loop must be is said at its first segment
        else:
            text += f"[{'' if need else '.'}{name}*1,{need},{many}]+5"
    return text + "}" * depth


def we60(made: IdocType, extension_of: str = "") -> str:
    """The parser output of an IDoc type."""
    lines = ["BEGIN_RECORD_SECTION"]
    for kind, fields in made.records.items():
        lines += [f"  BEGIN_{kind.upper()}_RECORD", *_fields(fields)]
        lines += [f"  END_{kind.upper()}_RECORD"]
    lines += ["END_RECORD_SECTION", "BEGIN_SEGMENT_SECTION"]
    lines += [f"  BEGIN_IDOC          {extension_of or made.name}"]
    lines += [f"    EXTENSION           {made.name}"] if extension_of else []
    lines += _uses(made.tree, made)
    return "\n".join([*lines, "  END_IDOC", "END_SEGMENT_SECTION"]) + "\n"


def _uses(uses: Iterable[IdocUse], made: IdocType) -> Iterator[str]:
    for use in uses:
        if use.members:
            yield f"    BEGIN_GROUP                    {use.name[1:]}"
        else:
            segment = made.segments[use.name]
            yield f"    BEGIN_SEGMENT       {segment.definition}"
            yield f"      SEGMENTTYPE         {segment.type}"
            yield from ["      QUALIFIED"] if segment.qualified else []
        yield f"      LEVEL               {use.level:02}"
        yield f"      STATUS              {'MANDATORY' if use.mandatory else 'OPTIONAL'}"
        yield f"      LOOPMIN             {use.least:010}"
        yield f"      LOOPMAX             {use.most:010}"
        if use.members:
            yield from _uses(use.members, made)
            yield "    END_GROUP"
        else:
            yield from _fields(made.segments[use.name].fields)
            yield "    END_SEGMENT"


def _fields(fields: Iterable[IdocField]) -> Iterator[str]:
    yield "      BEGIN_FIELDS"
    for at, one in enumerate(fields, 1):
        yield f"        NAME                {one.name}"
        yield "        TEXT                A text, BEGIN_FIELDS in it"
        yield "        TYPE                CHARACTER"
        yield f"        LENGTH              {one.length:06}"
        yield f"        FIELD_POS           {at:04}"
        yield f"        CHARACTER_FIRST     {one.first:06}"
        yield f"        CHARACTER_LAST      {one.first + one.length - 1:06}"
        yield ""
    yield "      END_FIELDS"

"""Proposals for files of fixed width: a field begins where all lines have a blank before it."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.grammar.layoutproposal.guess import common, setting_text, settings_of, without_common
from gateway.grammar.layoutproposal.text import lines_of, newline_of

_TYPE_WIDTHS = (2, 1, 3)
_MOST_TYPES = 12


def propose_flat(text: str, encoding: str, document: str) -> tuple[str, list[str]]:
    """A layout of lines."""
    lines = lines_of(text)
    width = type_width(lines)
    groups: dict[str, list[str]] = {}
    for line in lines:
        groups.setdefault(line[:width], []).append(line)
    fields = {code: fields_of(own, width) for code, own in groups.items()}
    settings = {
        code: [settings_of([line[start:end] for line in groups[code]]) for start, end in spans]
        for code, spans in fields.items()
    }
    shared = common([one for columns in settings.values() for one in columns])
    out = ["format: flat", f"encoding: {encoding}", f"newline: {newline_of(text)}"]
    out += [f'{name}: "{value}"' for name, value in shared.items()]
    out += ["record:", f"  name: {document}"]
    for number, code in enumerate(groups):
        pad = "    " if number and width else ""
        if number == 1 and width:
            out.append("  records:")
        if number and width:
            out += [f"    record_{code.strip().lower() or number}:", "      many: true"]
        out += [f'{pad}  code: "{code}"'] if width else []
        out.append(f"{pad}  fields:")
        for (start, end), own in zip(fields[code], settings[code], strict=True):
            kept = {k: v for k, v in without_common(own, shared).items() if k != "max"}
            own_settings = {"at": str(start + 1), "length": str(end - start), **kept}
            out.append(f"{pad}    field_{start + 1}: {setting_text(own_settings)}")
    note = (
        "name the fields; fields that touch each other without a blank look like one: compare "
        "with the description of the file"
    )
    return "\n".join(out) + "\n", [note]


def type_width(lines: Sequence[str]) -> int:
    """How many signs at the start of lines tell their type; 0: lines have none."""
    for width in _TYPE_WIDTHS:
        types = {line[:width] for line in lines}
        alike = all(map(str.isdigit, types)) or all(
            one.isalpha() and one.isupper() for one in types
        )
        if alike and 1 < len(types) <= _MOST_TYPES and len(types) < len(lines):
            return width
    return 0


def fields_of(lines: Sequence[str], start: int) -> list[tuple[int, int]]:
    """From where to where the fields reach."""
    longest = max(map(len, lines))
    padded = [line.ljust(longest) for line in lines]
    starts = [start]
    for at in range(start + 1, longest):
        before = all(line[at - 1] == " " for line in padded)
        if before and any(line[at] != " " for line in padded):
            starts.append(at)
    return [
        (one, two) for one, two in zip(starts, [*starts[1:], longest], strict=True) if two > one
    ]

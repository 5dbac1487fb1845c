"""Why a file is no YAML, in the words of settings (C104).

The library tells what its grammar expected; a person wants to know which line to mend, and how.
Where it lost its way is often behind the place of the mistake: an open quote, a line without a
colon. Then what it began to read is shown, not where it gave up.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from gateway.problems import Place, Problem, problem


@dataclass(frozen=True, slots=True)
class _Fault:
    """One complaint of the library."""

    said: str
    """A piece of its sentence."""
    reading: str
    """A piece of what it was about; empty: anything."""
    reason: str
    way: str
    at_start: bool = False
    """Whether the mistake is where it began to read, not where it gave up."""


_ALIGN = "align it with the lines beside it, with blanks"
_TAB = _Fault(
    "tab character",
    "",
    "a tab stands where blanks belong",
    "write blanks, two more for each level; most editors can be told to do so",
)
_FAULTS = (
    _TAB,
    _Fault(
        "could not find expected ':'",
        "",
        "there is no colon with a blank behind it in this line",
        "write NAME: VALUE",
        at_start=True,
    ),
    _Fault(
        "mapping values are not allowed",
        "",
        "a colon stands where none belongs",
        'quote a text that has a colon in it, like name: "Acme: Retail"; if there is none, the '
        "line is indented too far, or the one above lacks its colon and blank",
    ),
    _Fault(
        "unexpected end of stream",
        "quoted scalar",
        "the quotation mark that stands here is never closed",
        "put the second one at the end of the text",
        at_start=True,
    ),
    _Fault(
        "did not find expected ',' or '}'",
        "",
        "the brace { that stands here is not closed, or a comma is missing behind it",
        "write {one: 1, two: 2}, or put each setting on a line of its own",
        at_start=True,
    ),
    _Fault(
        "did not find expected ',' or ']'",
        "",
        "the bracket [ that stands here is not closed, or a comma is missing behind it",
        "write [one, two], or put each entry on a line of its own with - before it",
        at_start=True,
    ),
    _Fault(
        "did not find expected '-'",
        "",
        "this line belongs to no entry of the list above it",
        "align it with the first setting of its entry; each entry begins with - and a blank",
    ),
    _Fault(
        "did not find expected key",
        "",
        "what stands here does not continue the settings before it",
        f"{_ALIGN}; quote a text that begins with {{ [ \" ' or *, like name: "
        '"{message}_{control}.edi"',
    ),
    _Fault(
        "cannot start any token",
        "",
        "a text cannot begin with this sign",
        'put the text into quotes, like "@home"',
    ),
    _Fault(
        "unknown escape character",
        "",
        "a backslash between double quotes means something else here",
        r"put the text into single quotes, like 'C:\edi\in', or write / for \ ",
    ),
    _Fault(
        "expected alphabetic or numeric character",
        "",
        "* and & at the beginning of a text mean something else in YAML",
        'put the text into quotes, like "*.edi"',
        at_start=True,
    ),
)
_ANYTHING = (
    "mend the line shown; indentation is by blanks, and text with a colon or a # needs quotes"
)


def not_yaml(file: str, error: yaml.YAMLError, text: str) -> Problem:
    """C104, at the line that has to be mended."""
    said = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    reading = str(getattr(error, "context", None) or "")
    fault = next((one for one in _FAULTS if one.said in said and one.reading in reading), None)
    mark = getattr(error, "problem_mark", None)
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        fault = _TAB
    if fault is not None and fault.at_start:
        mark = getattr(error, "context_mark", None) or mark
    place = Place(file=file)
    if mark is not None:
        place = Place(file=file, line=mark.line + 1, column=mark.column + 1)
    if fault is None:
        return problem("C104", place, reason=said, way=_ANYTHING)
    return problem("C104", place, reason=fault.reason, way=fault.way)

"""Error files: what was wrong with a file, for the person who can mend it.

``NAME.error.txt`` is plain language, all findings at once (up to :data:`MOST`);
``NAME.error.json`` is the same for programs (``docs/reference/error-file.md``).
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import zip_longest
from typing import Any

from gateway.channels.folder.excerpt import excerpt
from gateway.channels.folder.finding import Finding, finding
from gateway.problems import Problem, Severity

TEXT, JSON = ".error.txt", ".error.json"
"""Endings behind the name of the refused file."""
MOST = 100
FORM = 1
"""Of the JSON; it is raised only when something is taken away or means something else."""
_WIDTH = 100
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Control signs that JSON leaves as they are, and signs that turn or hide others."""
_NOTED = 20
"""Warnings that are listed one by one."""


@dataclass(frozen=True)
class Report:
    """What happened to one file."""

    file: str
    at: datetime
    source: str
    message: int
    """Number of the file in the gateway."""
    outcome: str
    """One sentence: what was taken over and what was not."""
    problems: Sequence[Problem]
    heads: Sequence[str] = ()
    """By problem: what it is about (``invoice 4711``); may be empty or missing."""
    alone: str | None = None
    """Name of the file that holds only what was refused."""
    from_partner: bool = False
    """The file is a partner's, who gets an acknowledgement, and not our ERP's."""
    held: bool = False
    """Nothing was refused: what was not taken over waits for somebody here."""
    text: str | None = None
    """Of the file, where its lines can be shown; a byte offset counts its characters."""
    contacts: Sequence[str] = ()
    """Whom to call at the partner's, one line each."""

    @cached_property
    def findings(self) -> list[Finding]:
        """What refuses first, then what was only noticed."""
        found = [
            finding(one, about or "", self.text)
            for one, about in zip_longest(self.problems[:MOST], self.heads[: len(self.problems)])
            if one is not None
        ]
        return sorted(found, key=lambda each: each.found.severity is not Severity.ERROR)


def as_text(report: Report) -> bytes:
    """``NAME.error.txt``."""
    wrong = [each for each in report.findings if each.found.severity is Severity.ERROR]
    noted = [each for each in report.findings if each.found.severity is not Severity.ERROR]
    lines = [
        f"File:      {report.file}",
        f"Received:  {report.at:%Y-%m-%d %H:%M:%S %Z} in {report.source}",
        f"Result:    {report.outcome}",
        f"Number:    {report.message}   (the gateway knows the file as message {report.message})",
        "",
        "WHAT TO DO",
        *_wrapped("  ", _advice(report)),
        *(f"  Contact {each}" for each in report.contacts),
        "",
    ]
    if wrong:
        lines += ["WHAT IS WRONG", ""]
    for number, each in enumerate(wrong, 1):
        lines += [*_told(number, each), *_shown(each, report.text), ""]
    if noted:
        lines += ["ALSO NOTICED (not the reason of the refusal; nothing has to be done)", ""]
        lines += [line for each in noted[:_NOTED] for line in _short(each)]
        lines += [f"  - and {len(noted) - _NOTED} more"] if len(noted) > _NOTED else []
        lines += [""]
    if len(report.problems) > MOST:
        lines += [f"… and {len(report.problems) - MOST} more findings, which are not shown.", ""]
    return ("\n".join(lines).rstrip() + "\n").encode()


def as_json(report: Report) -> bytes:
    """``NAME.error.json``."""
    data: dict[str, Any] = {
        "form": FORM,
        "file": report.file,
        "received": report.at.isoformat(),
        "source": report.source,
        "message": report.message,
        "outcome": report.outcome,
        "problems": [_entry(each) for each in report.findings],
        "more": max(0, len(report.problems) - MOST),
    }
    if report.contacts:
        data["contacts"] = list(report.contacts)
    if report.alone:
        data["refused_alone"] = report.alone
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # whoever shows it on a terminal is not to obey what stands in a file of somebody else's
    return (_UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()


def _entry(each: Finding) -> dict[str, Any]:
    known = {
        "about": each.about or None,
        "line": each.line,
        "column": each.column,
        "field": each.field or None,
        "value": each.value,
        "rule": each.rule,
    }
    return {**{k: v for k, v in known.items() if v is not None}, **each.found.as_json()}


def _told(number: int, each: Finding) -> Iterator[str]:
    about = f"{each.about[:1].upper()}{each.about[1:]}" if each.about else "The file"
    about = "".join(sign if sign.isprintable() else " " for sign in about)
    yield f"{number}. {about}" + ("" if each.line is None else f", line {each.line}")
    yield from _wrapped("   Problem:     ", each.found.sentence)
    if each.field:
        yield from _wrapped("   Field:       ", each.field)
    if each.value is not None:
        yield from _wrapped("   Value:       ", each.value or "(nothing)")
    yield from _wrapped("   Rule:        ", each.rule)
    yield from _wrapped("   What to do:  ", each.todo)
    yield f"   Code:        {each.found.code}"


def _shown(each: Finding, text: str | None) -> list[str]:
    shown = excerpt(each, text)
    return ["", *(f"   {one}" for one in shown)] if shown else []


def _short(each: Finding) -> Iterator[str]:
    place = ", ".join(part for part in (each.about, each.where) if part)
    front = f"{place}: " if place else ""
    yield from _wrapped("  - ", f"{front}{each.found.sentence} [{each.found.code}]")


def _wrapped(front: str, text: str) -> list[str]:
    """Lines of readable length; a long value is not broken."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    behind = " " * len(front)
    return textwrap.wrap(
        plain,
        _WIDTH,
        initial_indent=front,
        subsequent_indent=behind,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [front.rstrip()]


def _advice(report: Report) -> str:
    if report.held:
        return (
            "Nothing, for the moment. Somebody who runs the gateway has to look at it; then it "
            f"goes on with: gateway replay {report.message} --reason …"
        )
    if report.from_partner:
        return (
            "What was refused has to come again from the partner. He is told by an "
            "acknowledgement, as far as he is known."
        )
    if report.alone:
        return (
            f"Correct {report.alone}, which lies beside this text and holds only what was "
            "refused. Then put it back into the folder that the file came from. (Or correct the "
            "data in your system and export all of it again: what was taken over already is "
            "recognised and not sent twice.)"
        )
    return (
        "Correct what is named below, and put the whole file back into the folder that it came "
        "from. What was taken over already is recognised and not sent twice."
    )

"""Error files: what was wrong with a file, for the person who can mend it.

``NAME.err.txt`` is plain language, all findings at once (up to :data:`MOST`); ``NAME.err.json``
is the same for programs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from gateway.problems import Problem, Severity
from gateway.problems.render import render

MOST = 100


@dataclass(frozen=True, slots=True)
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
    texts: dict[int, str] = field(default_factory=dict)
    """Source text by index of the problem, where a caret can be shown."""


def as_text(report: Report) -> bytes:
    """``NAME.err.txt``."""
    errors = sum(found.severity is Severity.ERROR for found in report.problems)
    lines = [
        f"File:      {report.file}",
        f"Received:  {report.at:%Y-%m-%d %H:%M:%S %Z} in {report.source}",
        f"Number:    {report.message}   (gateway message {report.message})",
        f"Outcome:   {report.outcome}",
        f"Findings:  {len(report.problems)}, of which errors: {errors}",
        "",
    ]
    for index, found in enumerate(report.problems[:MOST]):
        head = report.heads[index] if index < len(report.heads) else ""
        where = ", ".join(part for part in (head, str(found.place)) if part)
        lines += [f"{index + 1}. {where}".rstrip(), render(found, report.texts.get(index)), ""]
    if len(report.problems) > MOST:
        lines += [f"… and {len(report.problems) - MOST} more.", ""]
    lines += ["What to do:", f"  {_advice(report)}"]
    return ("\n".join(lines) + "\n").encode()


def as_json(report: Report) -> bytes:
    """``NAME.err.json``."""
    data: dict[str, Any] = {
        "file": report.file,
        "received": report.at.isoformat(),
        "source": report.source,
        "message": report.message,
        "outcome": report.outcome,
        "problems": [
            {"about": head, **found.as_json()} if head else found.as_json()
            for head, found in zip_longest(report.heads[:MOST], report.problems[:MOST])
        ],
        "more": max(0, len(report.problems) - MOST),
    }
    if report.alone:
        data["refused_alone"] = report.alone
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _advice(report: Report) -> str:
    if report.alone:
        return (
            f"mend {report.alone}, which lies beside this report and holds only what was refused, "
            "and put it into the folder again."
        )
    if report.from_partner:
        return (
            "what was refused has to come again from the partner, who is told by acknowledgement "
            "as far as he is known; what is held here goes on with `gateway replay`."
        )
    return "mend the cause and put the file into the folder again."

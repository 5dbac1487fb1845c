"""Marks: what a person still has to decide in a partner's files.

A mark is a comment of one line, in a settings file, a guide, an overlay or a code list::

    name: Acme Retail           # decide: the name of the company

Being a comment it leaves the file valid, so that it can be checked and tried; each is C501. As
long as one is there the partner cannot be live (C502). What a partner has from his parent in
``_like/`` is marked for him, too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from gateway.config.partner import Partner
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import YamlText

SIGN = "# decide:"
MARK = "C501"
_MARK = re.compile(r"(?<!\S)#[ ]?decide:[ \t]*(.*?)[ \t]*$")
_QUOTED = re.compile(r"""(?<![^\s\[{,:])("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark and where it stands; line and column from 1."""

    file: str
    line: int
    column: int
    what: str
    """What is to be decided, in words."""

    @property
    def place(self) -> Place:
        """Of the comment."""
        width = len(SIGN) + 1 + len(self.what)
        return Place(file=self.file, line=self.line, column=self.column, width=width)


def find_marks(data: bytes, file: str) -> Iterator[Mark]:
    """The marks of a file, in its order. A ``#`` inside quotes is none."""
    if b"decide:" not in data:
        return
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        found = _MARK.search(_QUOTED.sub(lambda quoted: "_" * len(quoted[0]), line))
        if found is not None:
            yield Mark(file, number, found.start() + 1, line[found.start(1) : found.end(1)])


def marks_of(root: Path, folder: Path, partner: Partner) -> list[Mark]:
    """The marks of ``partner.yaml``, of his parent, and of the files in ``folder`` that they name.

    Files are named relative to ``root``. What cannot be read has no marks: others say so.
    """
    front = f"{root}{os.sep}"
    found: list[Mark] = []
    for path in _files(str(folder), partner):
        for mark in _marks_in(path):
            found.append(replace(mark, file=path.removeprefix(front).replace(os.sep, "/")))
    return found


def _marks_in(path: str) -> tuple[Mark, ...]:
    """The marks of a file, read again when it has changed."""
    try:
        status = Path(path).stat()
    except OSError:
        return ()
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=50_000)
def _read(path: str, _changed: int, _size: int) -> tuple[Mark, ...]:
    try:
        return tuple(find_marks(Path(path).read_bytes(), path))
    except OSError:
        return ()


def _files(folder: str, partner: Partner) -> Iterator[str]:
    """``partner.yaml``, the parent, guides, overlays and code lists, each once."""
    yield f"{folder}{os.sep}partner.yaml"
    above = "" if partner.like is None else str(Path(folder).parent / "_like" / partner.like)
    if above:
        yield f"{above}.yaml"
    named = [
        *(one.guide for one in partner.agreements),
        *(one.mapping for one in partner.agreements),
        *partner.codes.values(),
    ]
    for name in dict.fromkeys(named):
        if name and not name.startswith("/") and ".." not in name.split("/"):
            own = f"{folder}{os.sep}{name}"
            yield own if not above or Path(own).is_file() else f"{above}{os.sep}{name}"


def mark_problems(root: Path, folder: Path, partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Each mark (C501), and that a partner with marks is live (C502)."""
    found = marks_of(root, folder, partner)
    for mark in found:
        yield problem(MARK, mark.place, what=mark.what)
    live = partner.mode == "live" and (
        not partner.agreements or any(one.mode == "live" for one in partner.agreements)
    )
    if found and live:
        first = found[0]
        yield problem(
            "C502",
            text.place(("mode",)),
            partner=partner.partner,
            count=len(found),
            what=first.what,
            first=f"{first.file}:{first.line}",
        )

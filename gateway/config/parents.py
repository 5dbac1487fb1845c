"""The files in ``_like/`` and ``defaults`` of ``_own.yaml``: read, and checked by themselves.

A parent is checked even when no partner names it. What is only half there (a channel without its
address) is no mistake in a parent; it is one in a partner that does not add the other half.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from pydantic import create_model

from gateway.config.closed import Closed
from gateway.config.like import AGREEMENTS, NOT_SHARED, Parent, meets, parent_of, row_of
from gateway.config.models import Partner
from gateway.config.secrets import Vault
from gateway.config.settingsfile import read_settings
from gateway.config.validate import suggestion, validate
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import YamlText

LIKE = "_like"
"""Folder of the parents, beside the folders of the partners."""
DEFAULTS = "defaults"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ALLOWED = "schema"
"""A setting of one file that a parent may have, too."""


Shared = create_model(
    "Shared",
    __base__=Closed,
    __doc__="The settings of a partner that others may have, too.",
    **{
        name: (info.annotation, info)
        for name, info in Partner.model_fields.items()
        if name not in NOT_SHARED
    },
)  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class Parents:
    """Everything that partners may get from elsewhere."""

    named: Mapping[str, Parent | None] = field(default_factory=dict)
    """By name; ``None`` where the file cannot be used at all."""
    house: Parent | None = None
    """``defaults`` of ``_own.yaml``."""

    def digest(self) -> bytes:
        """Of everything that is written in them."""
        digest = sha256(b"" if self.house is None else self.house.digest)
        for name, parent in self.named.items():
            digest.update(name.encode() + (b"" if parent is None else parent.digest))
        return digest.digest()

    def of(self, text: YamlText, folder: Path) -> tuple[list[Parent] | None, list[Problem]]:
        """The parents of a partner, the nearest first; ``None`` where his is not there."""
        house = [] if self.house is None else [self.house]
        name = text.data.get("like") if isinstance(text.data, dict) else None
        if not isinstance(name, str):
            return house, []
        if name not in self.named:
            wanted = (folder / LIKE / f"{name}.yaml").as_posix()
            known = ", ".join(self.named) or "(none)"
            hint = suggestion(name, self.named)
            place = text.place(("like",))
            return None, [problem("C120", place, wanted=wanted, known=known, hint=hint)]
        parent = self.named[name]
        return (None if parent is None else [parent, *house]), []


def read_parents(
    root: Path, folder: Path, own: YamlText, vaults: Mapping[str, Vault]
) -> tuple[Parents, list[Problem]]:
    """All parents of a workspace, with what is wrong with each. ``folder``: of the partners."""
    problems: list[Problem] = []
    named: dict[str, Parent | None] = {}
    for file in _files(root / folder / LIKE):
        shown = folder / LIKE / file.name
        if not _NAME.fullmatch(file.stem) or file.suffix != ".yaml":
            place = Place(file=shown.as_posix())
            hint = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40] or "retail"
            problems.append(problem("C126", place, value=file.name, hint=hint))
            continue
        text = read_settings(root, shown, problems)
        named[file.stem] = None if text is None else parent_of(text, text.digest)
    house = None
    if isinstance(own.data, dict) and DEFAULTS in own.data:
        house = parent_of(own, own.digest, DEFAULTS)
    for parent in (*named.values(), house):
        if parent is not None:
            problems += parent_problems(parent.text, vaults)
    return Parents(named, house), problems


def parent_problems(text: YamlText, vaults: Mapping[str, Vault]) -> Iterator[Problem]:
    """What is wrong with a parent, whoever has it."""
    data = text.data
    if isinstance(data, dict):
        if "like" in data:
            yield problem("C122", text.place(("like",)), value=data["like"])
        for name in NOT_SHARED:
            if name in data and name not in ("like", _ALLOWED):
                yield problem("C121", text.place((name,), key=True), setting=name)
        data = {name: value for name, value in data.items() if name not in NOT_SHARED[1:]}
        yield from _twice(text)
    rest = YamlText(text.file, data, text.keys, text.values, within=text.within)
    yield from validate(Shared, rest, vaults, partial=True)[1]


def _twice(text: YamlText) -> Iterator[Problem]:
    seen: dict[object, Place] = {}
    rows = text.data.get(AGREEMENTS)
    for at, data in enumerate(rows if isinstance(rows, list) else ()):
        document, direction, standard, match = row_of(data)
        if standard is None:
            continue
        place = text.place((AGREEMENTS, at))
        key = (document, direction, standard, match, data.get("mode") == "test")
        if key in seen:
            yield problem(
                "C125",
                place,
                document=document,
                direction=direction,
                standard=data["standard"],
                other_line=seen[key].line,
            )
        seen.setdefault(key, place)


def unused_rows(parents: Parents, partners: Mapping[str, Partner]) -> Iterator[Problem]:
    """Rows without a standard that fit no agreement of any child (C124)."""
    for name, parent in parents.named.items():
        children = [each for each in partners.values() if each.like == name]
        if parent is not None and children:
            yield from _unused(parent, children)
    if parents.house is not None and partners:
        yield from _unused(parents.house, partners.values())


def _unused(parent: Parent, children: Iterable[Partner]) -> Iterator[Problem]:
    text = parent.text
    rows = text.data.get(AGREEMENTS) if isinstance(text.data, dict) else None
    if not isinstance(rows, list):
        return
    agreed = {(each.document, each.direction) for child in children for each in child.agreements}
    for at, data in enumerate(rows):
        row = row_of(data)
        used = any(meets(row, document, direction) for document, direction in agreed)
        if isinstance(data, dict) and row[2] is None and not used:
            document, direction = row[0] or "any document", row[1] or "in any direction"
            place = text.place((AGREEMENTS, at))
            yield problem("C124", place, document=document, direction=direction)


def _files(folder: Path) -> list[Path]:
    try:
        found = sorted(each for each in folder.iterdir() if each.suffix in (".yaml", ".yml"))
    except OSError:
        return []
    return [each for each in found if not each.name.startswith(".")]

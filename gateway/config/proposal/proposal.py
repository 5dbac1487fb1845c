"""A proposal: from sample files to the files of a partner.

Bytes in, a mapping of path to bytes out. Nothing is invented: what is not in the samples is left
out or marked (:mod:`gateway.config.marks`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config.agreement import MESSAGES
from gateway.config.identity import Identities
from gateway.config.marks import Mark, find_marks
from gateway.config.proposal.codelists import code_list_text
from gateway.config.proposal.kinds import Kind, kinds_of, propose_kind
from gateway.config.proposal.notes import notes_text, questions
from gateway.config.proposal.overlay import Workbench
from gateway.config.proposal.parties import Parties, find_parties
from gateway.config.proposal.partnerfile import Agreed, partner_text
from gateway.config.proposal.passwords import without_password
from gateway.config.proposal.qualifiers import Names
from gateway.config.proposal.samples import (
    ANSWERS,
    SampleFile,
    Samples,
    alone,
    read_samples,
)
from gateway.config.proposal.sides import Sides, find_sides
from gateway.config.proposal.wanted import Wanted
from gateway.grammar import Library
from gateway.grammar.guide import Guides
from gateway.mapping import Maps
from gateway.problems import Place, Problem, errors, has_errors, problem

MOST_FILES = 200
MOST_BYTES = 64_000_000
_MOST_CASES = 40
"""Samples of one kind that are kept as tests."""
_ENDING = {"edifact": "edi", "x12": "x12"}


@dataclass(frozen=True, slots=True)
class House:
    """What a proposal is made with: our side, the grammars, the maps."""

    own: Identities
    library: Library
    guides: Guides
    maps: Maps
    map_file: Callable[[str, str, str], str | None]
    """(standard, directory, message) → name of the standard map, ``edifact/orders.map``."""
    names: Names
    """(code list, standard, code) → canonical word."""
    owner: Callable[[str, str, str], str]
    """(standard, qualifier, id) → the partner who has that identity; empty for nobody."""


@dataclass(slots=True)
class Proposal:
    """What is proposed."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    """Path in the partner's folder → contents."""
    problems: list[Problem] = field(default_factory=list)
    """With an error nothing may be written."""
    samples: Samples = field(default_factory=Samples)
    sides: Sides = field(default_factory=Sides)
    kinds: list[Kind] = field(default_factory=list)
    agreed: list[Agreed] = field(default_factory=list)
    parties: Parties = field(default_factory=Parties)
    asked: list[str] = field(default_factory=list)
    """What to ask the partner."""

    @property
    def marks(self) -> list[Mark]:
        """What a person has to decide, in all files."""
        return [
            mark
            for path, data in self.files.items()
            if not path.startswith("samples/") and path != "NOTES.md"
            for mark in find_marks(data, path)
        ]

    @property
    def refused(self) -> bool:
        """Whether nothing may be written."""
        return has_errors(self.problems)


def propose(files: Sequence[SampleFile], wanted: Wanted, house: House) -> Proposal:
    """The proposal for a partner from his samples; never raises for what they hold."""
    made = Proposal(wanted.name)
    too_much = _too_much(files)
    if too_much is not None:
        made.problems.append(too_much)
        return made
    made.samples = read_samples(files, house.library)
    made.problems += made.samples.problems
    made.sides = find_sides(made.samples, house.own, wanted.direction)
    made.problems += made.sides.problems
    made.problems += _clashes(made.sides, wanted, house)
    made.kinds = [
        one for one in kinds_of(made.sides.taken) if wanted.document in (None, one.document)
    ]
    made.problems += _no_documents(made.sides)
    made.problems += _envelopes(made.sides)
    bench = Workbench(house.maps)
    for kind in made.kinds:
        base = house.map_file(kind.standard, kind.directory, kind.message)
        propose_kind(kind, wanted.name, house.guides, bench, base, house.names)
        made.problems += kind.problems
    if not made.kinds:
        names = ", ".join(one.name for one in files[:5]) or "no file"
        made.problems.append(problem("C513", Place(), files=names))
    if not made.refused:
        _files(made, wanted)
    return made


def _too_much(files: Sequence[SampleFile]) -> Problem | None:
    size = sum(len(one.data) for one in files)
    if len(files) > MOST_FILES:
        return problem("C511", what=f"{len(files)} files are more than {MOST_FILES}")
    if size > MOST_BYTES:
        return problem("C511", what=f"{size} bytes are more than {MOST_BYTES}")
    return None


def _clashes(sides: Sides, wanted: Wanted, house: House) -> Iterator[Problem]:
    """Identities that another partner has already."""
    for standard, envelope in sides.envelopes.items():
        owner = house.owner(standard, envelope.qualifier, envelope.id)
        if owner and not (wanted.known and owner == wanted.name):
            identity = f"{envelope.id}:{envelope.qualifier}"
            yield problem("C507", Place(), identity=identity, other=owner)


def _no_documents(sides: Sides) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for seen, _ in sides.taken:
        for message in seen.messages:
            type_ = message.header.type
            if message.document or type_ in ANSWERS or (seen.file, type_) in told:
                continue
            told.add((seen.file, type_))
            known = ", ".join(MESSAGES[seen.standard].values())
            facts: dict[str, Any] = {"file": seen.file, "message": type_, "known": known}
            yield problem("C504", Place(file=seen.file), **facts)


def _envelopes(sides: Sides) -> Iterator[Problem]:
    for seen, _ in sides.taken:
        wrong = errors(seen.problems)
        if wrong:
            yield problem(
                "C514",
                Place(file=seen.file),
                file=seen.file,
                reference=seen.interchange.reference,
                count=len(wrong),
                first=wrong[0],
            )


# ---- the files


def _files(made: Proposal, wanted: Wanted) -> None:
    unknown: dict[str, dict[str, list[str]]] = {}
    names = _stems(made.kinds)
    for kind, stem in zip(made.kinds, names, strict=True):
        one = Agreed(kind.document, kind.direction, kind.standard, kind.directory, kind.association)
        if kind.guide:
            one.guide = f"guides/{stem}.yaml"
            made.files[one.guide] = kind.guide.encode()
        if kind.overlay.text:
            one.mapping = f"{stem}.map"
            made.files[one.mapping] = kind.overlay.text.encode()
        if not kind.overlay.mapped or not kind.guide:
            one.notes.append("no sample could be translated: ask him for one that is right")
        for name, values in kind.overlay.unknown.items():
            listed = unknown.setdefault(name, {}).setdefault(kind.standard, [])
            listed += [value for value in values if value not in listed]
        made.agreed.append(one)
        made.files.update(_cases(kind))
    for name, codes in unknown.items():
        made.files[f"codes/{name}.csv"] = code_list_text(name, codes).encode()
    ids = [one.id for one in made.sides.envelopes.values()]
    made.parties = find_parties(made.sides.taken, ids)
    made.problems += made.parties.problems
    partner = partner_text(
        wanted,
        made.sides,
        made.agreed,
        made.parties,
        codecs=made.samples.codecs,
        codes=list(unknown),
    )
    made.asked = questions(made.sides, made.kinds, wanted.channel)
    notes = notes_text(
        wanted.name, made.sides, made.kinds, made.parties, made.problems, wanted.channel
    )
    made.files = {"partner.yaml": partner.encode(), "NOTES.md": notes.encode(), **made.files}


def _stems(kinds: Sequence[Kind]) -> list[str]:
    """Names of files for each kind: ``orders``; ``orders-d01b`` beside one of another directory."""
    stems = []
    for kind in kinds:
        stem = kind.message.lower()
        if sum(1 for one in kinds if one.message == kind.message) > 1:
            stem = f"{stem}-{kind.directory.lower()}"
        stems.append(f"{stem}-{kind.direction}" if stem in stems else stem)
    return stems


def _cases(kind: Kind) -> Iterator[tuple[str, bytes]]:
    ending = _ENDING[kind.standard]
    for number, (seen, message) in enumerate(kind.seen[:_MOST_CASES], 1):
        folder = f"samples/{kind.document}/{number:04}-{_slug(seen.file)}"
        yield f"{folder}/in.{ending}", without_password(alone(seen, message), seen)


def _slug(file: str) -> str:
    stem = Path(file).stem.lower()
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40] or "sample"

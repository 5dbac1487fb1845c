"""Messages of one kind: what is proposed for each kind of message that the samples hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.config.agreement import Direction
from gateway.config.proposal.guide import eancom_of, guide_text
from gateway.config.proposal.overlay import Overlay, Workbench, propose_overlay
from gateway.config.proposal.qualifiers import Names
from gateway.config.proposal.samples import SeenInterchange, SeenMessage
from gateway.config.proposal.shape import Member, shape_of
from gateway.grammar import Tree
from gateway.grammar.guide import Guide, Guides, read_with_guide
from gateway.grammar.guide.tolerances import STRUCTURE
from gateway.problems import Place, Problem, errors, problem


@dataclass(slots=True)
class Kind:
    """All messages of one type, directory and direction."""

    standard: str
    directory: str
    message: str
    document: str
    direction: Direction
    seen: list[tuple[SeenInterchange, SeenMessage]] = field(default_factory=list)
    association: str = ""
    extends: str = ""
    """A guide that the association code names and all samples fit."""
    shape: list[Member] = field(default_factory=list)
    guide: str = ""
    """Text of the guide; empty where no sample has the order of its directory."""
    overlay: Overlay = field(default_factory=Overlay)
    private: dict[str, list[str]] = field(default_factory=dict)
    tolerate: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def form(self) -> str:
        """``edifact/D96A/ORDERS``."""
        return f"{self.standard}/{self.directory}/{self.message}"

    @property
    def trees(self) -> list[Tree]:
        """The messages whose segments are in order."""
        return [one.tree for _, one in self.seen if one.tree is not None]

    @property
    def version(self) -> str:
        """Of the syntax of the last of them."""
        return self.seen[-1][0].interchange.dialect.version


def kinds_of(taken: Sequence[tuple[SeenInterchange, Direction]]) -> list[Kind]:
    """The messages that carry documents, by kind, in the order in which they come."""
    found: dict[tuple[str, str, str, str], Kind] = {}
    for seen, way in taken:
        for one in seen.messages:
            header = one.header
            key = (header.standard, header.directory, header.type, way)
            if one.document and one.grammar is not None:
                kind = found.setdefault(
                    key, Kind(header.standard, header.directory, header.type, one.document, way)
                )
                kind.seen.append((seen, one))
                kind.association = kind.association or _association(one)
    return list(found.values())


def _association(message: SeenMessage) -> str:
    text = message.header.association
    return text if re.fullmatch("[A-Z0-9]{1,6}", text) else ""


def propose_kind(
    kind: Kind, partner: str, guides: Guides, bench: Workbench, base: str | None, names: Names
) -> None:
    """Fill in what is proposed; ``base`` is the standard map, where there is one."""
    kind.problems += _unfit(kind)
    trees = kind.trees
    if not trees:
        return
    _deviations(kind)
    extended = _extended(kind, guides)
    kind.shape = shape_of(
        trees,
        kind.version,
        names,
        extended.body if extended is not None else None,
        {number: frozenset(codes) for number, codes in kind.private.items()},
    )
    grammar = trees[0].grammar
    kind.guide = guide_text(
        partner,
        f"{kind.message} of {partner}",
        grammar,
        kind.shape,
        count=len(trees),
        extends=kind.extends,
        private=kind.private,
        tolerate=kind.tolerate,
    )
    if base is not None:
        kind.overlay = propose_overlay(bench, base, kind.form, kind.document, trees)


def _extended(kind: Kind, guides: Guides) -> Guide | None:
    """The guide that the association code names, if the samples fit it (else C509)."""
    name = eancom_of(kind.directory, kind.association, kind.version)
    path = guides.find(name, kind.message) if name else None
    guide = guides.load(path)[0] if path is not None else None
    if guide is None:
        return None
    wrong = []
    for _, one in kind.seen:
        if one.tree is not None:
            found = errors(read_with_guide(one.part, guide).problems)
            # a code that the directory has not (G212) the extended guide has not, either
            wrong += [each for each in found if each.code.startswith(("G3", "G212"))][:1]
    if wrong:
        kind.problems.append(
            problem(
                "C509",
                Place(),
                association=kind.association,
                guide=name,
                count=len(wrong),
                all=len(kind.trees),
                first=wrong[0],
            )
        )
        return None
    kind.extends = name
    return guide


def _unfit(kind: Kind) -> Iterator[Problem]:
    """Messages that their own directory refuses (C508)."""
    for seen, one in kind.seen:
        wrong = errors(one.problems)
        if wrong:
            order = one.tree is None
            way = (
                "the order of its segments is wrong, so it was only kept as a sample: ask him"
                if order
                else "what a guide can tolerate is in the proposed one, marked: decide, or ask him"
            )
            yield problem(
                "C508",
                Place(file=seen.file, message=one.header.reference or None),
                file=seen.file,
                message=one.header.reference,
                count=len(wrong),
                standard=f"{kind.message} {kind.directory}",
                first=wrong[0],
                way=way,
            )


def _deviations(kind: Kind) -> None:
    """Codes that the directory does not have, and what a guide can tolerate of most samples."""
    counts: Counter[tuple[tuple[str, str], ...]] = Counter()
    sentences: dict[tuple[tuple[str, str], ...], str] = {}
    sorted_out = [_sorted_out(one, kind) for _, one in kind.seen if one.tree is not None]
    for entries in sorted_out:
        counts.update(entries.keys())
        for entry, sentence in entries.items():
            sentences.setdefault(entry, sentence)
    for entry, count in counts.items():
        if 2 * count > len(sorted_out):
            kind.tolerate.append({**dict(entry), "why": f"as sent: {sentences[entry][:60]}"})


def _sorted_out(message: SeenMessage, kind: Kind) -> dict[tuple[tuple[str, str], ...], str]:
    """Entries of ``tolerate`` with a sentence each; codes go to ``kind.private``."""
    found: dict[tuple[tuple[str, str], ...], str] = {}
    for one in errors(message.problems):
        place, facts = one.place, one.facts
        able = one.code.startswith("G2") or one.code in STRUCTURE
        if not able or place.tag in (None, "UNH", "UNT", "ST", "SE"):
            continue
        number, value = str(facts.get("number", "")), str(facts.get("value", ""))
        if one.code == "G212" and number and value:
            codes = kind.private.setdefault(number, [])
            codes += [value] if value not in codes else []
            continue
        entry = [("problem", one.code), ("segment", str(place.tag))]
        for key, at in (("element", place.element), ("component", place.component)):
            entry += [(key, str(at))] if at is not None else []
        found.setdefault(tuple(entry), one.sentence)
    return found

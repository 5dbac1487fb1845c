"""More samples read into a partner that is there: guides widen, the work of people stays.

A guide or overlay is written anew only where it still is what was proposed from the samples before;
one that somebody changed gets the new proposal beside it, to compare.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config.partner import Partner
from gateway.config.proposal import Proposal, SampleFile
from gateway.config.proposal.partnerfile import Agreed
from gateway.pipeline.samples import cases

Proposer = Callable[[Sequence[SampleFile]], Proposal]


@dataclass(slots=True)
class Addition:
    """What more samples change."""

    proposal: Proposal
    files: dict[str, bytes] = field(default_factory=dict)
    """What is written: new samples, guides."""
    differences: list[str] = field(default_factory=list)
    """Lines of a unified diff of guides and overlays."""
    beside: list[str] = field(default_factory=list)
    """Proposals beside files that somebody changed."""
    unagreed: list[Agreed] = field(default_factory=list)
    """What the new samples hold and no agreement speaks of."""


def samples_of(folder: Path) -> list[SampleFile]:
    """The samples that a partner has already, named by their folders."""
    return [
        SampleFile(case.folder.name[5:] or case.folder.name, case.input.read_bytes())
        for case in cases([folder / "samples"])
    ]


def add(partner: Partner, folder: Path, new: Sequence[SampleFile], proposer: Proposer) -> Addition:
    """What the partner in ``folder`` becomes with more samples."""
    old = samples_of(folder)
    known = {one.data for one in old}
    fresh = [one for one in new if one.data not in known]
    before = proposer(old) if old else None
    addition = Addition(proposer([*old, *fresh]))
    if addition.proposal.refused:
        return addition
    _samples(addition, folder)
    for agreed in addition.proposal.agreed:
        agreement = next(
            (
                one
                for one in partner.agreements
                if (one.document, one.direction, one.standard.syntax, one.standard.directory)
                == (agreed.document, agreed.direction, agreed.standard, agreed.directory)
            ),
            None,
        )
        if agreement is None:
            addition.unagreed.append(agreed)
            continue
        for written, proposed in (
            (agreement.guide, agreed.guide),
            (agreement.mapping, agreed.mapping),
        ):
            if written and (folder / written).is_file():
                _renewed(addition, folder, written, proposed, before)
    return addition


def _samples(addition: Addition, folder: Path) -> None:
    """The samples that are new, as folders behind those that are there."""
    kept = {case.input.read_bytes() for case in cases([folder / "samples"])}
    counts: dict[str, int] = {}
    for name, data in addition.proposal.files.items():
        pieces = Path(name).parts
        if pieces[0] != "samples" or data in kept:
            continue
        document, case = pieces[1], pieces[2]
        there = folder / "samples" / document
        taken = sum(1 for one in there.iterdir() if one.is_dir()) if there.is_dir() else 0
        counts[document] = counts.get(document, taken) + 1
        target = f"samples/{document}/{counts[document]:04}{case[4:]}/{pieces[3]}"
        addition.files[target] = data


def _renewed(
    addition: Addition, folder: Path, name: str, proposed: str, before: Proposal | None
) -> None:
    """A guide or overlay as it is proposed now: in its place, or beside one that was changed."""
    now = addition.proposal.files.get(proposed)
    there = (folder / name).read_bytes()
    if now is None or there == now:
        return
    untouched = before is not None and there == before.files.get(proposed)
    path = Path(name)
    target = name if untouched else str(path.with_suffix(f".proposed{path.suffix}"))
    addition.files[target] = now
    if not untouched:
        addition.beside.append(target)
    addition.differences += difflib.unified_diff(
        there.decode("utf-8", "replace").splitlines(),
        now.decode().splitlines(),
        name,
        target,
        lineterm="",
    )


def with_addition(folder: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files of a partner as they will be."""
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {**there, **files}

"""How well partners are proposed from sample files: recognised, proposed, translated, of how many.

    python -m benchmarks.proposals FOLDER [--list] [MESSAGE …]

Every EDIFACT and X12 file below FOLDER is taken for a partner of its own, who sends to us. Counted
are files with a message that carries a document; MESSAGE (ORDERS, 850 …) narrows that.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace
from gateway.config.identity import Identities, Identity
from gateway.config.proposal import House, Proposal, SampleFile, Wanted, propose
from gateway.config.proposal.samples import read_samples
from gateway.config.translation import Translation
from gateway.grammar.guide import Guide, Guides, read_segments_with_guide, read_with_guide
from gateway.pipeline.proposing.house import house_of
from gateway.pipeline.proposing.rehearse import Rehearsal, rehearse
from gateway.problems import errors
from tests.proposal.changed import with_other_qualifier

NAME = "sample-partner"
LARGEST = 1_000_000


def main() -> None:
    """Measure a folder and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("messages", nargs="*", help="only files with these messages")
    parser.add_argument("--list", action="store_true", help="say what fell short of each file")
    wanted = parser.parse_args()
    started = time.perf_counter()
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as made:
        workspace = _workspace(Path(made))
        house = house_of(Translation(workspace))
        for path in sorted(each for each in wanted.folder.rglob("*") if each.is_file()):
            if path.stat().st_size <= LARGEST:
                found = _file(path, workspace, house, frozenset(wanted.messages))
                counts.update(found)
                if wanted.list and found:
                    print(f"{path.name}: {', '.join(f'{k} {v}' for k, v in found.items())}")
    for name, count in counts.items():
        print(f"{count:6} {name}")
    print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr)


def _workspace(folder: Path) -> Workspace:
    write_workspace(folder / "house")
    workspace, _ = load_workspace(folder / "house")
    assert workspace is not None
    return workspace


def _file(path: Path, workspace: Workspace, house: House, messages: frozenset[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    file = SampleFile(path.name, path.read_bytes())
    samples = read_samples([file], house.library)
    carried = [
        (seen, one)
        for seen, one in samples.messages()
        if one.document and (not messages or one.header.type in messages)
    ]
    if not carried:
        return counts
    counts["files with documents"] += 1
    receiver = carried[0][0].interchange.receiver
    ours = Identity(id=receiver.id.strip() or "OURS", qualifier=receiver.qualifier.strip())
    known = Identities(**{carried[0][0].standard: ours})
    made = propose([file], Wanted(NAME), replace(house, own=known, owner=lambda *_: ""))
    counts["messages with documents"] += len(carried)
    counts["messages in the order of their directory"] += sum(1 for _, one in carried if one.tree)
    counts["messages that their directory accepts"] += sum(1 for _, one in carried if one.sound)
    if made.refused:
        counts[f"refused {next(one.code for one in errors(made.problems))}"] += 1
        return counts
    counts["files proposed"] += 1
    tried = rehearse(workspace, NAME, made.files)
    counts["proposals that load without errors"] += not errors(tried.problems)
    for one in errors(tried.problems):
        counts[f"error {one.code}"] += 1
    counts["samples that become a document"] += len(tried.translated)
    counts["samples without any error on the way"] += len(tried.clean)
    counts.update(_guides(made, tried, house))
    return counts


def _guides(made: Proposal, tried: Rehearsal, house: House) -> Counter[str]:
    """Whether messages fit the guide that was made of them, and changed ones do not."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for kind, agreed in zip(made.kinds, made.agreed, strict=True):
            if not agreed.guide:
                continue
            file = Path(folder) / "guide.yaml"
            file.write_bytes(tried.files[agreed.guide])
            guide, _ = Guides(house.library).load(file)
            counts["guides"] += 1
            counts["guides that load"] += guide is not None
            if guide is not None:
                _messages(kind.seen, guide, counts)
    return counts


def _messages(seen: list, guide: Guide, counts: Counter[str]) -> None:  # type: ignore[type-arg]
    for _, one in seen:
        if not one.sound:
            continue
        fits = not errors(read_with_guide(one.part, guide).problems)
        counts["right messages that fit their guide"] += fits
        version = one.part.dialect.version if one.part.dialect else ""
        for changed in with_other_qualifier(one.part.segments, guide):
            counts["changed qualifiers"] += 1
            found = errors(read_segments_with_guide(changed, guide, version=version).problems)
            counts["changed qualifiers that are refused"] += bool(found)


if __name__ == "__main__":
    main()

"""The page of the matrix, from the outcomes of one run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.sftp.matrix.cell import OURS, THEIRS, Dimensions, Outcome, tally, told

HEAD = """\
# SFTP conformance

Made by `python benchmarks/sftp_conformance.py --write docs/reference/sftp-conformance.md`, which
tries every combination; a part of them runs with every test run. The programs on the other side are
other people's, in their own processes or threads; the gateway is the whole one, with its database
and archive.
"""
OURS_HEAD = """\
## Our client at a partner's server

In each exchange the partner's server gives an order (where files are renamed when they are
finished, two; where markers say so, one without a marker beside it, which has to stay). The order
has to be at the ERP once, its answer and an invoice of the ERP on the server once, whole, under
their names, with nothing temporary left; a file that has the name of the invoice already stays as
it is, or is replaced where the channel says so. What lies in the partner's folders then is what
`after` and `claim` say.
"""
THEIRS_HEAD = """\
## Partners' programs at our server

In each exchange the program puts an order into `in/`, which has to be at the ERP once and never
before it is whole, and reads an invoice in `out/`, which has to count as delivered when all of it
was read and closed, and not before.
"""


def page(ours: Sequence[Outcome], theirs: Sequence[Outcome], versions: Mapping[str, str]) -> str:
    """Markdown."""
    peers = ", ".join(f"{name} {version}" for name, version in versions.items())
    lines = [HEAD, *_summary(ours, theirs), f"Peers: {peers}.\n"]
    lines += [OURS_HEAD, *_table(ours, OURS, "server"), *_absent(ours)]
    lines += [THEIRS_HEAD, *_table(theirs, THEIRS, "client"), *_absent(theirs)]
    return "\n".join([*lines, *_failures([*ours, *theirs])])


def _summary(ours: Sequence[Outcome], theirs: Sequence[Outcome]) -> Iterator[str]:
    yield "| exchanges | tried | passed | left out |"
    yield "|---|--:|--:|--:|"
    for name, outcomes in (("our client", ours), ("our server", theirs)):
        found = tally(outcomes)
        left = len(outcomes) - found["tried"]
        yield f"| {name} | {found['tried']} | {found['passed']} | {left} |"
    yield ""


def _table(outcomes: Sequence[Outcome], dimensions: Dimensions, across: str) -> Iterator[str]:
    """Passed of tried, by each value of each other dimension."""
    peers = dimensions[across]
    yield f"| | {' | '.join(peers)} |"
    yield f"|---|{'--:|' * len(peers)}"
    for name, values in dimensions.items():
        if name == across:
            continue
        yield f"| **{name}** |{' |' * len(peers)}"
        for value in values:
            found = [
                [
                    each
                    for each in outcomes
                    if each.cell[across] == peer and each.cell[name] == value
                ]
                for peer in peers
            ]
            yield f"| {value} | {' | '.join(map(_cell, found))} |"
    yield ""


def _cell(outcomes: Sequence[Outcome]) -> str:
    found = tally(outcomes)
    return f"{found['passed']}/{found['tried']}" if found["tried"] else "–"


def _absent(outcomes: Sequence[Outcome]) -> Iterator[str]:
    found = Counter(each.absent for each in outcomes if each.absent)
    if found:
        yield "Left out, because the other side does not do it:\n"
        yield from (f"- {what}: {count}" for what, count in sorted(found.items()))
        yield ""


def _failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "## Failures\n"
    failed = [each for each in outcomes if each.failure]
    if not failed:
        yield "None.\n"
        return
    yield "| exchange | reason |\n|---|---|"
    for each in failed:
        yield f"| {told(each.cell)} | {' '.join(each.failure.replace('|', '/').split())} |"
    yield ""

"""The page of the conformance matrix, from the outcomes of one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill

from tests.as2.conformance.combination import DIMENSIONS, LAYERS, REST, covered
from tests.as2.conformance.outcome import Outcome, Tally, by_dimension, lacking
from tests.as2.conformance.ways import OURS

HEAD = """\
# AS2 conformance

Made by `python benchmarks/as2_conformance.py --write docs/reference/as2-conformance.md`; a part of
it runs with every test run, and says the same. `make interop` installs the peers and runs it all.

Every exchange is whole: one side builds the message, the other opens it, the bytes and the layers
found are compared with those that were sent, the receipt is written, and the sender's judgement of
it has to be "positive". Peers are other people's programs in processes of their own: `openssl cms`,
OpenAS2 over HTTP, libas2 in Node. SHA-1 and 3DES are off unless a partner's settings allow them;
here they do.
"""


def page(outcomes: list[Outcome], versions: Mapping[str, str], absent: list[str]) -> str:
    """Markdown."""
    ways = list(dict.fromkeys(each.way for each in outcomes))
    lines = [HEAD, _summary(outcomes, ways, versions, absent), _dimensions(outcomes, ways)]
    return "\n".join([*lines, _lacking(outcomes, ways), _failures(outcomes)])


def _summary(
    outcomes: list[Outcome], ways: list[str], versions: Mapping[str, str], absent: list[str]
) -> str:
    lines = ["## Exchanges\n", "| way | tried | passed | left out |", "|---|--:|--:|--:|"]
    for way in ways:
        mine = [each for each in outcomes if each.way == way]
        tally = Tally.of(mine)
        lines.append(f"| {way} | {tally.tried} | {tally.passed} | {len(mine) - tally.tried} |")
    found = ", ".join(versions.values()) or "none"
    lines.append(f"\nPeers: {found}.")
    if absent:
        lines.append(f"Not installed, so not met: {', '.join(absent)}.")
    lines.append("“Left out” is what the peer does not do; it is listed below.\n")
    lines.append(_reduction([each for each in outcomes if each.way == OURS]))
    return "\n".join(lines)


def _reduction(mine: list[Outcome]) -> str:
    """How the matrix was made smaller, with what it covers."""
    full = crossed_size(LAYERS + REST)
    cases = [each.combination for each in mine]
    pairs, triples = covered(cases, 2), covered(cases, 3)
    text = (
        f"All {full:,} combinations of the seven dimensions would take hours. The layers "
        f"({', '.join(LAYERS)}) are crossed in full ({crossed_size(LAYERS):,}); "
        f"{', '.join(REST[:-1])} and {REST[-1]} are laid over them in turn. Of all pairs of values "
        f"{pairs[0]:,} of {pairs[1]:,} were met, of all triples {triples[0]:,} of {triples[1]:,}. "
        "With a peer the same list is used, or every n-th of it."
    )
    return fill(text, 120) + "\n"


def crossed_size(names: tuple[str, ...]) -> int:
    """How many combinations these dimensions have."""
    size = 1
    for name in names:
        size *= len(DIMENSIONS[name])
    return size


def _dimensions(outcomes: list[Outcome], ways: list[str]) -> str:
    tables = {way: list(by_dimension([e for e in outcomes if e.way == way])) for way in ways}
    lines = ["## By dimension\n", "Passed of tried; – where nothing was tried.\n"]
    lines += [f"| | {' | '.join(ways)} |", f"|---|{'--:|' * len(ways)}"]
    rows = zip(*tables.values(), strict=True)
    before = ""
    for row in rows:
        name, value, _ = row[0]
        if name != before:
            lines.append(f"| **{name}** |{' |' * len(ways)}")
            before = name
        lines.append(f"| {value} | {' | '.join(_cell(tally) for _, _, tally in row)} |")
    return "\n".join(lines) + "\n"


def _cell(tally: Tally) -> str:
    if not tally.tried:
        return "–"
    return f"{tally.passed}" if tally.passed == tally.tried else f"{tally.passed}/{tally.tried}"


def _lacking(outcomes: list[Outcome], ways: list[str]) -> str:
    lines = ["## What the peers do not do\n", "| way | what | combinations |", "|---|---|--:|"]
    lines += list(_lacks(outcomes, ways))
    return "\n".join(lines) + "\n"


def _lacks(outcomes: list[Outcome], ways: list[str]) -> Iterator[str]:
    for way in ways:
        mine = lacking(each for each in outcomes if each.way == way)
        for what, number in sorted(mine.items()):
            yield f"| {way} | {what} | {number} |"


def _failures(outcomes: list[Outcome]) -> str:
    failed = [each for each in outcomes if each.failure]
    if not failed:
        return "## Failures\n\nNone.\n"
    lines = ["## Failures\n", "| way | combination | reason |", "|---|---|---|"]
    lines += [f"| {e.way} | {e.combination} | {_cell_text(e.failure)} |" for e in failed]
    return "\n".join(lines) + "\n"


def _cell_text(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())

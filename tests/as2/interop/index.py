"""The list of interoperability, and the page about it: ``python -m tests.as2.interop.index``.

``items.tsv`` has a row for each item: what comes or goes, what we do, and the tests that show it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

ITEMS = Path(__file__).parent / "items.tsv"
PAGE = Path(__file__).parents[3] / "docs/reference/as2-interop.md"
SIDES = {
    "accept": ("What is accepted", "What comes", "What we do"),
    "send": ("What is sent", "What goes out", "How"),
    "product": ("Products", "What is special about it", "Settings"),
}
INTRODUCTION = """\
# AS2: what is accepted, what is sent

AS2 products differ in hundreds of small ways, and most failed connections are due to one of them.
The list below comes from what the interoperability rounds of the field found between 2006 and 2014,
and from what users of other products report. Each item has at least one test; most go through a
real socket and the whole gateway, with bytes that none of our code wrote.

The page is made of `tests/as2/interop/items.tsv` by `python -m tests.as2.interop.index`; a test
fails when an item has no test or a test does not exist. How many combinations of layers, receipts
and sizes were tried, and against which products, stands in
[the conformance matrix](as2-conformance.md); settings for products in
[the presets](as2-presets.md); what is refused in [security](as2-security.md).
"""


@dataclass(frozen=True)
class Item:
    """A row of the list."""

    id: str
    side: str
    text: str
    answer: str
    tests: tuple[str, ...]
    """Node ids; without ``[…]`` all cases of a test."""


def items() -> list[Item]:
    """All of them."""
    with ITEMS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [Item(*row[:4], tuple(_nodes(row[4]))) for row in rows]


def _nodes(text: str) -> list[str]:
    """Node ids are separated by blanks, and the name of a case may have some."""
    return [f"tests/{each}".strip() for each in text.split("tests/") if each.strip()]


def page() -> str:
    """The page as it should be."""
    lines = [INTRODUCTION]
    for side, (title, what, how) in SIDES.items():
        lines += [f"## {title}\n", f"| {what} | {how} | Test |", "|---|---|---|"]
        lines += [_row(item) for item in items() if item.side == side]
        lines.append("")
    return "\n".join(lines)


def _row(item: Item) -> str:
    """With the first test; the file says how many more there are."""
    first, more = item.tests[0], len(item.tests) - 1
    shown = f"`{first.removeprefix('tests/as2/')}`"
    counted = f" and {more} more" if more else ""
    cells = (item.text, item.answer, f"{shown}{counted}")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

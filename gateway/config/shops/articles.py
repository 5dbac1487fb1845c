"""What the ERP calls the articles of a shop (``items.codes``): a CSV file in the shop's folder.

    sku,article
    TEE-RED-M,4711
    TEE-RED-M-3PACK,4711

An article may have several SKUs (packs); a SKU is one article.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from gateway.config.shops.shop import Shop
from gateway.config.workspace import Workspace
from gateway.problems import Place, Problem, problem

COLUMNS = ("sku", "article")
LARGEST = 20_000_000
"""Bytes of a file."""
_MOST = 20
"""Rows of one file that are told."""


@dataclass(frozen=True)
class Articles:
    """Names of articles in both directions."""

    by_sku: Mapping[str, str] = field(default_factory=dict)
    by_article: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def article(self, sku: str) -> str | None:
        """What the ERP calls a SKU of the shop."""
        return self.by_sku.get(sku)

    def skus(self, article: str) -> tuple[str, ...]:
        """The shop's names of an article of the ERP."""
        return self.by_article.get(article, ())


def articles(workspace: Workspace, shop: Shop) -> Articles | None:
    """The list of a shop, read once for a workspace; ``None`` where the shop names none."""
    if shop.items.codes is None:
        return None
    known: dict[str, Articles] = vars(workspace).setdefault("_articles", {})
    if shop.shop not in known:
        path = workspace.shop_folder(shop.shop) / shop.items.codes
        known[shop.shop] = read_articles(path, shop.items.codes)[0]
    return known[shop.shop]


def read_articles(path: Path, shown: str) -> tuple[Articles, list[Problem]]:
    """The rows of a file that can be used, and what is wrong with it (C570, C571)."""
    try:
        if path.stat().st_size > LARGEST:
            return Articles(), [_wrong(shown, 1, f"it has more than {LARGEST} bytes")]
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Articles(), [problem("C570", Place(file=shown), value=shown)]
    except (OSError, UnicodeDecodeError) as failure:
        reason = "it is no UTF-8" if isinstance(failure, ValueError) else str(failure.strerror)
        return Articles(), [_wrong(shown, 1, reason)]
    return parse_articles(text, shown)


def parse_articles(text: str, shown: str) -> tuple[Articles, list[Problem]]:
    """The same of the text of a file."""
    by_sku: dict[str, str] = {}
    lines: dict[str, int] = {}
    problems: list[Problem] = []
    for line, sku, article, wrong in _rows(text):
        twice = f"{sku} is in line {lines[sku]} already" if sku in lines else ""
        if wrong or twice:
            problems.append(_wrong(shown, line, wrong or twice))
        else:
            by_sku[sku], lines[sku] = article, line
    by_article: dict[str, list[str]] = {}
    for sku, article in by_sku.items():
        by_article.setdefault(article, []).append(sku)
    named = {article: tuple(skus) for article, skus in by_article.items()}
    return Articles(by_sku, named), problems[:_MOST]


def _rows(text: str) -> Iterator[tuple[int, str, str, str]]:
    """Line, SKU, article and what is wrong with the row."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    try:
        head = [each.strip() for each in next(reader, [])]
        if not set(COLUMNS) <= set(head):
            known = ", ".join(each for each in head if each) or "none"
            yield 1, "", "", f"its first line has to name sku and article; it has {known}"
            return
        places = [head.index(name) for name in COLUMNS]
        for row in reader:
            if not any(each.strip() for each in row):
                continue
            sku, article = (row[at].strip() if at < len(row) else "" for at in places)
            missing = "" if sku and article else f"it has no {'article' if sku else 'sku'}"
            yield reader.line_num, sku, article, missing
    except csv.Error as failure:
        yield reader.line_num, "", "", f"it is no CSV: {failure}"


def _wrong(shown: str, line: int, reason: str) -> Problem:
    return problem("C571", Place(file=shown, line=line, column=1), reason=reason)

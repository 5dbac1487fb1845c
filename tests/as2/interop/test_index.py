"""The list itself: every item has a test that exists, and the page tells the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.as2.interop.index import PAGE, SIDES, items, page

ROOT = PAGE.parents[2]
MOST = {"accept": 49, "send": 12, "product": 9}
"""So many items has the list; one that is taken out has to be taken out here, too."""


@cache
def cases(file: Path, session: pytest.Session) -> frozenset[str]:
    """The node ids of a file, with and without the names of cases."""
    module = pytest.Module.from_parent(session, path=file)
    full = {f"{file.relative_to(ROOT)}::{item.nodeid.partition('::')[2]}"
            for item in session.genitems(module)}  # fmt: skip
    return frozenset(full | {each.partition("[")[0] for each in full})


def test_every_item_has_tests_that_exist(request: pytest.FixtureRequest) -> None:
    missing = [
        (item.id, node)
        for item in items()
        for node in item.tests
        if node not in cases(ROOT / node.partition("::")[0], request.session)
    ]
    assert missing == []


def test_every_item_is_there_once_and_says_what_happens() -> None:
    every = items()
    assert len({item.id for item in every}) == len(every)
    assert {side: sum(item.side == side for item in every) for side in SIDES} == MOST
    assert all(item.text and item.answer and item.tests for item in every)


def test_the_page_is_what_the_list_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.as2.interop.index"

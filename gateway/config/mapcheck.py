"""Maps, guides and formats of all partners checked: what is remembered is not looked at again.

Of partners who have the same files and agreements one is looked at. Where many are left,
processes share the work: each is a copy of this one, so that what all have in common is loaded
once.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gateway.config.models import ErpFormats
from gateway.config.remembered import Entry, Remembered
from gateway.config.workspace import Workspace
from gateway.problems import Problem

if TYPE_CHECKING:
    from gateway.config.translation import Translation
    from gateway.config.translationcheck import Checking

Tell = Callable[[int, int], None]
"""How many partners are done, and of how many."""
FEW = 40
"""So many partners are looked at by one process."""
MOST = 8
"""Processes at once."""
_CHUNK = 10

_shared: list[Checking] = []
"""What a copy of this process works with."""


def map_problems(
    workspace: Workspace,
    translation: Callable[[], Translation],
    remembered: Remembered,
    tell: Tell = lambda done, of: None,
) -> list[Problem]:
    """Every problem of maps, guides and formats, each once.

    ``translation`` is only asked for when there is something to look at: it takes time to load.
    """
    known = {name: remembered.now(name) for name in workspace.partners}
    lacking = [name for name, each in known.items() if each is None or each.maps is None]
    house = remembered.house(exchanged(workspace))
    found: dict[str, list[Problem]] = {}
    if lacking or house.maps is None:
        from gateway.config.translationcheck import Checking  # noqa: PLC0415 (slow to load)

        unchanged = {name: each.same for name, each in known.items() if each is not None}
        checking = Checking(translation(), unchanged)
        if house.maps is None:
            house.of_maps(checking.of_house())
        one_of, alike = _one_of_each(lacking, known)
        for name, problems, asks in _looked_at(checking, one_of):
            same = alike.pop(name, [])
            if problems or asks:  # they have places of their own; a table is what it is today
                further = _one_by_one(checking, same)
            else:
                further = ((each, [], False) for each in same)
            for each, theirs, asked in ((name, problems, asks), *further):
                found[each] = theirs
                entry = known[each]
                if entry is not None and not asked:
                    entry.of_maps(theirs)
            tell(len(found), len(lacking))
    everything = [found.get(name) or _of(each) for name, each in known.items()]
    return list(dict.fromkeys(one for each in (*everything, _of(house)) for one in each))


def _one_of_each(
    names: Iterable[str], known: Mapping[str, Entry | None]
) -> tuple[list[str], dict[str, list[str]]]:
    """One partner of all that have the same maps, and the others by his name."""
    first: dict[str, str] = {}
    alike: dict[str, list[str]] = {}
    for name in names:
        entry = known[name]
        one = name if entry is None else first.setdefault(entry.mapped, name)
        alike.setdefault(one, [])
        if one != name:
            alike[one].append(name)
    return list(alike), alike


def _of(entry: Entry | None) -> list[Problem]:
    return [] if entry is None else entry.maps or []


def exchanged(workspace: Workspace) -> list[str]:
    """Documents that some agreement names, or whose format somebody chose."""
    agreed: set[str] = set(workspace.erp.formats.model_fields_set)
    for partner in workspace.partners.values():
        agreed.update(each.document for each in partner.agreements)
    return [each for each in ErpFormats.model_fields if each in agreed]


def _looked_at(
    checking: Checking, names: Sequence[str]
) -> Iterator[tuple[str, list[Problem], bool]]:
    """(name, problems, whether maps ask tables) of each partner."""
    workers = min(os.cpu_count() or 1, MOST)
    alone = len(names) < FEW or workers < 2 or not _can_copy()
    first = names if alone else names[:_CHUNK]
    yield from _one_by_one(checking, first)
    if alone:
        return
    _shared.append(checking)
    rest = [names[at : at + _CHUNK] for at in range(len(first), len(names), _CHUNK)]
    try:
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            for done in pool.imap(_chunk, rest):
                for name, rows, asks in done:
                    yield name, [Problem.from_json(row) for row in rows], asks
    finally:
        _shared.clear()


def _one_by_one(
    checking: Checking, names: Iterable[str]
) -> Iterator[tuple[str, list[Problem], bool]]:
    for name in names:
        yield (name, *checking.of_partner(checking.workspace.partners[name]))


def _chunk(names: Sequence[str]) -> list[tuple[str, list[dict[str, Any]], bool]]:
    """In a copy of the process that asks."""
    return [
        (name, [each.as_json() for each in found], asks)
        for name, found, asks in _one_by_one(_shared[0], names)
    ]


def _can_copy() -> bool:
    """Whether this process can be copied safely: only while it has no other threads."""
    return sys.platform.startswith("linux") and threading.active_count() == 1

"""The rules of then: the settings and maps that a message was processed with, at work again."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from dataclasses import replace
from pathlib import Path

from gateway.config.translation import Translation
from gateway.pipeline.house import House, Rules
from gateway.pipeline.replay.again import THEN
from gateway.problems import Problem, problem
from gateway.store import Message, snapshots

KEPT = 8
"""Settings of then that are kept loaded."""
_LOADING = threading.Lock()


def house_for(house: House, row: Message) -> House | Problem:
    """The house that a file has to go through: with the settings of then, where that was asked."""
    if row.resume != THEN or row.config == house.workspace.hash:
        return house
    rules = rules_of(house, row.config, row.id)
    if isinstance(rules, Problem):
        return rules
    return replace(house, workspace=rules.workspace, translation=rules.translation)


def rules_of(house: House, hash_: str, id_: int) -> Rules | Problem:
    """Settings and maps by their hash; P210 or P211 where there are none.

    ``id_``: the message they are wanted for, for the problem.
    """
    if hash_ == house.workspace.hash:
        return house
    with _LOADING:
        known = house.restored.get(hash_)
        if known is not None:
            return known
        found = _restored(house, hash_)
        if isinstance(found, Problem):
            return replace(found, facts={**found.facts, "id": str(id_)})
        house.restored[hash_] = found
        while len(house.restored) > KEPT:
            house.restored.pop(next(iter(house.restored)))
        return found


def _restored(house: House, hash_: str) -> Rules | Problem:
    folder = Path(tempfile.mkdtemp(prefix="gateway-then-"))
    workspace, found = snapshots.restore(house.store, hash_, folder, house.workspace)
    if workspace is None:
        shutil.rmtree(folder, ignore_errors=True)
        return found[0] if found else problem("P210", hash=hash_)
    # maps are read from the folder when they are asked for: it goes when nobody can ask any more
    weakref.finalize(workspace, shutil.rmtree, folder, True)
    return Rules(workspace, Translation(workspace, house.translation.definitions), house.clock)

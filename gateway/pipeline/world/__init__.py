"""What the text of the settings cannot say: whether the world is as they say (`check --world`).

    for looked in world(workspace): print(looked.subject, looked.said)

Everything is tried beside each other, nothing for longer than its time, and nothing is changed at
a partner's: no file is written there and no message is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial

from gateway.channels.remote.step import Step
from gateway.config import Workspace
from gateway.pipeline.world import channels, house, shops
from gateway.pipeline.world.bounded import Ended, bounded
from gateway.pipeline.world.looked import Looked, failed
from gateway.problems import problem

PATIENCE = 10.0
"""Seconds that one channel or shop may take."""
AT_ONCE = 16
"""Channels and shops that are tried at the same time."""
SHOP = "connection"
"""Instead of a channel: that of a shop."""
OURS = ""
"""Instead of a partner: the house."""


def world(
    workspace: Workspace,
    names: Sequence[str] = (),
    *,
    patience: float = PATIENCE,
    at_once: int = AT_ONCE,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Looked]:
    """Each thing as soon as all of it was tried. ``names``: only of these partners and shops."""
    named = list(_named(workspace, names, clock))
    for ended in bounded([trial for _, _, trial in named], at_once=at_once, patience=patience):
        partner, subject, _ = named[ended.number]
        channel = subject if partner != OURS else ""
        shown = f"{partner} {subject}".strip()
        steps = (*ended.told, *_ending(ended, shown, patience))
        yield Looked(shown, steps, ended.seconds, partner, channel)


def _named(
    workspace: Workspace, names: Sequence[str], clock: Callable[[], datetime]
) -> Iterator[tuple[str, str, Callable[[], Iterator[Step]]]]:
    """(partner or shop, channel or part of the house, what to do)."""
    if not names:
        for subject, trial in house.trials(workspace):
            yield OURS, subject, trial
    for name, partner in workspace.partners.items():
        if not names or name in names:
            for channel in partner.channels:
                yield name, channel, partial(channels.look_at, workspace, name, channel, clock)
    for name, shop in workspace.shops.items():
        # one that is only prepared is tried when somebody asks for it
        if name in names or (not names and shop.mode != "paused"):
            yield name, SHOP, partial(shops.look_at, workspace, name, clock)


def _ending(ended: Ended[Step], shown: str, patience: float) -> Iterator[Step]:
    """Why not all of it was tried."""
    if ended.late:
        last = ended.told[-1].name if ended.told else "settings"
        found = problem("P240", what=shown, seconds=f"{patience:g}", step=last)
        yield failed(last, found)
    elif ended.failure is not None:
        failure = f"{type(ended.failure).__name__}: {ended.failure}"
        yield failed("trial", problem("P245", what=shown, failure=failure))


__all__ = ["AT_ONCE", "PATIENCE", "Looked", "world"]

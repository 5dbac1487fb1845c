"""The stage is put up, scenarios begin on it, and it is gone again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.pipeline.rehearsal.examples.deal import deal_of
from gateway.pipeline.rehearsal.play import Play
from gateway.pipeline.rehearsal.stage import Stage


@contextmanager
def staged(
    workspace: Workspace, partner: Partner, at: datetime, keep: Path | None
) -> Iterator[tuple[Stage, Path]]:
    """A stage and the folder for the files of scenarios; without ``keep`` it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as temporary:
        folder = Path(temporary)
        clock = _Clock(at)
        with Stage(workspace, partner, folder / "house", clock) as stage:
            yield stage, keep or folder / "files"


class _Clock:
    """Begins at an instant; every look is a millisecond later, so that rows have an order."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


def play_of(stage: Stage, name: str, folder: Path, at: datetime, seed: int, part: int) -> Play:
    """A scenario that begins."""
    here = folder / name
    here.mkdir(parents=True, exist_ok=True)
    deal = deal_of(stage.workspace, stage.partner, at.date(), seed, part)
    return Play(stage, deal, name, here, base=part * 100, _fittings=stage.fittings)

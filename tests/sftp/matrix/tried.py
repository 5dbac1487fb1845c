"""Cells, one after the other; nothing that is raised is lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tests.memory import folder_in_memory
from tests.sftp.matrix import ours, theirs
from tests.sftp.matrix.cell import Cell, Outcome


def with_ours(wanted: Iterable[Cell]) -> Iterator[Outcome]:
    """Our client at servers."""
    with _place() as place, ours.servers(place) as running:
        yield from _each(
            wanted, ours.absent, place, lambda each, root: ours.exchange(each, running, root)
        )


def with_theirs(wanted: Iterable[Cell]) -> Iterator[Outcome]:
    """Programs at our server."""
    with _place() as place:
        yield from _each(wanted, theirs.absent, place, theirs.exchange)


def _place() -> _Place:
    return _Place(dir=folder_in_memory())


class _Place(tempfile.TemporaryDirectory[str]):
    def __enter__(self) -> Path:  # type: ignore[override]
        return Path(super().__enter__())


def _each(
    wanted: Iterable[Cell],
    absent: Callable[[Cell], str],
    place: Path,
    exchange: Callable[[Cell, Path], str],
) -> Iterator[Outcome]:
    for each in wanted:
        if lacking := absent(each):
            yield Outcome(each, absent=lacking)
            continue
        root = place / "ours"
        try:
            yield Outcome(each, exchange(each, root))
        except Exception as error:
            yield Outcome(each, f"{type(error).__name__}: {error}"[:300])
        shutil.rmtree(root, ignore_errors=True)

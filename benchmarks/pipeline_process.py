"""One process of the gateway, for the fault suite and the benchmarks.

    python benchmarks/pipeline_process.py ROOT [--worker] [--maps stub] [--lease 3]
                                               [--clock FILE] [--full FILE]

Opens a workspace and works until SIGTERM; a worker does not look into folders. ``--clock`` names
a file with the seconds by which this process misreads the time, ``--full`` one that stands for a
full disk as long as it exists: then no file can be synced, or no folder when it says ``folders``
(the database is not touched by it).
Says ``ready`` once it works.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.config import Workspace, load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch import core
from gateway.pipeline.dispatch.carrier import Carrier, NoCarrier


def main(arguments: list[str]) -> int:
    """Work until told to stop."""
    options = _options(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    if options.lease is not None:
        core.LEASE_SECONDS = options.lease
    if options.full is not None:
        _fill_up(options.full)
    workspace, problems = load_workspace(options.root)
    if workspace is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    opened = open_gateway(workspace, options.maps, clock=_clock(options.clock))
    with opened as gateway:
        gateway._carrier = _carrier(workspace)
        print("ready", flush=True)
        gateway.serve(stop, intake=not options.worker)
    return 0


def open_gateway(
    workspace: Workspace, maps: str, clock: Callable[[], datetime] | None = None
) -> Gateway:
    """A gateway with the maps of the product (``real``) or of the tests (``stub``)."""
    translation: Any = None
    if maps == "stub":
        from tests.pipeline.stub import StubTranslation  # noqa: PLC0415

        translation = StubTranslation(workspace)
    return Gateway.open(workspace, clock=clock, translation=translation)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("root", type=Path)
    parser.add_argument("--worker", action="store_true", help="do not look into folders")
    parser.add_argument("--maps", choices=("real", "stub"), default="real")
    parser.add_argument("--lease", type=float, help="seconds of a lease")
    parser.add_argument("--clock", type=Path, help="file with seconds to add to the time")
    parser.add_argument("--full", type=Path, help="file that stands for a full disk")
    return parser.parse_args(arguments)


def _carrier(workspace: Workspace) -> Carrier:
    if workspace.database.startswith("sqlite"):
        return NoCarrier()
    from gateway.pipeline.dispatch.procrastinate import ProcrastinateCarrier  # noqa: PLC0415

    return ProcrastinateCarrier(workspace.database, f"bench-{os.getpid()}")


def _clock(file: Path | None) -> Callable[[], datetime] | None:
    """A clock that is wrong by what a file says; ``None``: the usual one."""
    if file is None:
        return None

    def now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(file.read_text()))

    return now


def _fill_up(file: Path) -> None:
    """Nothing can be synced while ``file`` exists; only no folder when it says ``folders``."""
    sync = os.fsync

    def full(handle: int) -> None:
        if file.exists():
            is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
            if is_folder or file.read_text() != "folders":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    os.fsync = full  # type: ignore[assignment]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

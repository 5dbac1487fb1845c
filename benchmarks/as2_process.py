"""A gateway that partners reach by AS2, in a process of its own.

    python benchmarks/as2_process.py ROOT [--pipeline] [--kill "as2 receive: archived@3"]

Without ``--pipeline`` it serves ``/as2`` on a free port and nothing works behind it, so that what
it costs is the receipt alone: the real server, receiver, archive and database. With it everything
works as under ``gateway serve``, on the port of the settings. ``--kill``: it kills itself (SIGKILL)
when it passes a checkpoint for the n-th time. Says its port once it listens. Ends at SIGTERM.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.config import Workspace, load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.as2.receive.receiver import Receiver
from gateway.pipeline.dispatch import poison
from gateway.web.as2 import As2, partners_only
from gateway.web.reception import reception
from gateway.web.server import LARGEST_PARTNER_HEAD, Room, opened
from gateway.web.watched import watched


def main(arguments: list[str]) -> int:
    """Serve until told to stop, or killed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("root", type=Path)
    parser.add_argument("--pipeline", action="store_true")
    parser.add_argument("--kill", default="", metavar="NAME@N")
    options = parser.parse_args(arguments)
    workspace, problems = load_workspace(options.root)
    if workspace is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Gateway.open(workspace, checkpoint=_bomb(options.kill)) as gateway:
        if options.pipeline:
            _work(gateway, workspace, stop)
        else:
            _receive(gateway, workspace, stop)
    return 0


def _receive(gateway: Gateway, workspace: Workspace, stop: threading.Event) -> None:
    as2 = As2(Receiver(gateway.house, links_for(workspace)))
    with opened(partners_only(as2), "127.0.0.1:0", Room(256, LARGEST_PARTNER_HEAD)) as where:
        print(where.port, flush=True)
        stop.wait()
    as2.close()


def _work(gateway: Gateway, workspace: Workspace, stop: threading.Event) -> None:
    # a message that is in work whenever the process is killed would be held after five times
    poison.DEATHS = 10_000
    with watched(
        workspace.settings,
        gateway.house.store,
        owner=gateway.name,
        live=gateway.dead,
        ready=gateway.trouble,
        reception=reception(gateway),
    ) as where:
        assert where is not None
        print(where.port, flush=True)
        gateway.serve(stop)


def _bomb(where: str) -> Callable[[str], None]:
    """A checkpoint that ends the process at the one that is named."""
    name, _, number = where.rpartition("@")
    left = int(number or 0)

    def checkpoint(passed: str) -> None:
        nonlocal left
        if passed == name:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""One part of the engine on a workspace, in a process of its own; prints what it took, as JSON.

    python benchmarks/sftp_process.py PART ROOT [COUNT]

``pickup``: look until nothing more is to be taken. ``push``: send what is planned. ``known``: look
into a folder of which everything was taken before. ``rounds``: look again and again, for COUNT
minutes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import func, select

from gateway.config import load_workspace
from gateway.pipeline import Gateway, lanes
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.remote.rounds import Rounds
from gateway.store import NewDelivery, contents, deliveries
from gateway.store.remote import looks, picked
from gateway.store.remote.picked import NewPicked, spot_of
from gateway.store.tables import delivery, message

SIZE = 5_000
LANE = lanes.partner("partner-000", "main", "invoice")


def main(arguments: list[str]) -> int:
    """Do it once."""
    part, root = arguments[0], Path(arguments[1])
    count = int(arguments[2]) if len(arguments) > 2 else 0
    workspace, problems = load_workspace(root)
    if workspace is None:
        print(*problems, sep="\n", file=sys.stderr)
        return 2
    untouched: Any = object()  # files are taken and sent; nothing is translated
    with Gateway.open(workspace, translation=untouched) as gateway:
        work = PARTS[part](gateway, root, count)
        before, began = _cpu(), time.perf_counter()
        told = work()
        told |= {"seconds": time.perf_counter() - began, "cpu": _cpu() - before}
        told["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps(told))
    return 0


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _pickup(gateway: Gateway, _root: Path, _count: int) -> Callable[[], dict[str, Any]]:
    def work() -> dict[str, Any]:
        rounds = Rounds(Core(gateway.house, "benchmark"))
        rounds.once()
        return _files(gateway)

    return work


def _push(gateway: Gateway, _root: Path, count: int) -> Callable[[], dict[str, Any]]:
    house = gateway.house
    at = house.clock()
    with house.store.write("plan") as connection:
        bodies = [f"UNH+{n}+INVOIC:D:96A:UN'".encode().ljust(SIZE, b"X") for n in range(count)]
        contents.put(connection, bodies)
        planned = [
            NewDelivery(
                key=f"benchmark:{number}",
                message=None,
                purpose="partner",
                lane=LANE,
                outlet="remote",
                folder="sftp:partner-000/main",
                name=f"INVOIC_{number}.edi",
                sha=contents.sha_of(body),
                due=at,
            )
            for number, body in enumerate(bodies)
        ]
        deliveries.add(connection, planned, at)

    def work() -> dict[str, Any]:
        core = Core(house, "benchmark")
        while core.drain(LANE):
            pass
        with house.store.read() as connection:
            done = select(func.count()).where(delivery.c.state == "done")
            return {"files": connection.scalar(done)}

    return work


def _known(gateway: Gateway, root: Path, _count: int) -> Callable[[], dict[str, Any]]:
    """Everything in the folder has been taken; the process knows nothing of it yet."""
    house, source = gateway.house, "partner-000/main"
    at, folder = house.clock(), root / "remote" / "partner-000" / "out"
    rows = []
    for path in folder.iterdir():
        found = path.stat()
        where = f"{folder}/{path.name}"
        changed = int(found.st_mtime)
        spot = spot_of(source, where, found.st_size, changed)
        rows.append(
            NewPicked(
                spot=spot,
                sha="0" * 64,
                source=source,
                path=where,
                size=found.st_size,
                changed=changed,
                message=0,
                state="left",
            )
        )
    with house.store.write("taken") as connection:
        picked.add(connection, rows, at)

    def work() -> dict[str, Any]:
        rounds = Rounds(Core(house, "benchmark"))
        rounds.once()
        with house.store.read() as connection:
            (found,) = looks.find_all(connection)
        return dict(found.numbers)

    return work


def _rounds(gateway: Gateway, _root: Path, count: int) -> Callable[[], dict[str, Any]]:
    def work() -> dict[str, Any]:
        rounds = Rounds(Core(gateway.house, "benchmark"))
        rounds.start()
        minutes = []
        for _ in range(count):
            before = _cpu()
            time.sleep(60)
            minutes.append(_cpu() - before)
        with gateway.house.store.read() as connection:
            found = looks.find_all(connection)
        rounds.stop()
        took = sorted(each.numbers.get("seconds", 0.0) for each in found)
        told = {"cpu_by_minute": minutes, "sources": len(found), **_files(gateway)}
        told["failed"] = sum(1 for each in found if each.failures)
        told["look_median"] = took[len(took) // 2] if took else None
        told["look_longest"] = took[-1] if took else None
        return told

    return work


def _files(gateway: Gateway) -> dict[str, Any]:
    with gateway.house.store.read() as connection:
        rows = connection.execute(select(message.c.name, message.c.created)).all()
    return {"files": len(rows), "arrivals": {row.name: row.created.timestamp() for row in rows}}


PARTS: dict[str, Callable[[Gateway, Path, int], Callable[[], dict[str, Any]]]] = {
    "pickup": _pickup,
    "push": _push,
    "known": _known,
    "rounds": _rounds,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

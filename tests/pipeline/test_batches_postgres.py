"""Documents that are collected on PostgreSQL: killed anywhere, and two machines at work on them."""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import delete

from gateway.pipeline import Gateway
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.replay import replay
from gateway.store import Store, batches
from gateway.store.tables import METADATA
from tests.killing import killed_at
from tests.pipeline.stub import StubTranslation
from tests.pipeline.test_batches import settings
from tests.pipeline.world import GATEWAY, Clock, World, drop, invoices, make, visible

EVERYWHERE = bool(os.environ.get("GATEWAY_KILL_EVERYWHERE"))
SHOWN = ("batch: committed",)


def files(url: str, send: str = "{batch: 3}") -> dict[str, str]:
    return settings(send) | {"gateway.yaml": f"{GATEWAY}database: {url}\n"}


def open_at(root: Path, url: str, checkpoint: object = None) -> Gateway:
    workspace = make(root, files(url))
    translation: object = StubTranslation(workspace)
    return Gateway.open(
        workspace,
        clock=Clock(),
        checkpoint=checkpoint,  # type: ignore[arg-type]
        translation=translation,  # type: ignore[arg-type]
    )


def emptied(root: Path, url: str) -> None:
    """As it was before the first run."""
    store = Store.open(url, root / "var/archive")
    with store.write() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(delete(table))
    store.close()
    shutil.rmtree(root)
    make(root, files(url))
    drop(root / "erp/in/invoice", "a.csv", invoices(["I1", "I2"]))
    drop(root / "erp/in/invoice", "b.csv", invoices(["I3", "I4"]))


def sent(root: Path) -> list[str]:
    folder = root / "acme/out"
    texts = [(folder / name).read_text() for name in visible(folder)]
    return [one.split("+")[0] for text in texts for one in text.split("BGM+380+")[1:]]


def test_killed_while_collecting_and_leaving(tmp_path: Path, postgres_ready: str) -> None:
    root, names = tmp_path / "world", list[str]()
    root.mkdir()

    def run(checkpoint: object = None) -> None:
        with open_at(root, postgres_ready, checkpoint) as gateway:
            gateway.run_once()

    emptied(root, postgres_ready)
    run(names.append)
    assert sorted(sent(root)) == ["I1", "I2", "I3"]
    last = {name: point for point, name in enumerate(names, 1) if name in SHOWN}
    assert set(last) == set(SHOWN)
    for point in range(1, len(names) + 1) if EVERYWHERE else sorted(last.values()):
        emptied(root, postgres_ready)
        killed_at(point, run)
        store = Store.open(postgres_ready, root / "var/archive")
        with store.write() as connection:  # its leases run out
            connection.exec_driver_sql("UPDATE lane SET lease = NULL")
        store.close()
        run()
        assert sorted(sent(root)) == ["I1", "I2", "I3"], (point, names[point - 1])


@pytest.mark.parametrize("round_", range(20 if EVERYWHERE else 1))
def test_what_is_replayed_while_it_leaves_is_sent_once(
    tmp_path: Path, postgres_ready: str, round_: int
) -> None:
    """Either it left, and the replay is refused; or it was taken out, and the replay leaves."""
    world = World(tmp_path, files(postgres_ready, "{batch: 8}"))
    world.erp("a.csv", invoices([f"I{n}" for n in range(7)]))
    world.run()
    rows = [row.id for row in world.rows(kind="document")]
    house = world.gateway.house
    with house.store.write() as connection:
        (batch,) = batches.find(connection)
        batches.change(connection, batch.lane, house.clock(), due=house.clock())
    house.workspace = make(tmp_path, files(postgres_ready, "{batch: 1}"))
    starts = threading.Barrier(2)
    failures: list[BaseException] = []

    def work() -> None:
        starts.wait()
        try:
            Core(house, "other").drain(batch.lane)
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=work)
    thread.start()
    starts.wait()
    refused = 0
    for id_ in reversed(rows):
        refused += len(replay(house, [id_], "a test").refused)
    thread.join()
    assert failures == []
    world.run()
    assert Counter(sent(tmp_path)) == Counter(f"I{n}" for n in range(7)), refused
    world.gateway.close()

"""The same order by two ways at the same moment, on two machines: one of them is taken."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from tests.agreement.kit import acme
from tests.pipeline.world import GATEWAY, World, drop, orders

WAYS = {"main": "4012345000009", "second": "4012345000016"}
OTHER_WAY = """\
  second:
    kind: folder
    receive: {folder: acme/second, match: "*"}
agreements:"""


@pytest.mark.parametrize(("level", "numbers"), [("number", "11"), ("message", "12")])
@pytest.mark.parametrize("policy", ["hold", "reject"])
def test_an_order_that_comes_twice_at_once(
    tmp_path: Path, postgres_ready: str, policy: str, level: str, numbers: str
) -> None:
    text = acme(f"duplicates: {{{level}: {policy}}}").replace("agreements:", OTHER_WAY)
    ours = "edifact: {id: 4012345000009, qualifier: 14"
    assert ours in text
    text = text.replace(ours, f"{ours}, also: [{{id: 4012345000016}}]")
    database = f"{GATEWAY}database: {postgres_ready}\n"
    files = {"gateway.yaml": database, "partners/acme-retail/partner.yaml": text}
    world = World(tmp_path, files)
    house = world.gateway.house
    met = threading.Event()
    for number, (name, sender) in zip(numbers, WAYS.items(), strict=True):
        folder = tmp_path / house.inboxes[f"acme-retail/{name}"].folder
        drop(folder, "a.edi", orders(name, [f"PO{number}"], sender=f"{sender}:14"))
        poll(Core(house, "intake"), house.inboxes[f"acme-retail/{name}"], at_once=True)

    def waits() -> bool:
        with house.store.read() as connection:
            asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            return bool(connection.exec_driver_sql(asked).scalar())

    def work(name: str) -> None:
        Core(house, name).drain(f"in/acme-retail/{name}")

    other = threading.Thread(target=work, args=("second",))

    def checkpoint(name: str) -> None:
        """The first one waits, with all that it wrote uncommitted, until the other is as far."""
        if name == "split: before commit" and not met.is_set():
            met.set()
            other.start()
            until = time.monotonic() + 20
            while other.is_alive() and not waits() and time.monotonic() < until:
                time.sleep(0.002)

    house.store.checkpoint = checkpoint
    work("main")
    other.join()
    assert met.is_set()
    taken = sorted(row.state for row in world.rows(kind="message"))
    assert taken == sorted(["mapped", "held" if policy == "hold" else "refused"])
    world.gateway.close()

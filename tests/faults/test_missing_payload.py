"""The bytes of one delivery are not in the archive: it waits, and keeps no other one back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.store.database import Store
from gateway.store.tables import delivery
from tests.channels.notice_peers import Mailbox, smtp_server
from tests.mail.test_send import Shop
from tests.pipeline.world import World, invoices
from tests.upload.peer import Hook, http_server
from tests.upload.world import SEND, UploadWorld


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bytes of the first delivery to a partner cannot be had."""
    real = Store.payload

    def payload(store: Store, sha: str) -> bytes:
        first = select(delivery.c.sha).where(delivery.c.purpose == "partner")
        with store.read() as connection:
            if connection.scalar(first.order_by(delivery.c.id).limit(1)) == sha:
                raise KeyError(sha)
        return real(store, sha)

    monkeypatch.setattr(Store, "payload", payload)
    yield


def states(world: World) -> list[str]:
    """Of the deliveries to the partner, in their order."""
    planned = select(delivery.c.state).where(delivery.c.purpose == "partner")
    with world.gateway.house.store.read() as connection:
        return list(connection.scalars(planned.order_by(delivery.c.id)))


def failures(world: World) -> list[str]:
    found = world.rows(kind="interchange")
    return sorted({code for row in found for code in world.codes(row.id)} - {"P113"})


@pytest.mark.usefixtures("lost")
def test_into_a_folder(tmp_path: Path) -> None:
    world = World(tmp_path)
    for number in ("I1", "I2"):
        world.erp(f"{number}.csv", invoices([number]))
    world.run()
    assert (states(world), failures(world)) == (["pending", "done"], ["T107"])
    world.gateway.close()


@pytest.mark.usefixtures("lost")
def test_by_mail(tmp_path: Path) -> None:
    with smtp_server(Mailbox()) as box:
        shop = Shop(tmp_path, box.port)
        shop.run("I1", "I2")
        assert (states(shop.world), failures(shop.world)) == (["pending", "done"], ["T458"])
        assert len(box.taken) == 1
        shop.world.gateway.close()


@pytest.mark.usefixtures("lost")
def test_by_https(tmp_path: Path) -> None:
    with http_server(Hook(status=201)) as hook:
        world = UploadWorld(tmp_path, https=SEND.format(url=f"{hook.url}/edi"))
        world.invoice("I1")
        world.invoice("I2")
        assert (states(world), failures(world)) == (["pending", "done"], ["T449"])
        assert len(hook.calls) == 1
        world.gateway.close()

"""Looks as `run` and `serve` make them: from a partner's server to the ERP, again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.remote.directory import RemoteDir
from gateway.pipeline import Gateway
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.remote import kinds
from gateway.pipeline.remote.looked import Looked
from gateway.pipeline.remote.rounds import Rounds
from tests.pipeline.stub import StubTranslation
from tests.pipeline.world import ACME, World, make, orders
from tests.remote.memory import MemoryServer
from tests.remote.site import Site, settings
from tests.sftp.sshd import KEYS, sshd
from tests.tables import make_tables

EDI = b"UNB+UNOC:3+4012345000009:14+4098765000003:14+260302:0914+1'UNZ+0+1'"
PATIENCE = 20.0
SFTP = """\
  main:
    kind: sftp
    sftp:
      host: 127.0.0.1
      port: {port}
      host_keys: ["{key}"]
      login:
        user: {user}
        keys: [{{key: "${{file:{private}}}"}}]
      receive: {{folder: out, ready: {{stable_for: 0s}}}}
      send: {{folder: in, name: "{{message}}_{{control}}.edi"}}
agreements:
"""


def until(found: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_order_on_a_partners_server_reaches_the_erp_and_is_acknowledged(tmp_path: Path) -> None:
    """Against OpenSSH: fetched, worked on, removed there, the CONTRL put there."""
    files = tmp_path / "files"
    for name in ("in", "out"):
        (files / name).mkdir(parents=True)
    (files / "out/orders.edi").write_bytes(orders("4711", ["PO1", "PO2"]))
    (files / "out/orders.edi.filepart").write_bytes(b"UNB+UNOC:3")
    with sshd(files) as server:
        key = (KEYS / "host.pub").read_text().strip()
        place = {"port": server.port, "user": server.user, "key": key, "private": KEYS / "user.key"}
        head = ACME.partition("  main:")[0]
        partner = head + SFTP.format(**place) + ACME.partition("agreements:\n")[2]
        world = World(tmp_path / "world", {"partners/acme-retail/partner.yaml": partner})
        try:
            summary = world.run()
            assert (summary.files, summary.messages, summary.problems) == (1, 2, ())
            assert len(world.orders()) == 2
            assert [path.name for path in (files / "out").iterdir()] == ["orders.edi.filepart"]
            (answer,) = (files / "in").iterdir()
            assert b"UCI+4711" in answer.read_bytes()
            assert world.run().files == 0
        finally:
            world.gateway.close()


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> dict[str, MemoryServer]:
    made = {"acme-retail": MemoryServer(), "northwind": MemoryServer()}

    async def opener(_workspace: Any, partner: str, *_more: Any) -> RemoteDir:
        return made[partner].connect()

    for server in made.values():
        server.folder("/out")
    monkeypatch.setitem(kinds.OPENERS, "sftp", opener)
    return made


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """Two partners, whose servers are looked into every second; time is real."""
    receive = "{folder: /out, schedule: {every: 1s}, ready: {stable_for: 1s}}"
    texts = settings(receive)
    acme = texts["partners/acme-retail/partner.yaml"]
    other = acme.replace("acme-retail", "northwind").replace("4012345000009", "0012345000003")
    texts["partners/northwind/partner.yaml"] = other
    workspace = make(tmp_path, texts)
    make_tables(workspace.database)
    translation: Any = StubTranslation(workspace)
    with Gateway.open(workspace, translation=translation) as opened:
        yield opened


def test_serve_looks_again_and_again_and_a_slow_partner_keeps_nobody_waiting(
    gateway: Gateway, servers: dict[str, MemoryServer]
) -> None:
    servers["northwind"].delay = 3600.0
    servers["acme-retail"].put("/out/orders.edi", EDI)
    stop = threading.Event()
    thread = threading.Thread(target=gateway.serve, args=(stop,))
    thread.start()
    try:
        until(gateway.messages)
        servers["acme-retail"].put("/out/later.edi", EDI + b" ")
        until(lambda: len([row for row in gateway.messages() if row.name == "later.edi"]))
        until(lambda: servers["northwind"].asked["connect"])
        until(lambda: not servers["acme-retail"].names("/out"))
    finally:
        servers["northwind"].delay = 0.0
        stop.set()
        thread.join(PATIENCE)
    assert not thread.is_alive()
    assert servers["acme-retail"].asked["connect"] == 1


def test_a_run_waits_for_files_to_stand_still(
    gateway: Gateway, servers: dict[str, MemoryServer]
) -> None:
    servers["acme-retail"].put("/out/orders.edi", EDI)
    servers["acme-retail"].put("/out/half.edi", EDI[:-4])
    rounds = Rounds(Core(gateway.house, gateway.name))
    rounds.once()
    rounds.close()
    assert servers["acme-retail"].names("/out") == ["half.edi"]
    assert servers["acme-retail"].asked["scan"] == 2
    assert gateway.house.tally.waiting == ["acme-retail/main: half.edi"], "told once, and no other"


@pytest.mark.parametrize(
    ("receive", "looked", "failures", "seconds"),
    [
        ("{folder: /out}", Looked(), 0, 60),
        ("{folder: /out}", Looked(again=10.0), 0, 10),
        ("{folder: /out}", Looked(again=0.0), 0, 0),
        ("{folder: /out}", Looked(again=600.0), 0, 60),
        ("{folder: /out}", None, 1, 60),
        ("{folder: /out}", None, 3, 120),
        ("{folder: /out}", None, 30, 900),
        ('{folder: /out, schedule: {cron: "0 6 * * *"}}', Looked(), 0, 20 * 3600 + 46 * 60),
        ('{folder: /out, schedule: {cron: "0 6 * * *"}}', Looked(again=10.0), 0, 10),
        ('{folder: /out, schedule: {cron: "0 6 * * *"}}', None, 1, 30),
    ],
)
def test_the_next_look_depends_on_the_one_before(
    tmp_path: Path, receive: str, looked: Looked | None, failures: int, seconds: float
) -> None:
    site = Site(tmp_path, MemoryServer().connect, receive)
    rounds = site.rounds()
    try:
        now = site.clock()
        due = rounds._next(site.source, now, looked, failures)
        assert due == now + timedelta(seconds=seconds)
    finally:
        rounds.close()
        site.close()

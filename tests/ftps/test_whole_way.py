"""A partner with an FTPS server: his orders are picked up, our invoices are put there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.pipeline.remote.kinds.ftps import server_of
from tests.ftps.peer import PASSWORD, USER, Peer, serving
from tests.pipeline.world import ACME, World, invoices, orders

AT = 1_772_442_840
FOLDER = """\
    kind: folder
    receive: {folder: acme/in, match: "*"}
    send: {folder: acme/out, name: "{message}_{control}.edi"}
"""


def channel(peer: Peer, more: str = "") -> str:
    return f"""\
    kind: ftps
    ftps:
      host: 127.0.0.1
      port: {peer.port}
      user: {USER}
      password: "${{env:ACME_FTPS}}"
      ca: server.pem
      receive: {{folder: out, match: "*.edi", ready: {{stable_for: 0s}}, after: delete}}
      send: {{folder: in, name: "{{message}}_{{control}}.edi", done: "{{name}}.ok"}}
{more}"""


def world_of(root: Path, peer: Peer, more: str = "") -> World:
    partner = ACME.replace(FOLDER, channel(peer, more))
    return World(
        root,
        {
            "partners/acme-retail/partner.yaml": partner,
            "partners/acme-retail/server.pem": peer.files[0].read_text(),
        },
    )


@pytest.fixture
def site(tls_files: tuple[Path, Path], tmp_path: Path) -> Iterator[Peer]:
    """The partner's server, which wants sessions resumed."""
    home = tmp_path / "server"
    for name in ("in", "out"):
        (home / name).mkdir(parents=True)
    with serving(Peer(tls_files, home, reuse=True)) as running:
        yield running


@pytest.fixture
def world(site: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("ACME_FTPS", PASSWORD)
    made = world_of(tmp_path / "world", site)
    yield made
    made.gateway.close()


def lay(site: Peer, name: str, data: bytes) -> Path:
    path = site.folder / "out" / name
    path.write_bytes(data)
    os.utime(path, (AT, AT))
    return path


def arrived(site: Peer, world: World) -> None:
    """Everything that was sent lies there once, whole, and has its marker beside it."""
    kinds = ("interchange", "acknowledgement")
    rows = [row for row in world.rows(direction="out") if row.kind in kinds]
    assert [row.state for row in rows] == ["delivered"] * 2
    there = {path.name: path.read_bytes() for path in (site.folder / "in").iterdir()}
    files = {name: data for name, data in there.items() if not name.endswith(".ok")}
    assert sorted(files.values()) == sorted(world.gateway.payload(row) or b"" for row in rows)
    assert set(there) == set(files) | {f"{name}.ok" for name in files}


def test_orders_come_and_invoices_go(site: Peer, world: World) -> None:
    path = lay(site, "orders 1.edi", orders())
    lay(site, "readme.txt", b"not for us")
    world.erp("i.csv", invoices(["I1"]))
    world.run()
    world.run()
    assert len(world.orders()) == 1
    assert not path.exists(), "it is ours, and deleted over there"
    arrived(site, world)
    assert all(site.resumed)


def test_the_same_file_again_makes_nothing_new(site: Peer, world: World) -> None:
    lay(site, "orders.edi", orders())
    world.run()
    lay(site, "orders.edi", orders())
    world.run()
    assert len(world.orders()) == 1


def test_a_cut_on_either_way_loses_and_doubles_nothing(site: Peer, world: World) -> None:
    large = orders(numbers=[f"PO{n}" for n in range(200)])
    lay(site, "orders.edi", large)
    site.cut = 20_000
    world.run()
    assert world.orders() == {}
    world.gateway.close()
    world.gateway = world.open()  # the pause after a failure is over
    world.run()
    (row,) = world.rows(kind="file", direction="in")
    assert world.gateway.payload(row) == large
    site.cut = 100
    world.erp("i.csv", invoices(["I1"]))
    world.run()
    world.clock.forward(minutes=1)
    world.gateway.close()
    world.gateway = world.open()
    world.run()
    arrived(site, world)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"password": "${env:NOT_THERE}"}, "NOT_THERE"),
        ({"ca": "nothing.pem"}, "nothing.pem"),
        ({"client": {"certificate": "c.pem", "key": "${file:k.pem}"}}, "c.pem"),
    ],
)
def test_what_the_settings_name_has_to_be_there(
    world: World, settings: dict[str, Any], words: str
) -> None:
    known = world.workspace.partners["acme-retail"].channels["main"].ftps
    assert known is not None
    changed = type(known).model_validate(known.model_dump() | settings)
    with pytest.raises(RemoteError) as failure:
        server_of(world.workspace, "acme-retail", changed)
    assert (failure.value.trouble, failure.value.problem.code) == ("settings", "T430")
    assert words in str(failure.value)


def test_ports_where_nothing_else_is_said(world: World) -> None:
    known = world.workspace.partners["acme-retail"].channels["main"].ftps
    assert known is not None
    for tls, port in (("explicit", 21), ("implicit", 990)):
        changed = known.model_copy(update={"tls": tls, "port": None})
        server = server_of(world.workspace, "acme-retail", changed)
        assert (server.port, server.implicit) == (port, tls == "implicit")
        assert PASSWORD not in repr(server)

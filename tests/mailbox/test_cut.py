"""The connection breaks somewhere on the wire: nothing is lost, doubled or shorter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import paramiko
import pytest

from tests.mailbox.conftest import Make
from tests.mailbox.wire import served
from tests.mailbox.world import KEYS
from tests.pipeline.world import invoices, orders
from tests.remote.proxy import proxy

DATA = orders("4711", [f"PO{number}" for number in range(100)])


@contextmanager
def client(port: int) -> Iterator[paramiko.SFTPClient]:
    """A session of paramiko."""
    key = paramiko.Ed25519Key.from_private_key_file(str(KEYS / "user.key"))
    with paramiko.Transport(("127.0.0.1", port)) as transport:
        transport.connect(username="acme", pkey=key)
        found = paramiko.SFTPClient.from_transport(transport)
        assert found is not None
        with found:
            yield found


def put(port: int, name: str) -> bool:
    """Whether it was acknowledged, which is what the partner goes by."""
    try:
        with client(port) as session:
            with session.open(f"in/{name}.part", "wb") as file:
                file.set_pipelined(True)
                file.write(DATA)
            session.posix_rename(f"in/{name}.part", f"in/{name}")
    except (OSError, EOFError, paramiko.SSHException):
        return False
    return True


def get(port: int, path: str) -> bytes | None:
    """All of it, if the session lived as long."""
    try:
        with client(port) as session, session.open(path, "rb") as file:
            return bytes(file.read())
    except (OSError, EOFError, paramiko.SSHException):
        return None


def positions(total: int, few: int) -> list[int]:
    """Bytes at which it is cut: spread over login, the file, and its end."""
    step = max(1, total // few)
    return [*range(step // 2, total, step), total - 1, total - 40, total - 150]


@pytest.mark.parametrize("few", [4, pytest.param(150, marks=pytest.mark.soak)])
def test_an_upload_is_cut(make: Make, few: int) -> None:
    world = make()
    with served(world) as port, proxy(port) as between:
        assert put(between.port, "whole.edi")
        for number, position in enumerate(positions(between.up, few)):
            between.up, between.cuts, between.cut_up = 0, 1, position
            before = len(world.files_received())
            acknowledged = put(between.port, f"{number}.edi")
            between.cut_up = None
            if acknowledged:
                assert len(world.files_received()) == before + 1
            else:
                assert put(between.port, f"{number}.edi")
            names = [row.name for row in world.rows(kind="file")]
            assert names.count(f"{number}.edi") in (1, 2), position
    assert set(world.files_received()) == {DATA}
    world.run()
    assert len(world.rows(kind="message", document="order")) == 100
    world.restart()
    assert world.left() == []


@pytest.mark.parametrize("few", [4, pytest.param(150, marks=pytest.mark.soak)])
def test_a_download_is_cut(make: Make, few: int) -> None:
    world = make(send="after: keep")
    world.erp("a.csv", invoices([f"I{number}" for number in range(50)]))
    world.run()
    row = world.row(kind="interchange")
    data, path = world.gateway.payload(row), f"out/{world.session().names('out')[0]}"
    with served(world) as port, proxy(port) as between:
        assert get(between.port, "out/none") is None
        with client(between.port) as session:
            session.stat(path)
        for position in positions(between.down + len(data or b""), few):
            between.down, between.cuts, between.cut_down = 0, 1, position
            got = get(between.port, path)
            between.cut_down = None
            assert got in (None, data), position
            (one,) = world.offered()
            if got is None and one.state == "done":  # his close came, and its answer was cut off
                break
            assert (one.state == "done") == (got is not None), position
            if got is not None:
                break
        assert get(between.port, path) == data
    assert world.offered()[0].state == "done"
    assert [each.action for each in world.record()].count("fetched") == 1

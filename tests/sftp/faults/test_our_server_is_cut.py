"""The line of a partner who uses our server is cut anywhere, or falls silent.

He does what careful programs do: he continues where he was, and looks whether a file is there when
he did not hear that it is. Then it is taken once, and what he fetches is delivered when he has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import paramiko
import pytest

from tests.mailbox.conftest import make
from tests.mailbox.wire import served
from tests.mailbox.world import KEYS, MailboxWorld
from tests.pipeline.world import invoices, orders
from tests.remote.proxy import Proxy, proxy
from tests.sftp.faults.watching import EVERY, Cut, chosen

__all__ = ["make"]
Make = Callable[..., MailboxWorld]
BLOCK = 16_384
PADDING = "\r\n" * 30_000
LOST = (OSError, EOFError, paramiko.SSHException)
# operation, way, bytes behind its beginning
PUTTING = {
    "before the handshake": ("connect", "up", 1),
    "in the handshake": ("connect", "down", 700),
    "logging in": ("login", "up", 40),
    "opening": ("open", "up", 10),
    "the answer to opening": ("open", "down", 10),
    "the first block": ("write", "up", 4_000),
    "a block in the middle": ("write", "up", 30_000),
    "the last bytes": ("write", "up", 60_500),
    "closing": ("close", "up", 1),
    "the answer to closing": ("close", "down", 1),
    "looking at it": ("stat", "down", 1),
    "renaming": ("rename", "up", 1),
    "the answer to renaming": ("rename", "down", 1),
}
GETTING = {
    "opening": ("open", "up", 10),
    "the listing": ("list", "down", 10),
    "the last bytes": ("read", "down", 5_700),
    "the first block": ("read", "down", 2_000),
    "the answer to closing": ("close", "down", 1),
    "closing": ("close", "up", 1),
    "the answer to deleting": ("remove", "down", 1),
    "deleting": ("remove", "up", 1),
}


class Partner:
    """A program of a partner; ``begins`` hears of each thing it does."""

    def __init__(self, port: int, begins: Cut) -> None:
        self._port = port
        self._begins = begins

    @contextmanager
    def session(self) -> Iterator[paramiko.SFTPClient]:
        self._begins("connect", "")
        key = paramiko.Ed25519Key.from_private_key_file(str(KEYS / "user.key"))
        with paramiko.Transport(("127.0.0.1", self._port)) as transport:
            transport.start_client(timeout=10)
            self._begins("login", "")
            transport.auth_timeout = 10
            transport.auth_publickey("acme", key)
            found = paramiko.SFTPClient.from_transport(transport)
            assert found is not None
            found.get_channel().settimeout(2)  # type: ignore[union-attr]
            with found:
                yield found

    def put(self, name: str, data: bytes) -> bool:
        """Whether he knows that it is there."""
        part, final = f"in/{name}.part", f"in/{name}"
        try:
            with self.session() as session:
                there = _size(session, part)
                if there is None and _size(session, final) == len(data):
                    return True
                # even if all of it is there: what was not closed does not count
                self._write(session, part, data, there)
                self._begins("stat", part)
                assert _size(session, part) == len(data)
                self._begins("rename", part)
                session.rename(part, final)
        except LOST:
            return False
        return True

    def _write(
        self, session: paramiko.SFTPClient, path: str, data: bytes, there: int | None
    ) -> None:
        self._begins("open", path)
        file = session.open(path, "wb" if there is None else "r+b")
        self._begins("write", path)
        file.seek(there or 0)
        for start in range(there or 0, len(data), BLOCK):
            file.write(data[start : start + BLOCK])
        file.flush()
        self._begins("close", path)
        file.close()

    def get(self, got: dict[str, bytes]) -> bool:
        """Whether he has all there is, and deleted it."""
        try:
            with self.session() as session:
                self._begins("list", "out")
                for name in session.listdir("out"):
                    self._begins("open", name)
                    file = session.open(f"out/{name}", "rb")
                    self._begins("read", name)
                    data = file.read()
                    if len(data) == file.stat().st_size:
                        got[name] = data
                    self._begins("close", name)
                    file.close()
                    self._begins("remove", name)
                    session.remove(f"out/{name}")
        except LOST:
            return False
        return True


def _size(session: paramiko.SFTPClient, path: str) -> int | None:
    try:
        return session.stat(path).st_size
    except FileNotFoundError:
        return None


def healed(between: Proxy) -> None:
    between.cut_up = between.cut_down = None


@pytest.mark.parametrize("stalls", [False, pytest.param(True, marks=pytest.mark.soak)])
def test_putting(make: Make, stalls: bool) -> None:
    world = make()
    given = []
    with served(world) as port, proxy(port, stalls=stalls) as between:
        for number, (where, how) in enumerate(PUTTING.items(), 1):
            cut = Cut(between, *how)
            partner = Partner(between.port, cut)
            data = orders(f"R{number}", [f"PO{number}"], extra=PADDING)
            given.append(data)
            sure = partner.put(f"{number}.edi", data)
            healed(between)
            assert cut.done, f"{where}: it was not cut"
            assert not sure or data in world.files_received(), f"{where}: it is not there"
            assert partner.put(f"{number}.edi", data), where
            assert world.files_received() == given, where
    world.restart()
    assert world.left() == []


@pytest.mark.parametrize("after", ["archive", pytest.param("keep", marks=pytest.mark.soak)])
@pytest.mark.parametrize("all_of_them", EVERY)
def test_getting(make: Make, after: str, all_of_them: bool) -> None:
    world = make(send=f"after: {after}")
    got: dict[str, bytes] = {}
    classes = chosen(GETTING, all_of_them=all_of_them)
    with served(world) as port, proxy(port) as between:
        for number, (where, how) in enumerate(classes, 1):
            world.erp(f"{number}.csv", invoices([f"I{number}-{each}" for each in range(30)]))
            world.run()
            cut = Cut(between, *how)
            partner = Partner(between.port, cut)
            partner.get(got)
            healed(between)
            assert cut.done, f"{where}: it was not cut"
            for each in world.offered():
                assert each.state == "prepared" or each.name in got, f"{where}: he has it not"
            assert partner.get(got), where
            made = [world.gateway.payload(row) for row in world.rows(kind="interchange")]
            assert sorted(got.values()) == sorted(data or b"" for data in made), where
            assert {each.state for each in world.offered()} == {"done"}, where
            assert world.session().names("out") == [], where
    fetched = [each.path for each in world.record() if each.action == "fetched"]
    assert len(fetched) == len(set(fetched)) == len(classes)

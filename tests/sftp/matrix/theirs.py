"""A partner's program at our server: an order goes into ``in/``, an invoice comes from ``out/``.

What a program does is a table of the same operations: put, put the rest, get a part, rename,
delete. Passwords of OpenSSH go through ``SSH_ASKPASS``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncssh
import paramiko

from tests.mailbox.wire import served
from tests.mailbox.world import MailboxWorld
from tests.pipeline.world import invoices, orders
from tests.sftp.matrix.cell import Cell
from tests.sftp.server.house import HASH, KEYS, PASSWORD

T = TypeVar("T")
HASHES = 'passwords: ["${file:acme.hash}"]'
SETTINGS = {"key": "", "password": HASHES, "both": f"{HASHES}, both: true"}
TEMPORARY = {"as .part, renamed": ".part", "as .filepart, renamed": ".filepart"}
OUT, IN = "out/INVOIC_000000001.edi", "in/orders.edi"


class Program(Protocol):
    """One program, logged in for each call."""

    def put(self, data: bytes, path: str, start: int = 0, how: str = "") -> None:
        """Write from there on; ``how``: ``append``, ``sync``."""

    def get(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """Read these bytes, and close the file."""

    def rename(self, old: str, new: str) -> None:
        """Give it another name."""

    def remove(self, path: str) -> None:
        """Delete it."""


def absent(cell: Cell) -> str:
    """What a program does not do; empty when it does."""
    if cell["client"] == "OpenSSH" and cell["download"] == "a part":
        return "it reads to the end"
    if cell["client"] == "OpenSSH" and cell["upload"] == "appended":
        return "it continues at an offset"
    if cell["client"] == "paramiko" and cell["upload"] == "synced":
        return "it has no fsync"
    return ""


def exchange(cell: Cell, root: Path) -> str:
    """Empty when all went as it should."""
    (root / "client").mkdir(parents=True)
    (root / "acme.hash").write_text(HASH)
    world = MailboxWorld(root, settings=SETTINGS[cell["login"]])
    try:
        world.erp("a.csv", invoices([f"I{number}" for number in range(20)]))
        world.run()
        with served(world) as port:
            program = PROGRAMS[cell["client"]](port, cell["login"], root / "client")
            return _up(world, program, cell["upload"]) or _down(world, program, cell["download"])
    finally:
        world.gateway.close()


def _up(world: MailboxWorld, program: Program, how: str) -> str:
    data = orders("4711", ["PO1"])
    if how in TEMPORARY:
        program.put(data, IN + TEMPORARY[how])
        if world.files_received():
            return "it was taken under its temporary name"
        program.rename(IN + TEMPORARY[how], IN)
    elif how in ("continued", "appended"):
        half = len(data) // 2
        world.session().tear("orders.edi", data[:half])
        program.put(data, IN, half, "append" if how == "appended" else "")
    else:
        program.put(data, IN, how="sync" if how == "synced" else "")
    if world.files_received() != [data]:
        return f"{[len(each) for each in world.files_received()]} bytes came of {len(data)}"
    world.run()
    found = len(world.orders())
    return "" if (found, world.left()) == (1, []) else f"{found} orders, left: {world.left()}"


def _down(world: MailboxWorld, program: Program, how: str) -> str:
    row = world.row(kind="interchange", direction="out")
    data = world.gateway.payload(row) or b""
    half = len(data) // 2
    if how in ("a part", "in two parts"):
        got = world.session().get(f"/{OUT}", 0, half, whole=False)
        if how == "a part":
            got = program.get(OUT, 0, half)
            return _state(world, "prepared") or ("" if got == data[:half] else "other bytes")
        got += program.get(OUT, half)
    else:
        got = program.get(OUT)
    if got != data:
        return f"{len(got)} bytes of {len(data)} came, or other ones"
    if found := _state(world, "done"):
        return found
    if how == "whole, renamed":
        program.rename(OUT, OUT.replace("out/", "archive/"))
    elif how == "whole, deleted":
        program.remove(OUT)
    names = world.session().names("out")
    return "" if OUT.removeprefix("out/") not in names else "it is still there"


def _state(world: MailboxWorld, wanted: str) -> str:
    """Of the invoice's delivery."""
    found = next(each.state for each in world.offered() if OUT.endswith(each.name))
    return "" if found == wanted else f"it counts as {found}, not {wanted}"


# ---- the programs


class OpenSsh:
    """``sftp``."""

    def __init__(self, port: int, login: str, folder: Path) -> None:
        self._folder = folder
        key, known, answer = (folder / name for name in ("key", "known", "answer"))
        shutil.copy(KEYS / "user.key", key)
        key.chmod(0o600)
        host = " ".join((KEYS / "host.pub").read_text().split()[:2])
        known.write_text(f"[127.0.0.1]:{port} {host}\n")
        answer.write_text(f"#!/bin/sh\necho '{PASSWORD}'\n")
        answer.chmod(0o700)
        ways = {"key": "publickey", "password": "password", "both": "publickey,password"}[login]
        options = {
            "BatchMode": "no",  # before -b, which says yes
            "PreferredAuthentications": ways,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": known,
            "LogLevel": "ERROR",
        }
        self._command = ["sftp", "-q", *(f"-o{name}={value}" for name, value in options.items())]
        self._command += ["-b", "-", "-P", str(port), "-i", str(key), "-F", "none"]
        self._command.append("acme@127.0.0.1")
        self._environment = {**os.environ, "SSH_ASKPASS": str(answer), "DISPLAY": "none"}
        self._environment["SSH_ASKPASS_REQUIRE"] = "force"

    def _run(self, command: str) -> None:
        done = subprocess.run(
            self._command,
            input=command,
            capture_output=True,
            text=True,
            cwd=self._folder,
            env=self._environment,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise OSError(f"{command}: {done.stdout}{done.stderr}")

    def put(self, data: bytes, path: str, start: int = 0, how: str = "") -> None:
        """With ``reput`` behind what is there."""
        (self._folder / "put").write_bytes(data)
        verb = "reput" if start else "put -f" if how == "sync" else "put"
        self._run(f"{verb} put {path}")

    def get(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """With ``reget`` behind what is there."""
        there = self._folder / "got"
        if start:  # how much there is counts, not what
            there.write_bytes(bytes(start))
        self._run(f"{'reget' if start else 'get'} {path} got")
        return there.read_bytes()[start:]

    def rename(self, old: str, new: str) -> None:
        """Rename."""
        self._run(f"rename {old} {new}")

    def remove(self, path: str) -> None:
        """Delete."""
        self._run(f"rm {path}")


class Paramiko:
    """paramiko."""

    def __init__(self, port: int, login: str, folder: Path) -> None:
        self._port, self._login = port, login

    @contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        with paramiko.Transport(("127.0.0.1", self._port)) as transport:
            transport.start_client(timeout=10)
            if self._login != "password":
                key = paramiko.Ed25519Key(filename=str(KEYS / "user.key"))
                transport.auth_publickey("acme", key)
            if self._login != "key":
                transport.auth_password("acme", PASSWORD)
            found = paramiko.SFTPClient.from_transport(transport)
            assert found is not None
            with found:
                yield found

    def put(self, data: bytes, path: str, start: int = 0, how: str = "") -> None:
        """Pipelined, as ``putfo`` does it."""
        mode = "ab" if how == "append" else "r+b" if start else "wb"
        with self._session() as session:
            with session.open(path, mode) as file:
                file.set_pipelined(True)
                if mode == "r+b":
                    file.seek(start)
                file.write(data[start:])
            assert session.stat(path).st_size == len(data)

    def get(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """As much as is wanted."""
        with self._session() as session, session.open(path, "rb") as file:
            file.seek(start)
            return bytes(file.read() if end is None else file.read(end - start))

    def rename(self, old: str, new: str) -> None:
        """The plain one."""
        with self._session() as session:
            session.rename(old, new)

    def remove(self, path: str) -> None:
        """Delete."""
        with self._session() as session:
            session.remove(path)


class AsyncSsh:
    """asyncssh."""

    def __init__(self, port: int, login: str, folder: Path) -> None:
        host = (KEYS / "host.pub").read_text()
        self._options: dict[str, Any] = {
            "port": port,
            "username": "acme",
            "config": None,
            "agent_path": None,
            "known_hosts": asyncssh.import_known_hosts(f"[127.0.0.1]:{port} {host}"),
            "client_keys": [] if login == "password" else [str(KEYS / "user.key")],
        }
        if login != "key":
            self._options["password"] = PASSWORD

    def _with(self, work: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
        async def whole() -> T:
            async with (
                asyncssh.connect("127.0.0.1", **self._options) as connection,
                connection.start_sftp_client() as session,
            ):
                return await work(session)

        return asyncio.run(whole())

    def put(self, data: bytes, path: str, start: int = 0, how: str = "") -> None:
        """Opened for appending, or written at an offset."""

        async def work(session: asyncssh.SFTPClient) -> None:
            mode = "ab" if how == "append" else "r+b" if start else "wb"
            async with session.open(path, mode) as file:
                if mode == "ab":
                    await file.write(data[start:])
                else:
                    await file.write(data[start:], start)
                if how == "sync":
                    await file.fsync()

        self._with(work)

    def get(self, path: str, start: int = 0, end: int | None = None) -> bytes:
        """As much as is wanted."""

        async def work(session: asyncssh.SFTPClient) -> bytes:
            async with session.open(path, "rb") as file:
                size = -1 if end is None else end - start
                return bytes(await file.read(size, start))

        return self._with(work)

    def rename(self, old: str, new: str) -> None:
        """The one of POSIX."""
        self._with(lambda session: session.posix_rename(old, new))

    def remove(self, path: str) -> None:
        """Delete."""
        self._with(lambda session: session.remove(path))


PROGRAMS: dict[str, Callable[[int, str, Path], Program]] = {
    "OpenSSH": OpenSsh,
    "paramiko": Paramiko,
    "asyncssh": AsyncSsh,
}

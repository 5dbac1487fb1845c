"""One contender on one course, in a process of its own: prints seconds, CPU seconds and files.

    python benchmarks/sftp_contenders.py WHO COURSE PORT KEY HOSTKEY REMOTE LOCAL COUNT

WHO: ``ours``, ``paramiko`` (one file after the other), ``paramiko-8`` (8 threads with a channel
each), ``openssh`` (the ``sftp`` program), ``openssh-gcm`` (the same with the cipher that we
prefer). COURSE: ``get`` or ``put``. REMOTE and LOCAL are folders. Files are named ``file-0`` … ;
what is put gets a temporary name first, and is renamed.
"""

from __future__ import annotations

import asyncio
import getpass
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile

import paramiko

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.channels.sftp.client import connect
from gateway.channels.sftp.endpoint import Key, Login, Pins, Server
from gateway.channels.sftp.session import Session

AT_ONCE = 32
PIECE = 256 * 1024


class Course:
    """What is to be done."""

    def __init__(self, arguments: list[str]) -> None:
        self.who, self.course, port, key, host_key, self.remote, local, count = arguments
        self.port, self.count = int(port), int(count)
        self.key, self.host_key, self.local = Path(key), Path(host_key), Path(local)
        self.names = [f"file-{number}" for number in range(self.count)]


def main(arguments: list[str]) -> int:
    """Run it once."""
    course = Course(arguments)
    work = CONTENDERS[course.who](course)
    began, cpu = time.perf_counter(), _cpu()
    work()
    print(time.perf_counter() - began, _cpu() - cpu, course.count)
    return 0


def _cpu() -> float:
    parts = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in parts)


# ---- ours


def _ours(course: Course) -> Callable[[], None]:
    pins = Pins(keys=(course.host_key.read_text().strip(),))
    login = Login(getpass.getuser(), keys=(Key("key", course.key.read_text()),))
    server = Server("127.0.0.1", course.port, pins, login, transfers=AT_ONCE)

    async def all_() -> None:
        session = await connect(server)
        slots = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> None:
            async with slots:
                await (_get if course.course == "get" else _put)(session, course, name)

        await asyncio.gather(*map(one, course.names))
        await session.close()

    return lambda: asyncio.run(all_())


async def _get(session: Session, course: Course, name: str) -> None:
    path = f"{course.remote}/{name}"
    found = await session.stat(path)
    assert found is not None and found.size is not None
    with (course.local / name).open("wb") as file:
        async for piece in session.read(path, 0, found.size):
            file.write(piece)


async def _put(session: Session, course: Course, name: str) -> None:
    hidden = f"{course.remote}/.{name}.tmp"
    size = await session.write(hidden, _pieces(course.local / name))
    assert size == (course.local / name).stat().st_size
    await session.rename(hidden, f"{course.remote}/{name}")


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


# ---- the others


def _paramiko(course: Course, threads: int = 1) -> Callable[[], None]:
    def client() -> paramiko.SSHClient:
        made = paramiko.SSHClient()
        made.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        key = paramiko.Ed25519Key.from_private_key_file(str(course.key))
        made.connect("127.0.0.1", course.port, getpass.getuser(), pkey=key, allow_agent=False)
        return made

    def some(made: paramiko.SSHClient, names: list[str]) -> None:
        with made.open_sftp() as sftp:
            for name in names:
                path, local = f"{course.remote}/{name}", str(course.local / name)
                if course.course == "get":
                    sftp.get(path, local)
                    continue
                sftp.put(local, f"{course.remote}/.{name}.tmp")
                sftp.rename(f"{course.remote}/.{name}.tmp", path)

    def all_() -> None:
        made = client()
        parts = [course.names[n::threads] for n in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda part: some(made, part), parts))
        made.close()

    return all_


def _openssh(course: Course, *more: str) -> Callable[[], None]:
    def all_() -> None:
        with NamedTemporaryFile("w", suffix=".batch") as batch:
            for name in course.names:
                path, local = f"{course.remote}/{name}", course.local / name
                if course.course == "get":
                    batch.write(f"get {path} {local}\n")
                    continue
                batch.write(f"put {local} {course.remote}/.{name}.tmp\n")
                batch.write(f"rename {course.remote}/.{name}.tmp {path}\n")
            batch.flush()
            options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR")
            command = ["sftp", "-q", "-P", str(course.port), "-i", str(course.key), *more]
            command += ["-b", batch.name, *(word for each in options for word in ("-o", each))]
            subprocess.run([*command, "127.0.0.1"], check=True, stdout=subprocess.DEVNULL)

    return all_


CONTENDERS: dict[str, Callable[[Course], Callable[[], None]]] = {
    "ours": _ours,
    "paramiko": _paramiko,
    "paramiko-8": lambda course: _paramiko(course, 8),
    "openssh": _openssh,
    "openssh-gcm": lambda course: _openssh(course, "-c", "aes128-gcm@openssh.com"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

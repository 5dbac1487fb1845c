"""A real PostgreSQL server for tests: started when the first test asks, ended with the session.

``postgres`` is the server of this test process, for tests that kill it; ``postgres_url`` a fresh
database in it, ``postgres_ready`` one that has the tables of today. It syncs as a server does
(fsync is on; its files are in memory where there is room, which a killed server survives as on a
disk), sorts text as people do (ICU) and wants a password, as the servers of users do. It never runs
as root. With pytest-xdist every worker has a server of its own, so that killing it disturbs nobody.
A watchdog ends the server and removes its folder when the test process itself was killed.

Without PostgreSQL the tests skip; with ``GATEWAY_REQUIRE_POSTGRESQL=1`` they fail (``.ci/run``).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.memory import folder_in_memory

OLDEST = 14
MISSING = f"needs PostgreSQL {OLDEST} or later: apt install postgresql"
REQUIRE = "GATEWAY_REQUIRE_POSTGRESQL"
PATIENCE = 30.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "log_min_messages": "fatal",
    "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
}
_LOCALES = (
    ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"],
    ["--locale=C"],  # built without ICU, or before version 15
)
_NUMBERS = itertools.count(1)


class Server:
    """A server of its own, in a folder of its own."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="gwpg", dir=folder_in_memory()))
        self.port = free_port()
        self.password = secrets.token_hex(12)
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None
        self._template = ""
        self._copy: str | None = None
        self._initialise()
        self._watchdog = self._watch()

    # ---- life and death

    def start(self) -> None:
        """Start it, and wait until it answers; nothing to do when it runs."""
        until = time.monotonic() + PATIENCE
        while not self.alive():
            self._process = self._spawn()
            while self.alive() and not self.answers():
                if time.monotonic() > until:
                    raise TimeoutError(f"PostgreSQL does not answer: {self.log()[-2000:]}")
                time.sleep(0.02)
            if not self.alive() and time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL does not start: {self.log()[-2000:]}")

    def stop(self, *, immediate: bool = False) -> None:
        """End it as an administrator does: ``fast``, or ``immediate`` (recovers at the start)."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self._process.wait(PATIENCE)
            self._process = None

    def kill9(self) -> None:
        """All of its processes at once, as when the machine loses its power."""
        if self._process is None:
            return
        _kill(self._process.pid, signal.SIGSTOP)  # so that it has no more children
        children = _children(self._process.pid)
        for pid in (self._process.pid, *children):
            _kill(pid, signal.SIGKILL)
        self._process.wait(PATIENCE)
        self._process = None
        until = time.monotonic() + PATIENCE
        while any(_parent(pid) is not None for pid in children):
            if time.monotonic() > until:
                raise TimeoutError("processes of PostgreSQL survive SIGKILL")
            time.sleep(0.01)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It neither answers nor breaks off, as when the network swallows everything."""
        assert self._process is not None
        pids = [self._process.pid]
        _kill(pids[0], signal.SIGSTOP)
        pids += _children(pids[0])
        for pid in pids[1:]:
            _kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in reversed(pids):
                _kill(pid, signal.SIGCONT)

    def restart(self, *, immediate: bool = False) -> None:
        """Stop, and start again at the same address."""
        self.stop(immediate=immediate)
        self.start()

    def alive(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Whether somebody could work with it."""
        try:
            with psycopg.connect(self.dsn(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def close(self) -> None:
        """End it for good."""
        self.stop(immediate=True)
        assert self._watchdog.stdin is not None
        self._watchdog.stdin.close()
        self._watchdog.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- databases

    def dsn(self, database: str = "postgres") -> str:
        """For psycopg."""
        return f"postgresql://gateway:{self.password}@127.0.0.1:{self.port}/{database}"

    def url(self, database: str = "postgres") -> str:
        """For the gateway's settings (SQLAlchemy)."""
        return self.dsn(database).replace("postgresql://", "postgresql+psycopg://")

    def create(self, like: str = "template1") -> str:
        """A new database, empty or a copy of another one; its name."""
        name = f"t{os.getpid()}_{next(_NUMBERS)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {like} {self._copied()}")
        return name

    def create_ready(self) -> str:
        """A new database with the tables of today; its name. The gateway made them once."""
        if not self._template:
            from gateway.store import Store  # noqa: PLC0415 (most tests have no server)

            template = self.create()
            Store.open(self.url(template), self.folder / "archive").close()
            self._template = template
        return self.create(self._template)

    def drop(self, database: str) -> None:
        """Away with it, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement by itself; its rows, if it has any."""
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def connected(self, database: str) -> list[str]:
        """Who is connected to a database: application names, sorted."""
        found = self.execute(
            f"SELECT application_name FROM pg_stat_activity WHERE datname = '{database}'"
        )
        return sorted(str(name) for (name,) in found)

    def log(self) -> str:
        """What the server said."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    # ---- how

    def _copied(self) -> str:
        """How a database is made of another: as files, which costs less than through the log."""
        if self._copy is None:
            ((version,),) = self.execute("SHOW server_version_num")
            self._copy = "STRATEGY file_copy" if int(str(version)) >= 150_000 else ""
        return self._copy

    def _initialise(self) -> None:
        (self.folder / "password").write_text(self.password)
        if self._account is not None:
            for path in (self.folder, self.folder / "password"):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        command = [self.binaries / "initdb", "-D", self.folder / "data", "-U", "gateway", "-N"]
        command += ["-E", "UTF8", "-A", "scram-sha-256", "--pwfile", self.folder / "password"]
        for locale in _LOCALES:
            shutil.rmtree(self.folder / "data", ignore_errors=True)
            done = subprocess.run(
                [*command, *locale], capture_output=True, check=False, **self._who()
            )
            if done.returncode == 0:
                return
        raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace')}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [str(self.binaries / "postgres"), "-D", str(self.folder / "data")]
        command += ["-p", str(self.port), "-k", str(self.folder)]
        for name, value in _SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command, stdout=log, stderr=log, start_new_session=True, **self._who()
            )

    def _watch(self) -> subprocess.Popen[bytes]:
        """Waits for the end of this process, however it comes, and tidies up after it."""
        script = 'cat >/dev/null; "$1/pg_ctl" -D "$2/data" -m immediate stop; rm -rf "$2"'
        return subprocess.Popen(
            ["/bin/sh", "-c", script, "watchdog", str(self.binaries), str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._who(),
        )

    def _who(self) -> dict[str, object]:
        """For ``subprocess``: as whom, and where."""
        who: dict[str, object] = {"cwd": "/"}
        if self._account is not None:
            who |= {"user": self._account.pw_uid, "group": self._account.pw_gid}
            who |= {"extra_groups": []}
        return who


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL of this machine."""
    found = {}
    on_path = shutil.which("postgres")
    places = [Path(on_path).resolve().parent] if on_path else []
    for folder in (*places, *Path("/usr/lib/postgresql").glob("*/bin")):
        if all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb", "pg_ctl")):
            told = subprocess.run([folder / "postgres", "-V"], capture_output=True, check=False)
            match = re.search(rb"\d+", told.stdout)
            if match and int(match[0]) >= OLDEST:
                found[int(match[0])] = folder
    return found[max(found)] if found else None


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; another account then."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no account postgres or nobody to run PostgreSQL as")


def _children(pid: int) -> list[int]:
    every = (int(each.name) for each in Path("/proc").glob("[0-9]*"))
    return [each for each in every if _parent(each) == pid]


def _parent(pid: int) -> int | None:
    """The parent of a process that lives."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if words[0] == "Z" else int(words[1])


def _kill(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[Server]:
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get(REQUIRE):
            pytest.fail(f"{MISSING} ({REQUIRE} is set)")
        pytest.skip(MISSING)
    server = Server(binaries)
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture
def postgres(_postgres_server: Server) -> Iterator[Server]:
    """The server of this test process: running before the test, whatever the one before did."""
    _postgres_server.start()
    yield _postgres_server
    _postgres_server.start()


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """A fresh, empty database, ``postgresql+psycopg://…``; dropped after the test."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.start()
    postgres.drop(name)


@pytest.fixture
def postgres_ready(postgres: Server) -> Iterator[str]:
    """A fresh database that has the tables of today; dropped after the test."""
    name = postgres.create_ready()
    yield postgres.url(name)
    postgres.start()
    postgres.drop(name)

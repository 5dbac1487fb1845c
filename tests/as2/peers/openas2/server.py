"""An OpenAS2 in a process of its own for the time of a test, on ports that are free."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from tests.as2.peers.openas2 import settings
from tests.as2.peers.openas2.settings import Partnership
from tests.as2.peers.places import openas2_jars

START = 60.0
"""Seconds that a Java on a busy machine may need."""


def free_port() -> int:
    """One that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def wait_for(done: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true in time; looks fifty times a second."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


class OpenAS2:
    """The peer: ``with OpenAS2(folder, partnerships, key="acme") as peer``."""

    def __init__(
        self,
        folder: Path,
        partnerships: Sequence[Partnership],
        *,
        key: str = "acme",
        tracking: bool = False,
        mdn_port: int = 0,
    ) -> None:
        self.folder = folder
        self.port, self.mdn_port = free_port(), mdn_port or free_port()
        self.config = settings.write(
            folder, self.port, self.mdn_port, partnerships, key=key, tracking=tracking
        )
        self.log = folder / "log.txt"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it takes messages."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def mdn_url(self) -> str:
        """Where it takes asynchronous receipts."""
        return f"http://127.0.0.1:{self.mdn_port}/"

    def __enter__(self) -> OpenAS2:
        jars = openas2_jars()
        assert jars is not None, "OpenAS2 is not installed: make interop"
        # its own table of types lets multipart/report fall through, so that unsigned receipts
        # end in an exception; a mailcap in the home folder names it
        (self.folder / ".mailcap").write_text(settings.MAILCAP)
        command = ["java", "-Xmx512m", "-Djava.net.preferIPv4Stack=true"]
        command += [f"-Duser.home={self.folder}"]
        command += [f"-Dlogback.configurationFile={self.config.parent / 'logback.xml'}"]
        command += [f"-Dopenas2.config.file={self.config}", "-cp", f"{jars}/*"]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "org.openas2.app.OpenAS2Server"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        if not wait_for(self._ready, START):
            self._stop()
            raise RuntimeError(f"OpenAS2 did not start:\n{self.log.read_text()[-3000:]}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def cpu_seconds(self) -> float:
        """What the process has used, itself and its threads."""
        assert self._process is not None
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Resident bytes."""
        assert self._process is not None
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def send(self, kind: str, sender: str, receiver: str, name: str, data: bytes) -> None:
        """Put a file where it is picked up; half a file is never seen."""
        draft = self.folder / "draft"
        draft.write_bytes(data)
        shutil.move(draft, self.folder / "outbox" / kind / f"{sender}-{receiver}-{name}")

    def inbox_names(self) -> set[str]:
        """What came in, by Message-ID without its brackets."""
        return {path.name for path in (self.folder / "data/inbox").glob("*")}

    def document(self, name: str) -> bytes:
        """One of them."""
        return (self.folder / "data/inbox" / name).read_bytes()

    def sent(self) -> set[str]:
        """Names of the files that it sent and got a good receipt for."""
        return {path.name for path in (self.folder / "data/sent").glob("*")}

    def failed(self) -> set[str]:
        """Those whose sending or receipt was not good."""
        return {path.name for path in (self.folder / "data/error").glob("*")}

    def receipts(self) -> dict[str, bytes]:
        """The MDNs it got, by the Message-ID of the message."""
        folder = self.folder / "data/mdn"
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def _ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"OpenAS2 ended:\n{self.log.read_text()[-3000:]}")
        try:
            for port in (self.port, self.mdn_port):
                socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

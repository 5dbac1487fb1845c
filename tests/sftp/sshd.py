"""A real OpenSSH server on a random port of loopback, for tests.

``with sshd(folder) as server`` runs one whose files start in ``folder``; whoever runs the tests
logs in with the keys of ``tests/sftp/keys``. It works as root and as a user. Without OpenSSH the
tests skip; with ``GATEWAY_REQUIRE_OPENSSH=1`` they fail (``.ci/run``).
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.memory import folder_in_memory

KEYS = Path(__file__).parent / "keys"
MISSING = "needs OpenSSH: apt install openssh-server openssh-client"
REQUIRE = "GATEWAY_REQUIRE_OPENSSH"
PATIENCE = 15.0
_PRIVILEGES = Path("/run/sshd")
"""Where a server of root locks itself up."""


@dataclass(slots=True)
class Sshd:
    """A server that runs."""

    port: int
    user: str
    folder: Path
    """Where a login ends."""
    log: list[str] = field(default_factory=list)
    """What it told, line by line."""


def require_openssh() -> None:
    """Skip where OpenSSH is missing, or fail where it has to be there."""
    if all(map(shutil.which, ("ssh", "sftp", "ssh-keygen"))) and _binary() is not None:
        return
    if os.environ.get(REQUIRE) == "1":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


def _binary() -> str | None:
    return shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def sshd(
    folder: Path,
    *,
    host_keys: Sequence[str] = ("host",),
    users: Sequence[str] = ("user", "user-protected", "user-ecdsa", "user-rsa"),
    settings: Sequence[str] = (),
    sftp: str = "internal-sftp",
) -> Iterator[Sshd]:
    """A server; ``settings`` are further lines of its configuration, which count first."""
    require_openssh()
    with tempfile.TemporaryDirectory(prefix="gateway-sshd-", dir=folder_in_memory()) as place:
        config = _configured(Path(place), folder, host_keys, users, settings, sftp)
        with _running(config, folder) as server:
            yield server


def _configured(
    place: Path,
    folder: Path,
    host_keys: Sequence[str],
    users: Sequence[str],
    settings: Sequence[str],
    sftp: str,
) -> Path:
    for name in host_keys:
        shutil.copy(KEYS / f"{name}.key", place / name)
        (place / name).chmod(0o600)
    authorized = "".join((KEYS / f"{name}.pub").read_text() for name in users)
    (place / "authorized").write_text(authorized)
    (place / "principals").write_text("acme\n")
    lines = [
        *settings,
        "ListenAddress 127.0.0.1",
        *(f"HostKey {place / name}" for name in host_keys),
        f"AuthorizedKeysFile {place / 'authorized'}",
        f"TrustedUserCAKeys {KEYS / 'ca.pub'}",
        f"AuthorizedPrincipalsFile {place / 'principals'}",
        "PidFile none",
        "StrictModes no",
        "UsePAM no",
        "UseDNS no",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "MaxStartups 100",
        f"Subsystem sftp {sftp}" + (f" -d {folder}" if sftp == "internal-sftp" else ""),
    ]
    config = place / "sshd_config"
    config.write_text("\n".join(lines) + "\n")
    return config


@contextmanager
def _running(config: Path, folder: Path) -> Iterator[Sshd]:
    if os.geteuid() == 0:
        _PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
    port = _free_port()
    command = [str(_binary()), "-D", "-e", "-f", str(config), "-p", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace")
    server = Sshd(port, getpass.getuser(), folder)
    ready = threading.Event()
    reader = threading.Thread(target=_read, args=(process, server, ready), daemon=True)
    reader.start()
    try:
        if not ready.wait(PATIENCE) or process.poll() is not None:
            pytest.fail("sshd does not start: " + " ".join(server.log))
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
        reader.join(PATIENCE)
        if process.stderr is not None:
            process.stderr.close()


def _read(process: subprocess.Popen[str], server: Sshd, ready: threading.Event) -> None:
    assert process.stderr is not None
    with suppress(ValueError):
        for line in process.stderr:
            server.log.append(line.rstrip())
            if "Server listening" in line:
                ready.set()
    ready.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

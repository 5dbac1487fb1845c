"""The mailbox of a world behind the real server, and a partner who comes with OpenSSH."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.web.mailboxes import mailboxes
from tests.mailbox.world import KEYS, MailboxWorld


@contextmanager
def served(world: MailboxWorld) -> Iterator[int]:
    """The port at which it is served meanwhile."""
    with mailboxes(world.gateway) as where:
        assert where is not None
        yield int(where.rpartition(":")[2])


class Sftp:
    """``sftp`` of OpenSSH, one session for each batch of commands."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        key, known = folder / "key", folder / "known"
        key.write_bytes((KEYS / "user.key").read_bytes())
        key.chmod(0o600)
        host = " ".join((KEYS / "host.pub").read_text().split()[:2])
        known.write_text(f"[127.0.0.1]:{port} {host}\n")
        options = (f"UserKnownHostsFile={known}", "IdentitiesOnly=yes", "LogLevel=ERROR")
        self._command = ["sftp", "-q", "-b", "-", "-P", str(port), "-i", str(key), "-F", "none"]
        for each in options:
            self._command += ["-o", each]
        self._command.append("acme@127.0.0.1")

    def __call__(self, *commands: str) -> tuple[int, str]:
        """Its exit code, and what it printed."""
        done = subprocess.run(
            self._command,
            input="\n".join(commands),
            capture_output=True,
            text=True,
            cwd=self.folder,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

"""A workspace with mailboxes, and the server of it, for one test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.channels.sftp.server.login import Pauses
from gateway.channels.sftp.server.service import serving
from gateway.config import Workspace, load_workspace
from tests.sftp.server.hosting import MemoryHosting

KEYS = Path(__file__).parents[1] / "keys"
PASSWORD = "correct horse"
HASH = (
    "$argon2id$v=19$m=8,t=1,p=1$xZUl12QqfEFrEOuPEDs7cA$87uNRUbLnA3Ny7QitX8VEOaXUDU+dAxsXggc0r/hHT0"
)
"""Of the password; as cheap as Argon2 can be."""
OWN = "name: Our Company\nidentities:\n  edifact: {id: 4098765000003, qualifier: 14}\n"
QUICK = Pauses(user=0.0, refusal=0.02)


@dataclass
class Served:
    """A server at work."""

    port: int
    hosting: MemoryHosting
    root: Path


def workspace(root: Path, partners: Mapping[str, Any], **mailboxes: Any) -> Workspace:
    """A workspace whose partners have mailboxes: channel settings by partner."""
    own = {"listen": "127.0.0.1:0", "host_keys": ["${file:host.key}"], **mailboxes}
    (root / "gateway.yaml").write_text(yaml.safe_dump({"schema": 1, "mailboxes": own}))
    (root / "partners").mkdir(exist_ok=True)
    (root / "partners" / "_own.yaml").write_text(OWN)
    for name in ("host", "host-new", "host-rsa"):
        shutil.copy(KEYS / f"{name}.key", root)
    for name, mailbox in partners.items():
        folder = root / "partners" / name
        (folder / "keys").mkdir(parents=True, exist_ok=True)
        for key in KEYS.glob("*.pub"):
            shutil.copy(key, folder / "keys")
        settings = {
            "partner": name,
            "name": name,
            "identities": {"edifact": {"id": "4012345000009", "qualifier": 14}},
            "channels": {"main": {"kind": "mailbox", "mailbox": mailbox}},
        }
        (folder / "partner.yaml").write_text(yaml.safe_dump(settings))
    found, problems = load_workspace(root)
    assert found is not None, problems
    return found


def acme(**more: Any) -> dict[str, Any]:
    """A mailbox with one key."""
    return {"user": "acme", "keys": [{"file": "keys/user.pub"}], **more}


@contextmanager
def served(
    root: Path,
    mailbox: Mapping[str, Any] | None = None,
    hosting: MemoryHosting | None = None,
    pauses: Pauses = QUICK,
    **mailboxes: Any,
) -> Iterator[Served]:
    """Serve one mailbox of `acme-retail`."""
    found = workspace(root, {"acme-retail": mailbox or acme()}, **mailboxes)
    kept = hosting or MemoryHosting()
    assert found.settings.mailboxes is not None
    with serving(found, found.settings.mailboxes, kept, pauses) as where:
        yield Served(where.port, kept, root)

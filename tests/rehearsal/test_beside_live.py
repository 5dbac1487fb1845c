"""A rehearsal beside a house at work: nothing of it is read, written, numbered or connected to."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.pipeline import Gateway
from gateway.pipeline.rehearsal.rehearse import rehearse
from tests.pipeline.world import drop
from tests.rehearsal.conftest import AT, HERE

SCENARIOS = () if os.environ.get("GATEWAY_KILL_EVERYWHERE") else ("new-order",)
"""All of them, or one."""


def everything(root: Path) -> dict[str, object]:
    """Each file of the house with its bytes and time, and each row of its database."""
    found: dict[str, object] = {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith("gateway.db")
    }
    found |= {str(path.relative_to(root)): None for path in root.rglob("*") if path.is_dir()}
    connection = sqlite3.connect(f"file:{root}/var/gateway.db?mode=ro", uri=True)
    found["database"] = list(connection.iterdump())
    connection.close()
    return found


def test_the_house_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(shutil.copytree(HERE / "workspace", tmp_path / "shop"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    with Gateway.open(workspace, clock=lambda: AT) as gateway:
        gateway.run_once()
        for inbox in gateway.inboxes:  # what waits there is the live house's alone
            drop(inbox.folder, "waits.csv", b"something that is not yet taken")
        before = everything(root)

        def refuse(*_to: object) -> None:
            raise AssertionError("a rehearsal connects to nobody")

        for name in ("connect", "connect_ex", "bind"):
            monkeypatch.setattr(socket.socket, name, refuse)
        done = rehearse(workspace, workspace.partners["acme-retail"], AT, only=SCENARIOS)
        assert done
        assert {one.result for one in done} == {"passed"}
        assert everything(root) == before
    assert list(temporary.iterdir()) == []

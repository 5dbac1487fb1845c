"""From the settings of a channel to a connection: secrets, files, and what is wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.config import Workspace, load_workspace
from gateway.pipeline.remote import kinds
from gateway.pipeline.remote.kinds import sftp
from gateway.telemetry.secrets import MASK, clean
from tests.sftp.client.world import KEYS, public
from tests.sftp.peer import Peer, peer

PASSWORD = "open, please, 4711"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peer(tmp_path_factory.mktemp("files"), password=PASSWORD) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path, running: Peer) -> Path:
    (tmp_path / "gateway.yaml").write_text("schema: 1\n")
    partner = tmp_path / "partners" / "northwind"
    partner.mkdir(parents=True)
    (partner / "known_hosts").write_text(f"[127.0.0.1]:{running.port} {public('host')}\n")
    own = "schema: 1\nname: Our Company\nidentities: {gln: 4098765000003}\n"
    (tmp_path / "partners" / "_own.yaml").write_text(own)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "acme.key").write_bytes((KEYS / "user.key").read_bytes())
    (secrets / "password").write_text(PASSWORD + "\n")
    return tmp_path


def workspace(
    root: Path, port: int, login: str, pins: str = "known_hosts: known_hosts"
) -> Workspace:
    (root / "partners" / "northwind" / "partner.yaml").write_text(
        "schema: 1\n"
        "partner: northwind\nname: Northwind\n"
        "identities: {gln: 4012345000009}\n"
        "channels:\n"
        "  main:\n"
        "    kind: sftp\n"
        "    sftp:\n"
        "      host: 127.0.0.1\n"
        f"      port: {port}\n"
        f"      {pins}\n"
        f"      login: {{user: acme, {login}}}\n"
        "      transfers: 7\n"
        "      receive: {folder: out}\n"
    )
    found, problems = load_workspace(root)
    assert found is not None and "northwind" in found.partners, problems
    return found


def connected(workspace: Workspace) -> int:
    channel = workspace.partners["northwind"].channels["main"]

    async def whole() -> int:
        made = await kinds.connect(workspace, "northwind", "main", channel)
        transfers = made.abilities.transfers
        await made.close()
        return transfers

    return asyncio.run(whole())


LOGINS = [
    'keys: [{key: "${file:secrets/acme.key}"}]',
    'password: "${file:secrets/password}"',
    'password: "${env:NORTHWIND_PASSWORD}"',
]


@pytest.mark.parametrize("login", LOGINS)
def test_a_channel_logs_in_with_what_its_settings_refer_to(
    root: Path, running: Peer, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NORTHWIND_PASSWORD", PASSWORD)
    assert connected(workspace(root, running.port, login)) == 7
    if "password" in login:
        assert clean(f"it said {PASSWORD}") == f"it said {MASK}"


BROKEN = [
    (
        'password: "${env:NOT_SET_ANYWHERE}"',
        "known_hosts: known_hosts",
        "T300",
        "${env:NOT_SET_ANYWHERE} cannot be used: this environment variable is not set",
    ),
    (
        'keys: [{key: "${file:secrets/gone.key}"}]',
        "known_hosts: known_hosts",
        "T300",
        "${file:secrets/gone.key} cannot be used: No such file or directory",
    ),
    (
        'keys: [{key: "${file:secrets/acme.key}", certificate: acme-cert.pub}]',
        "known_hosts: known_hosts",
        "T301",
        "the certificate acme-cert.pub cannot be used: No such file or directory",
    ),
    (
        'keys: [{key: "${file:secrets/acme.key}"}]',
        "known_hosts: gone",
        "T302",
        "the pinned host keys in gone cannot be used: No such file or directory",
    ),
    (
        'keys: [{key: "${file:secrets/acme.key}"}]',
        "known_hosts: leads/out",
        "T302",
        "leads/out cannot be used: it lies outside of the partner's folder",
    ),
]


@pytest.mark.parametrize(("login", "pins", "code", "words"), BROKEN, ids=[b[3] for b in BROKEN])
def test_what_cannot_be_used_is_told_before_anybody_is_called(
    root: Path, running: Peer, login: str, pins: str, code: str, words: str
) -> None:
    (root / "partners" / "northwind" / "leads").symlink_to(root / "secrets")
    (root / "secrets" / "out").write_text("x")
    before = running.connections
    with pytest.raises(RemoteError) as found:
        connected(workspace(root, running.port, login, pins))
    assert (found.value.trouble, found.value.problem.code) == ("settings", code)
    assert words in str(found.value)
    assert running.connections == before


def test_no_secret_is_shown_by_what_holds_it(root: Path, running: Peer) -> None:
    made = workspace(root, running.port, LOGINS[1])
    settings = made.partners["northwind"].channels["main"].sftp
    assert settings is not None
    server = sftp.server(made, "northwind", settings)
    assert server.login.password == PASSWORD
    assert PASSWORD not in repr(server)

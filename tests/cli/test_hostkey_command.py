"""`gateway channel hostkey`: what a server shows beside what is pinned; a key for our own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.sftp.client.world import public
from tests.sftp.peer import Peer, peer


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peer(tmp_path_factory.mktemp("files"), host_keys=("host", "host-rsa")) as made:
        yield made


def fingerprint(name: str) -> str:
    return asyncssh.import_public_key(public(name)).get_fingerprint()


def workspace(root: Path, port: int, pinned: str) -> Path:
    (root / "gateway.yaml").write_text("schema: 1\n")
    partner = root / "partners" / "northwind"
    partner.mkdir(parents=True)
    own = "schema: 1\nname: Our Company\nidentities: {gln: 4098765000003}\n"
    (root / "partners" / "_own.yaml").write_text(own)
    (partner / "partner.yaml").write_text(
        "schema: 1\npartner: northwind\nname: Northwind\nidentities: {gln: 4012345000009}\n"
        "channels:\n  main:\n    kind: sftp\n    sftp:\n"
        f"      host: 127.0.0.1\n      port: {port}\n"
        f'      host_keys: ["{pinned}"]\n'
        '      login: {user: acme, password: "${env:NOT_SET_ANYWHERE}"}\n'
        "      receive: {folder: out}\n"
    )
    return root


def run(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-w", str(root), "channel", "hostkey", *words])


def test_the_keys_of_a_server_are_shown_beside_what_is_pinned(
    running: Peer, tmp_path: Path
) -> None:
    running.attempts.clear()
    root = workspace(tmp_path, running.port, fingerprint("host-rsa"))
    found = run(root, "northwind")
    assert found.exit_code == 0, found.output
    assert f"{fingerprint('host')}  ssh-ed25519  not pinned" in found.output
    assert f"{fingerprint('host-rsa')}  ssh-rsa  pinned" in found.output
    assert "host_keys:" not in found.output
    assert running.attempts == []  # nobody logged in, and no secret was needed


def test_a_server_that_shows_another_key_is_found_out(running: Peer, tmp_path: Path) -> None:
    root = workspace(tmp_path, running.port, fingerprint("host-new"))
    found = run(root, "northwind", "main")
    assert found.exit_code == 1
    assert f"{fingerprint('host-new')}  pinned, and not shown" in found.output
    assert "Ask the partner for the fingerprint by a way that is not this connection" in (
        found.output
    )
    assert f"  - {public('host').rsplit(' ', 1)[0]}" in found.output
    told = json.loads(run(root, "northwind", "--json").output)
    assert [each["verdict"] for each in told["shown"]] == ["strange", "strange"]
    assert told["pinned"] == [fingerprint("host-new")]


def test_a_server_that_is_in_no_settings_yet(running: Peer, tmp_path: Path) -> None:
    found = run(tmp_path, "--host", "127.0.0.1", "--port", str(running.port))
    assert found.exit_code == 0, found.output
    assert fingerprint("host") in found.output and "host_keys:" in found.output


def test_a_server_that_is_not_there_is_told(running: Peer, tmp_path: Path) -> None:
    found = run(tmp_path, "show", "--host", "127.0.0.1", "--port", "1", "--json")
    assert found.exit_code == 1
    assert json.loads(found.output)["problem"]["code"] == "T306"
    found = run(tmp_path, "--host", "127.0.0.1", "--port", "1")
    assert "T306" in found.output and "nobody listens on this port" in found.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), ""),
        (("show",), "name a partner, or a server with --host"),
        (("contoso",), "there is no partner contoso; there are northwind"),
        (("northwind", "other"), "northwind has no such channel by SFTP; there is main"),
    ],
)
def test_wrong_use_is_told(
    running: Peer, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    found = run(workspace(tmp_path, running.port, fingerprint("host")), *words)
    assert found.exit_code == 2
    assert said in found.output


def test_a_host_key_is_made_once(tmp_path: Path) -> None:
    found = run(tmp_path, "new", "secrets/host.key")
    assert found.exit_code == 0, found.output
    file = tmp_path / "secrets" / "host.key"
    assert file.stat().st_mode & 0o777 == 0o600
    made = asyncssh.read_private_key(file)
    assert made.get_fingerprint() in found.output
    assert '["${file:secrets/host.key}"]' in found.output
    assert (tmp_path / "secrets" / "host.key.pub").read_text().startswith("ssh-ed25519 ")
    again = run(tmp_path, "new", "secrets/host.key")
    assert again.exit_code == 2
    assert "is there already" in again.output
    assert asyncssh.read_private_key(file).get_fingerprint() == made.get_fingerprint()
    told = json.loads(run(tmp_path, "new", "secrets/next.key", "--json").output)
    assert told["settings"] == "${file:secrets/next.key}"

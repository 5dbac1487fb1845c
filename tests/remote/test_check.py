"""What `gateway check` finds of secrets, keys and passwords, before anybody is connected to."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import pytest

from gateway.channels.sftp.server.passwords import hash_of
from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.config import load_workspace
from gateway.pipeline.remote.check import connection_problems
from tests.sftp.sshd import KEYS

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PIN = "SHA256:p3fpxqXjspRVb0KzU6iafL9ovClgHlSpQHI7kCbaXb8"
PARTNER = """\
schema: 1
partner: acme-retail
name: Acme Retail
identities:
  gln: 4012345000009
channels:
  main:
    kind: {kind}
    {kind}:
{settings}
"""
SFTP = """\
      host: sftp.acme-retail.example
      host_keys: [{pin}]
      login: {{user: us, {login}}}
      send: {{folder: /in}}
"""
KEY = 'keys: [{key: "${file:secrets/us.key}"}]'
MAILBOX = """\
      user: acme
      keys: [{file: acme.pub}]
      passwords: ["${file:secrets/acme.hash}"]
"""
HOUSE = 'mailboxes: {listen: "127.0.0.1:2222", host_keys: ["${file:secrets/host.key}"]}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace in whose folders everything is right."""
    write_workspace(tmp_path, PARTNERS)
    rmtree(tmp_path / "partners/northwind")
    (tmp_path / "secrets").mkdir()
    with (tmp_path / "gateway.yaml").open("a") as settings:
        settings.write(HOUSE)
    for name, kept in (("user", "us"), ("user-protected", "protected"), ("host", "host")):
        (tmp_path / f"secrets/{kept}.key").write_text((KEYS / f"{name}.key").read_text())
    (tmp_path / "secrets/acme.hash").write_text(hash_of("seven green bottles"))
    (tmp_path / "partners/acme-retail/acme.pub").write_text((KEYS / "user.pub").read_text())
    return tmp_path


def found(root: Path, kind: str, settings: str) -> list[str]:
    """Code, line and sentence of each problem."""
    text = PARTNER.format(kind=kind, settings=settings)
    (root / "partners/acme-retail/partner.yaml").write_text(text)
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    told = connection_problems(workspace, NOW)
    return [f"{each.code} {each.place.line} {each.sentence}" for each in told]


def sftp(login: str, pin: str = PIN) -> str:
    return SFTP.format(login=login, pin=pin)


def test_what_is_right_has_no_problem(root: Path) -> None:
    assert found(root, "sftp", sftp(KEY)) == []
    assert found(root, "mailbox", MAILBOX) == []


def test_secrets_that_are_not_there(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(os.environ, "ACME_PASSWORD", raising=False)
    assert found(root, "sftp", sftp('password: "${env:ACME_PASSWORD}"')) == [
        "C497 12 password: ${env:ACME_PASSWORD} cannot be read: this environment variable is not "
        "set"
    ]
    monkeypatch.setenv("ACME_PASSWORD", "seven")
    assert found(root, "sftp", sftp('password: "${env:ACME_PASSWORD}"')) == []
    tokens = '      receive: {tokens: ["${file:secrets/none}"]}\n'
    assert found(root, "https", tokens) == [
        "C497 10 tokens: ${file:secrets/none} cannot be read: No such file or directory "
        f"({root}/secrets/none)"
    ]


@pytest.mark.parametrize(
    ("login", "pin", "told"),
    [
        (KEY.replace("us.key", "us.pub"), PIN, "T300 9 ${file:secrets/us.pub} cannot be used: it "
         "is a public key; the private one belongs here"),
        (KEY.replace("us.key", "protected.key"), PIN, "T300 9 ${file:secrets/protected.key} cannot "
         "be used: it is protected by a passphrase, and none is set"),
        (KEY, "ssh-ed25519 AAAA", "T302 9 the pinned host keys in host_keys cannot be used: “ssh-"
         "ed25519 AAAA…” is no public key"),
    ],
)  # fmt: skip
def test_keys_that_are_none(root: Path, login: str, pin: str, told: str) -> None:
    (root / "secrets/us.pub").write_text((KEYS / "user.pub").read_text())
    assert found(root, "sftp", sftp(login, pin)) == [told]


def test_a_mailbox_that_nobody_can_open(root: Path) -> None:
    (root / "secrets/host.key").unlink()
    (root / "secrets/acme.hash").write_text("seven green bottles")
    (root / "partners/acme-retail/acme.pub").write_text("ssh-ed25519 AAAA")
    assert found(root, "mailbox", MAILBOX) == [
        "T400 18 mailboxes.host_keys: ${file:secrets/host.key} cannot be used: No such file or "
        f"directory ({root}/secrets/host.key)",
        "T402 11 channel main of acme-retail: acme.pub cannot be used: it is no OpenSSH or SSH2 "
        "public key",
        "T403 12 channel main of acme-retail: ${file:secrets/acme.hash} cannot be used: it is no "
        "Argon2 hash",
    ]


def test_a_file_that_is_not_there_is_told_once(root: Path) -> None:
    (root / "partners/acme-retail/acme.pub").unlink()
    assert found(root, "mailbox", MAILBOX) == []
    workspace, problems = load_workspace(root)
    assert workspace is not None
    assert [each.code for each in problems] == ["C480"]

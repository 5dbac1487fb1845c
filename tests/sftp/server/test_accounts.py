"""What of a mailbox's settings counts, and what is said about the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from gateway.channels.sftp.server.accounts import Account, Accounts
from tests.sftp.server.house import HASH, KEYS, acme, workspace

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SHORT = (
    "ssh-rsa "
    "AAAAB3NzaC1yc2EAAAADAQABAAAAgQDsuJc2XL/Dzg2qu4nkpSjzooQyNwZDgJ9OLehroFH8E6DUt3in"
    "g6xfOmd9aG9ZF7bwuohW5HlPxTs8F26SLV7iOjbjrJcvKsFsYFG+pdlMAWOIb7HVGEnEijX/mpsADxsz"
    "+aZzkpAiv1BlLLVNBUwLgv1LjC/waQyIN/pC5Al+Ww=="
)
"""An RSA key of 1024 bits, whose other half is thrown away."""
SSH2 = """---- BEGIN SSH2 PUBLIC KEY ----
Comment: "as some programs write it"
{body}
---- END SSH2 PUBLIC KEY ----
"""


def account(root: Path, mailbox: dict[str, Any]) -> Account:
    found = Accounts(workspace(root, {"acme-retail": mailbox})).find("acme", "192.0.2.7", NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("form", ["openssh", "ssh2"])
def test_public_keys_are_read_in_both_forms(tmp_path: Path, form: str) -> None:
    found = workspace(tmp_path, {"acme-retail": acme()})
    line = (KEYS / "user.pub").read_text()
    if form == "ssh2":
        (tmp_path / "partners/acme-retail/keys/user.pub").write_text(
            SSH2.format(body=line.split()[1])
        )
    account = Accounts(found).find("acme", "192.0.2.7", NOW)
    assert account is not None
    assert account.problems == ()
    key = asyncssh.import_public_key(line)
    assert account.keys == {key.public_data: key.get_fingerprint()}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file or directory"),
        ("ssh-ed25519 AAAA", "it is no OpenSSH or SSH2 public key"),
        ("\xff\xfe", "it is no OpenSSH or SSH2 public key"),
        ("", "it is no OpenSSH or SSH2 public key"),
        (
            (KEYS / "user.key").read_text(),
            "it is a private key, which only the partner should have",
        ),
        ("x" * 70_000, "it is larger than 64 kB"),
    ],
)
def test_a_key_that_cannot_be_used_is_said_and_the_others_count(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    keys = [{"file": "keys/mine.pub"}, {"file": "keys/user.pub"}]
    found = workspace(tmp_path, {"acme-retail": acme(keys=keys)})
    if content is not None:
        file = tmp_path / "partners/acme-retail/keys/mine.pub"
        file.write_text(content, encoding="latin-1")
    account = Accounts(found).find("acme", "192.0.2.7", NOW)
    assert account is not None
    assert len(account.keys) == 1
    (problem,) = account.problems
    assert problem.code == "T402"
    assert reason in problem.sentence
    assert "keys/mine.pub" in problem.sentence


def test_a_short_rsa_key_is_no_key(tmp_path: Path) -> None:
    found = workspace(tmp_path, {"acme-retail": acme()})
    (tmp_path / "partners/acme-retail/keys/user.pub").write_text(SHORT)
    account = Accounts(found).find("acme", "192.0.2.7", NOW)
    assert account is not None
    assert account.keys == {}
    assert "an RSA key of less than 2048 bits" in account.problems[0].sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("", "it is empty"),
        ("correct horse", "it is no Argon2 hash"),
        (HASH.replace("m=8,", "m=9000000,"), "comparing it costs more"),
    ],
)
def test_a_password_that_cannot_be_used_is_said_and_the_others_count(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    (tmp_path / "good.hash").write_text(HASH)
    if content is not None:
        (tmp_path / "mine.hash").write_text(content)
    found = account(tmp_path, acme(passwords=["${file:mine.hash}", "${file:good.hash}"]))
    assert found.hashes == (HASH,)
    (problem,) = found.problems
    assert problem.code == "T403"
    assert reason in problem.sentence
    assert "${file:mine.hash}" in problem.sentence


@pytest.mark.parametrize(
    ("addresses", "address", "comes"),
    [
        ([], "2001:db8::1", True),
        (["192.0.2.0/24"], "192.0.2.7", True),
        (["192.0.2.0/24"], "::ffff:192.0.2.7", True),
        (["192.0.2.0/24"], "198.51.100.7", False),
        (["192.0.2.0/24"], "2001:db8::1", False),
        (["2001:db8::/32", "192.0.2.7"], "2001:db8::1", True),
        (["fe80::/10"], "fe80::1%eth0", True),
    ],
)
def test_addresses(tmp_path: Path, addresses: list[str], address: str, comes: bool) -> None:
    accounts = Accounts(workspace(tmp_path, {"acme-retail": acme(addresses=addresses)}))
    assert (accounts.find("acme", address, NOW) is not None) == comes
    assert accounts.find("nobody", address, NOW) is None


def test_what_cannot_be_used_is_told_to_the_log_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    others = {"northwind": acme(user="north"), "acme-retail": acme(keys=[{"file": "none.pub"}])}
    accounts = Accounts(workspace(tmp_path, others))
    assert [each.code for each in accounts.look_through(NOW)] == ["T402"]
    assert accounts.find("acme", "192.0.2.7", NOW) is not None
    assert caplog.text.count("none.pub cannot be used") == 1

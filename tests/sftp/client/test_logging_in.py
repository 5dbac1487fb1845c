"""Ways to log in, against OpenSSH and against a peer that knows all of them."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from gateway.channels.sftp.endpoint import Key, Prompt
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import KEYS, Running, key, login, on, refused, server
from tests.sftp.peer import peer
from tests.sftp.sshd import require_openssh, sshd

PASSWORD = "correct horse"
QUESTIONS = (("Password: ", PASSWORD), ("One-time token: ", "4711"))
ANSWERS = (Prompt("TOKEN", "4711"), Prompt("password", PASSWORD))


@pytest.fixture(scope="module")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with sshd(tmp_path_factory.mktemp("files"), settings=("LogLevel VERBOSE",)) as running:
        yield running


async def works(session: Session) -> bool:
    return await session.stat(".") is not None


KINDS: dict[str, dict[str, Any]] = {
    "ed25519": {"keys": (key("user"),)},
    "passphrase": {"keys": (key("user-protected", "open sesame"),)},
    "ecdsa": {"keys": (key("user-ecdsa"),)},
    "rsa": {"keys": (key("user-rsa"),)},
    "second key": {"keys": (key("stranger"), key("user-old"), key("user"))},
    "key, password left alone": {"keys": (key("user"),), "password": PASSWORD},
}
ALL = ("user", "user-protected", "user-ecdsa", "user-rsa")


@pytest.mark.parametrize("kind", KINDS)
def test_openssh_lets_us_in_by_key(openssh: Running, kind: str) -> None:
    assert on(server(openssh, login=login(openssh, **KINDS[kind])), works)


def test_openssh_lets_us_in_by_certificate(openssh: Running) -> None:
    signed = login(openssh, keys=(key("user", certificate="user-cert"),))
    assert on(server(openssh, login=signed), works)


@pytest.fixture(scope="module")
def accepting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    files = tmp_path_factory.mktemp("files")
    with peer(files, keys=ALL, password=PASSWORD, questions=QUESTIONS) as running:
        yield running


@pytest.mark.parametrize(
    "kind",
    {
        **KINDS,
        "password": {"keys": (), "password": PASSWORD},
        "questions": {"keys": (), "prompts": ANSWERS},
        "wrong key, then password": {"keys": (key("stranger"),), "password": PASSWORD},
        "wrong password, then answers": {"keys": (), "password": "no", "prompts": ANSWERS},
    }.items(),
    ids=lambda item: item[0],
)
def test_the_peer_lets_us_in(accepting: Running, kind: tuple[str, dict[str, Any]]) -> None:
    assert on(server(accepting, login=login(accepting, **kind[1])), works)


def test_a_password_answers_the_one_question_for_it(tmp_path: Path) -> None:
    with peer(tmp_path, keys=(), questions=(("acme's password:", PASSWORD),)) as running:
        assert on(server(running, login=login(running, keys=(), password=PASSWORD)), works)


def test_a_wrong_password_is_tried_once(tmp_path: Path) -> None:
    asked = (("Password:", PASSWORD),)
    with peer(tmp_path, keys=(), password=PASSWORD, questions=asked) as running:
        found = refused(
            server(running, login=login(running, keys=(), password="not-the-right-one"))
        )
        assert found.problem.code == "T313"
        assert running.attempts == ["user acme", "password not-the-right-one"]


BAD = [
    ({"keys": (key("stranger"),)}, "login", "T313", "the key stranger.key; it accepts keys"),
    (
        {"keys": (), "password": "not-the-right-one"},
        "login",
        "T313",
        "does not let acme in: tried the password",
    ),
    ({"keys": (key("user-protected"),)}, "settings", "T300", "by a passphrase, and none is set"),
    (
        {"keys": (key("user-protected", "wrong"),)},
        "settings",
        "T300",
        "its passphrase is not the right one",
    ),
    (
        {"keys": (Key("k", "nonsense"),)},
        "settings",
        "T300",
        "k cannot be used: it is no private key",
    ),
    (
        {"keys": (Key("k", (KEYS / "user.pub").read_text()),)},
        "settings",
        "T300",
        "it is a public key",
    ),
    (
        {"keys": (Key("k", "PuTTY-User-Key-File-3: ssh-ed25519"),)},
        "settings",
        "T300",
        "PuTTY's format",
    ),
    (
        {"keys": (key("user-ecdsa", certificate="user-cert"),)},
        "settings",
        "T301",
        "user-cert.pub cannot be used: it belongs to another key than user-ecdsa.key",
    ),
    (
        {"keys": (Key("k", (KEYS / "user.key").read_text(), None, "nonsense", "c.pub"),)},
        "settings",
        "T301",
        "c.pub cannot be used: it is no OpenSSH certificate",
    ),
]


@pytest.mark.parametrize(("how", "trouble", "code", "words"), BAD, ids=[each[3] for each in BAD])
def test_who_is_not_let_in_learns_why(
    tmp_path: Path, how: dict[str, Any], trouble: str, code: str, words: str
) -> None:
    with peer(tmp_path, password=PASSWORD) as running:
        found = refused(server(running, login=login(running, **how)))
        assert (found.trouble, found.problem.code) == (trouble, code)
        assert words in str(found)


def test_an_ended_certificate_is_told_before_it_is_tried(tmp_path: Path) -> None:
    authority = asyncssh.read_private_key(KEYS / "ca.key")
    ours = asyncssh.read_public_key(KEYS / "user.pub")
    signed = authority.generate_user_certificate(ours, "acme", valid_before=1_600_000_000)
    text = signed.export_certificate().decode()
    old = Key("user.key", (KEYS / "user.key").read_text(), None, text, "acme-cert.pub")
    with peer(tmp_path) as running:
        found = refused(server(running, login=login(running, keys=(old,))))
        assert found.problem.code == "T301"
        assert "acme-cert.pub cannot be used: it ended on 2020-09-13" in str(found)
        assert running.attempts == []


def test_a_question_without_answer_is_told(tmp_path: Path) -> None:
    with peer(tmp_path, keys=(), questions=(("Token\x1b[2J of today? ", "1"),)) as running:
        us = login(running, keys=(), prompts=(Prompt("password", "x"),))
        found = refused(server(running, login=us))
        assert (found.trouble, found.problem.code) == ("login", "T314")
        assert "asks acme “Token\\x1b[2J of today?”" in str(found)
        assert not any(each.startswith("answers") for each in running.attempts)


def test_a_password_that_has_ended_is_told(tmp_path: Path) -> None:
    with peer(tmp_path, keys=(), password=PASSWORD, expired=True) as running:
        found = refused(server(running, login=login(running, keys=(), password=PASSWORD)))
        assert (found.trouble, found.problem.code) == ("login", "T315")


def test_a_banner_is_shown_beside_a_refusal(tmp_path: Path) -> None:
    with peer(tmp_path, banner="closed for\nmaintenance") as running:
        found = refused(server(running, login=login(running, keys=(key("stranger"),))))
        assert "it says “closed for maintenance”" in str(found)


def test_an_agent_is_used_only_where_it_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with peer(tmp_path) as running:
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
        found = refused(server(running, login=login(running, keys=(), agent=True)))
        assert (found.trouble, found.problem.code) == ("settings", "T304")
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        assert on(server(running), works)  # nobody asked for it, and nobody missed it


@contextmanager
def agent(socket: Path, folder: Path) -> Iterator[None]:
    """A real ssh-agent with one key."""
    require_openssh()
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()  # it listens
        ours = folder / "user"
        ours.write_bytes((KEYS / "user.key").read_bytes())
        ours.chmod(0o600)
        environment = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
        subprocess.run(["ssh-add", "-q", str(ours)], check=True, env=environment)
        yield
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def test_the_keys_of_an_agent_let_us_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as short, peer(tmp_path) as running:
        socket = Path(short) / "agent"
        with agent(socket, tmp_path):
            monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
            assert on(server(running, login=login(running, keys=(), agent=True)), works)
            found = refused(server(running, login=login(running, keys=(key("stranger"),))))
            assert found.problem.code == "T313"

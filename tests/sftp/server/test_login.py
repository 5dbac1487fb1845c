"""Who gets in, with what, and what everybody else learns: nothing."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from gateway.channels.sftp.server import passwords
from gateway.channels.sftp.server.accounts import Accounts
from gateway.channels.sftp.server.login import (
    MOST_KEYS,
    MOST_NAMES,
    MOST_PASSWORDS,
    Door,
    Login,
    Pauses,
)
from gateway.channels.sftp.server.record import Record
from gateway.channels.sftp.server.throttle import Throttle
from tests.sftp.server.hosting import MemoryHosting
from tests.sftp.server.house import HASH, KEYS, PASSWORD, Served, acme, served, workspace

NO_KEYS: dict[str, Any] = {"client_keys": None, "agent_path": None, "config": None}


async def enter(
    server: Served, key: str | None = None, password: str | None = None, **more: Any
) -> asyncssh.SSHClientConnection:
    """A connection that has logged in; the caller closes it."""
    options = {**NO_KEYS, "known_hosts": None, "username": "acme", "password": password, **more}
    if key is not None:
        options["client_keys"] = [str(KEYS / f"{key}.key")]
    return await asyncssh.connect("127.0.0.1", server.port, **options)


def gets_in(
    server: Served, key: str | None = None, password: str | None = None, **more: Any
) -> bool:
    """Whether a login leads to a mailbox."""

    async def tried() -> bool:
        try:
            connection = await enter(server, key, password, **more)
        except (asyncssh.Error, OSError):
            return False
        async with connection, connection.start_sftp_client() as sftp:
            return await sftp.realpath(".") == "/"

    return asyncio.run(tried())


def outcomes(server: Served, action: str = "login", count: int = 1) -> list[str]:
    return [each.outcome for each in server.hosting.noted(action, count)]


@pytest.mark.parametrize("key", ["user", "user-rsa", "user-ecdsa"])
def test_a_key_opens_its_own_mailbox(tmp_path: Path, key: str) -> None:
    with served(tmp_path, acme(keys=[{"file": f"keys/{key}.pub"}])) as server:
        assert gets_in(server, key)
        assert not gets_in(server, "stranger")
        assert not gets_in(server, None, PASSWORD)
        assert outcomes(server)[0] == ""
    caller = server.hosting.callers[0]
    assert (caller.partner, caller.channel, caller.address) == ("acme-retail", "main", "127.0.0.1")
    assert caller.means.startswith("key SHA256:")


def test_a_password_opens_a_mailbox_asked_for_in_both_ways(tmp_path: Path) -> None:
    (tmp_path / "acme.hash").write_text(HASH + "\n")
    with served(tmp_path, {"user": "acme", "passwords": ["${file:acme.hash}"]}) as server:
        assert gets_in(server, None, PASSWORD)
        assert gets_in(server, None, PASSWORD, preferred_auth="keyboard-interactive")
        assert not gets_in(server, None, PASSWORD + "x")
        assert not gets_in(server, None, PASSWORD, username="nobody")
        assert not gets_in(server, "user")
    assert [each.means for each in server.hosting.callers] == ["password"] * 2


@pytest.mark.parametrize(
    ("key", "password", "enters"),
    [
        ("user", PASSWORD, True),
        ("user", None, False),
        (None, PASSWORD, False),
        ("user", "wrong", False),
        ("stranger", PASSWORD, False),
    ],
)
def test_where_both_are_needed_both_are_needed(
    tmp_path: Path, key: str | None, password: str | None, enters: bool
) -> None:
    (tmp_path / "acme.hash").write_text(HASH)
    mailbox = acme(passwords=["${file:acme.hash}"], both=True)
    with served(tmp_path, mailbox) as server:
        assert gets_in(server, key, password) == enters
    if enters:
        (caller,) = server.hosting.callers
        assert caller.means.startswith("key SHA256:")
        assert caller.means.endswith(" and password")


def test_keys_count_in_their_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    day = timedelta(days=1)
    keys = [
        {"file": "keys/user-old.pub", "accept_until": (now - day).isoformat()},
        {"file": "keys/user.pub", "accept_until": (now + day).isoformat()},
        {"file": "keys/user-ecdsa.pub", "accept_from": (now - day).isoformat()},
        {"file": "keys/user-rsa.pub", "accept_from": (now + day).isoformat()},
    ]
    with served(tmp_path, acme(keys=keys), failures=50) as server:
        found = {
            key: gets_in(server, key) for key in ("user-old", "user", "user-ecdsa", "user-rsa")
        }
    assert found == {"user-old": False, "user": True, "user-ecdsa": True, "user-rsa": False}


def test_keys_and_passwords_that_change_count_at_once(tmp_path: Path) -> None:
    (tmp_path / "acme.hash").write_text("none yet")
    mailbox = acme(passwords=["${file:acme.hash}"])
    with served(tmp_path, mailbox, failures=50) as server:
        assert gets_in(server, "user")
        assert not gets_in(server, None, PASSWORD)
        (tmp_path / "acme.hash").write_text(HASH)
        key = tmp_path / "partners/acme-retail/keys/user.pub"
        key.write_text((KEYS / "stranger.pub").read_text())
        assert gets_in(server, None, PASSWORD)
        assert gets_in(server, "stranger")
        assert not gets_in(server, "user")


@pytest.mark.parametrize(
    ("addresses", "enters"),
    [(["127.0.0.0/8"], True), (["192.0.2.0/24", "127.0.0.1"], True), (["192.0.2.7"], False)],
)
def test_a_partner_comes_from_his_addresses(
    tmp_path: Path, addresses: list[str], enters: bool
) -> None:
    with served(tmp_path, acme(addresses=addresses)) as server:
        assert gets_in(server, "user") == enters
        assert ("may not come from this address" in outcomes(server)[0]) == (not enters)


def test_certificates_of_anybody_do_not_count(tmp_path: Path) -> None:
    async def tried(server: Served) -> bool:
        key = asyncssh.read_private_key(KEYS / "user.key")
        certificate = asyncssh.read_certificate(KEYS / "user-cert.pub")
        try:
            async with await enter(server, client_keys=[(key, certificate)], username="acme"):
                return True
        except asyncssh.PermissionDenied:
            return False

    with served(tmp_path, acme(keys=[{"file": "keys/user-ecdsa.pub"}])) as server:
        assert not asyncio.run(tried(server))


OUTDATED = {
    "diffie-hellman-group14-sha1": {"kex_algs": ["diffie-hellman-group14-sha1"]},
    "aes256-cbc": {"encryption_algs": ["aes256-cbc"]},
    "hmac-sha1": {"mac_algs": ["hmac-sha1"], "encryption_algs": ["aes128-ctr"]},
    "ssh-rsa": {"server_host_key_algs": ["ssh-rsa"]},
}


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
@pytest.mark.parametrize("allowed", ["", *OUTDATED])
def test_outdated_algorithms_are_allowed_by_name_only(tmp_path: Path, allowed: str) -> None:
    legacy = [allowed] if allowed else []
    keys = ["${file:host.key}", "${file:host-rsa.key}"]
    with served(tmp_path, legacy=legacy, host_keys=keys, failures=50) as server:
        entered = {name for name, what in OUTDATED.items() if gets_in(server, "user", **what)}
    assert entered == set(legacy)


def test_a_key_does_not_sign_with_an_outdated_algorithm(tmp_path: Path) -> None:
    with served(tmp_path, acme(keys=[{"file": "keys/user-rsa.pub"}])) as server:
        assert not gets_in(server, "user-rsa", signature_algs=["ssh-rsa"])
        assert outcomes(server) == ["the key signs with an outdated algorithm"]


@pytest.mark.parametrize("alg", ["zlib", "zlib@openssh.com"])
def test_nothing_is_compressed(tmp_path: Path, alg: str) -> None:
    with served(tmp_path) as server:
        assert not gets_in(server, "user", compression_algs=[alg])


# ---- guessing


def test_an_address_that_guesses_is_shut_out_for_a_while(tmp_path: Path) -> None:
    with served(tmp_path, failures=3, lockout="1h") as server:
        for _ in range(3):
            assert not gets_in(server, "stranger")
        assert "from then on" in outcomes(server, "locked")[0]
        assert not gets_in(server, "user")
        with socket.create_connection(("127.0.0.1", server.port)) as plain:
            assert plain.recv(100) == b""  # not even a greeting


def test_guessing_a_password_locks_out_neither_the_key_nor_another_address(tmp_path: Path) -> None:
    (tmp_path / "acme.hash").write_text(HASH)
    mailbox = acme(passwords=["${file:acme.hash}"])
    with served(tmp_path, mailbox, failures=3) as server:
        for _ in range(3):
            assert not gets_in(server, None, "guess", local_addr=("127.0.0.2", 0))
        assert not gets_in(server, None, PASSWORD, local_addr=("127.0.0.3", 0))
        assert gets_in(server, "user", local_addr=("127.0.0.3", 0))
        assert gets_in(server, None, PASSWORD, local_addr=("127.0.0.3", 0))  # known there now


class _Guesser(asyncssh.SSHClient):
    """Says the same password as often as it is asked."""

    asked = 0

    def password_auth_requested(self) -> str:
        self.asked += 1
        return "guess"


def test_a_connection_has_so_many_tries(tmp_path: Path) -> None:
    guesser = _Guesser()

    async def tried(server: Served) -> None:
        with pytest.raises((asyncssh.Error, OSError)):
            await enter(
                server,
                client_factory=lambda: guesser,
                preferred_auth="password",
            )

    with served(tmp_path, failures=50, pauses=Pauses(0.0, 0.0)) as server:
        asyncio.run(tried(server))
        assert outcomes(server) == ["too many passwords"]
    assert guesser.asked == MOST_PASSWORDS + 1


class _Line:
    """A connection below a login that only hears that it is to end."""

    left = ""

    async def validate_public_key(self, *_: object) -> bool:
        return False

    def send_userauth_failure(self, partial_success: bool) -> None:
        """Nobody waits for it."""

    def disconnect(self, _code: int, reason: str) -> None:
        self.left = reason


@pytest.mark.parametrize("what", ["user names", "keys"])
def test_a_connection_does_not_try_without_end(tmp_path: Path, what: str) -> None:
    accounts = Accounts(workspace(tmp_path, {"acme-retail": acme()}))
    record = Record(MemoryHosting())
    throttle, line = Throttle(6, 60), _Line()
    door = Door(accounts, passwords.Comparer(), throttle, record, frozenset(), Pauses(0.0, 0.0))
    login = Login(door, line, "192.0.2.7")  # type: ignore[arg-type]
    key = asyncssh.read_public_key(KEYS / "stranger.pub")
    for number in range(MOST_NAMES if what == "user names" else MOST_KEYS):
        if what == "keys":
            assert not login.knows(key)
        else:
            asyncio.run(login.begin(f"user{number}"))
    assert line.left == ""
    if what == "keys":
        login.knows(key)
    else:
        asyncio.run(login.begin("one more"))
    assert line.left == f"too many {what}"
    record.close()


def test_an_unknown_user_takes_as_long_and_hears_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme.hash").write_text(HASH)
    mailbox = acme(passwords=["${file:acme.hash}"])
    compared: list[int] = []
    same = passwords.matches

    def counted(hashes: tuple[str, ...], password: str) -> bool:
        compared.append(len(hashes or ("nobody's",)))
        return same(hashes, password)

    monkeypatch.setattr(passwords, "matches", counted)

    async def tried(server: Served, user: str) -> tuple[float, str, list[int]]:
        compared.clear()
        start = time.perf_counter()
        try:
            await enter(server, "stranger", "guess", username=user)
        except asyncssh.PermissionDenied as error:
            took = time.perf_counter() - start
            return took, str(error).replace(user, "USER"), list(compared)
        raise AssertionError("it got in")

    with served(tmp_path, mailbox, failures=100, pauses=Pauses(0.05, 0.2)) as server:
        known, unknown = (asyncio.run(tried(server, user)) for user in ("acme", "nobody"))
    assert known[1:] == unknown[1:]  # the same words, after the same work
    assert min(known[0], unknown[0]) > 0.25  # and the set pauses decide when they are said


# ---- room


def test_an_address_has_so_many_connections(tmp_path: Path) -> None:
    async def crowd(server: Served) -> list[bool]:
        inside = [await enter(server, "user") for _ in range(2)]
        found = [await asyncio.to_thread(gets_in, server, "user")]
        inside[0].close()
        await inside[0].wait_closed()
        while not (again := await asyncio.to_thread(gets_in, server, "user")):
            pass
        inside[1].close()
        await inside[1].wait_closed()
        return [*found, again]

    with served(tmp_path, per_address=2, failures=100) as server:
        assert asyncio.run(crowd(server)) == [False, True]


def test_a_partner_has_so_many_sessions(tmp_path: Path) -> None:
    async def crowd(server: Served) -> str:
        async with await enter(server, "user") as connection:
            async with connection.start_sftp_client(), connection.start_sftp_client():
                with pytest.raises(asyncssh.ChannelOpenError) as refused:
                    await connection.start_sftp_client()
            async with connection.start_sftp_client():
                return str(refused.value)

    with served(tmp_path, acme(sessions=2)) as server:
        assert "2 sessions are open" in asyncio.run(crowd(server))
    first, *others = [each.session for each in server.hosting.callers]
    assert others == [f"{first}-2", f"{first}-3"]
    assert server.hosting.noted("login")[0].session == first


def test_who_says_nothing_is_hung_up_on(tmp_path: Path) -> None:
    with (
        served(tmp_path, login_timeout="1s") as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=5) as plain,
    ):
        start = time.monotonic()
        plain.sendall(b"SSH-2.0-")  # and no more
        while plain.recv(1000):
            pass
        assert time.monotonic() - start < 10


def test_who_does_nothing_any_more_is_hung_up_on(tmp_path: Path) -> None:
    async def idle(server: Served) -> None:
        async with await enter(server, "user") as connection:
            await connection.start_sftp_client()
            await asyncio.wait_for(connection.wait_closed(), 4)

    with served(tmp_path, idle="1s") as server:
        asyncio.run(idle(server))
        server.hosting.noted("end")
    assert server.hosting.ended == 1


# ---- nothing else


def test_nothing_is_run_and_nothing_is_forwarded(tmp_path: Path) -> None:
    async def tried(server: Served) -> list[str]:
        refused: list[str] = []
        async with await enter(server, "user") as connection:
            attempts: list[tuple[str, Callable[[], Awaitable[object]]]] = [
                ("exec", lambda: connection.run("id", check=True)),
                ("shell", connection.create_process),
                ("scp", lambda: asyncssh.scp(KEYS / "user.pub", (connection, "/in/"))),
                ("netconf", lambda: connection.create_process(subsystem="netconf")),
                ("port", lambda: connection.open_connection("127.0.0.1", server.port)),
                ("socket", lambda: connection.open_unix_connection("/tmp/socket")),
                ("listen", lambda: connection.forward_remote_port("", 0, "127.0.0.1", 1)),
                ("path", lambda: connection.forward_remote_path("/tmp/socket", "/tmp/other")),
            ]
            for name, attempt in attempts:
                try:
                    await attempt()
                except (asyncssh.Error, asyncssh.ChannelListenError, OSError):
                    refused.append(name)
        return refused

    with served(tmp_path) as server:
        refused = asyncio.run(tried(server))
        assert refused == ["exec", "shell", "scp", "netconf", "port", "socket", "listen", "path"]
        assert len(outcomes(server, "command", 4)) == 4
        assert len(outcomes(server, "forward", 4)) == 4

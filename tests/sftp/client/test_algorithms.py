"""Only algorithms that are safe today are offered; outdated ones for one server, by name."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest

from gateway.channels.sftp.algorithms import CIPHERS, HOST_KEYS, KEX, MACS, SIGNATURES, offer
from gateway.channels.sftp.endpoint import Pins
from gateway.channels.sftp.session import Session
from gateway.config.sshlegacy import LEGACY
from tests.sftp.client.world import login, on, public, refused, server
from tests.sftp.peer import peer
from tests.sftp.sshd import sshd


async def works(session: Session) -> bool:
    return await session.stat(".") is not None


def test_nothing_outdated_is_offered_by_itself() -> None:
    everything = {*KEX, *CIPHERS, *MACS, *HOST_KEYS, *SIGNATURES}
    assert everything.isdisjoint(LEGACY)
    for weak in ("sha1", "md5", "cbc", "arcfour", "ssh-dss", "group1-"):
        assert not [name for name in everything if weak in name]
    assert CIPHERS.index("aes128-gcm@openssh.com") < CIPHERS.index("chacha20-poly1305@openssh.com")


@pytest.mark.parametrize("name", LEGACY)
def test_each_outdated_algorithm_can_be_allowed_after_the_others(name: str) -> None:
    found = offer((name,))
    kind = {
        "kex": found.kex,
        "cipher": found.ciphers,
        "mac": found.macs,
        "host key": found.host_keys,
    }[LEGACY[name]]
    assert kind[-1] == name
    if LEGACY[name] == "host key":
        assert found.signatures[-1] == name


def test_the_kind_of_a_pinned_key_is_asked_for_first() -> None:
    found = offer(first=("rsa-sha2-512", "rsa-sha2-256"), certified=True)
    assert found.host_keys[0] == "rsa-sha2-512-cert-v01@openssh.com"
    plain = [name for name in found.host_keys if "cert" not in name]
    assert plain[:3] == ["rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519"]
    assert "ssh-ed25519" not in offer(without=("ssh-ed25519",)).host_keys


OLD = [
    ({"kex_algs": ["diffie-hellman-group14-sha1"]}, "diffie-hellman-group14-sha1", "key exchange"),
    ({"encryption_algs": ["aes128-cbc"]}, "aes128-cbc", "cipher"),
    ({"encryption_algs": ["aes128-ctr"], "mac_algs": ["hmac-sha1"]}, "hmac-sha1", "(MAC)"),
]


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
@pytest.mark.parametrize(("algorithms", "name", "what"), OLD, ids=[name for _, name, _ in OLD])
def test_an_old_server_works_once_its_algorithm_is_allowed(
    tmp_path: Path, algorithms: dict[str, list[str]], name: str, what: str
) -> None:
    with peer(tmp_path, algorithms=algorithms) as running:
        found = refused(server(running))
        assert (found.trouble, found.problem.code) == ("settings", "T309")
        assert what in str(found) and name in str(found)
        assert f"legacy: [{name}]" in found.problem.remedy
        assert on(server(running, legacy=(name,)), works)


def test_a_server_that_signs_with_sha1_only(tmp_path: Path) -> None:
    settings = ("HostKeyAlgorithms ssh-rsa",)
    with sshd(tmp_path, host_keys=("host-rsa",), settings=settings) as running:
        pins = Pins((public("host-rsa"),))
        found = refused(server(running, pins=pins))
        assert (found.trouble, found.problem.code) == ("settings", "T309")
        assert "we have no kind of host key in common: it offers ssh-rsa" in str(found)
        assert on(server(running, pins=pins, legacy=("ssh-rsa",)), works)


def test_gcm_is_chosen_where_the_server_has_it(tmp_path: Path) -> None:
    async def cipher(session: Session) -> object:
        return session._entered.connection.get_extra_info("send_cipher")

    with sshd(tmp_path) as running:
        assert on(server(running), cipher) == "aes128-gcm@openssh.com"


def test_what_the_library_logs_holds_no_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asyncssh.set_log_level("DEBUG")
    try:
        with peer(tmp_path, keys=(), password="a very secret word") as running:
            us = login(running, keys=(), password="a very secret word")
            assert on(server(running, login=us), works)
    finally:
        asyncssh.set_log_level("WARNING")
    assert caplog.records
    assert "very secret" not in caplog.text
    assert not [each for each in caplog.records if hasattr(each, "packet")]

"""A server is recognised by its key before anything of ours leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from gateway.channels.sftp.client import connect
from gateway.channels.sftp.endpoint import Pins
from gateway.channels.sftp.session import Session
from tests.sftp.client.world import KEYS, login, on, public, refused, server
from tests.sftp.peer import Peer, peer

SECRET = "never-sent-to-strangers"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peer(tmp_path_factory.mktemp("files"), password=SECRET) as made:
        yield made


async def works(session: Session) -> bool:
    return await session.stat(".") is not None


def fingerprint(name: str) -> str:
    return asyncssh.import_public_key(public(name)).get_fingerprint()


def known_hosts(port: int, *names: str) -> Pins:
    return Pins(known_hosts="".join(f"[127.0.0.1]:{port} {public(name)}\n" for name in names))


def test_the_pinned_server_is_let_in_however_it_is_pinned(running: Peer) -> None:
    for pins in (
        Pins((public("host"),)),
        Pins((fingerprint("host"),)),
        Pins((public("host-new"), fingerprint("host"))),
        known_hosts(running.port, "host-new", "host"),
    ):
        assert on(server(running, pins=pins), works)


@pytest.mark.parametrize(
    "pins",
    [Pins((public("host-new"),)), Pins((fingerprint("host-new"), fingerprint("stranger")))],
    ids=["key", "fingerprints"],
)
def test_another_server_gets_nothing_and_both_fingerprints_are_told(
    running: Peer, pins: Pins
) -> None:
    running.attempts.clear()
    us = login(running, password=SECRET, prompts=())
    found = refused(server(running, pins=pins, login=us))
    assert (found.trouble, found.problem.code) == ("identity", "T310")
    assert fingerprint("host") in str(found) and fingerprint("host-new") in str(found)
    assert fingerprint("host") in found.problem.remedy
    assert running.attempts == []


def test_an_unknown_server_is_not_trusted_at_first_use(running: Peer) -> None:
    before = running.connections
    found = refused(server(running, pins=Pins()))
    assert found.problem.code == "T302"
    assert running.connections == before


def test_a_revoked_key_is_refused_although_it_is_pinned(running: Peer) -> None:
    lines = f"@revoked * {public('host')}\n"
    found = refused(server(running, pins=Pins((public("host"),), lines)))
    assert (found.trouble, found.problem.code) == ("identity", "T311")
    assert fingerprint("host") in str(found)


@pytest.mark.parametrize("pinned", ["host", "host-rsa"])
def test_a_server_with_several_keys_is_known_by_any_of_them(tmp_path: Path, pinned: str) -> None:
    with peer(tmp_path, host_keys=("host", "host-rsa")) as both:
        for pins in (Pins((fingerprint(pinned),)), Pins((public(pinned),))):
            assert on(server(both, pins=pins), works)
        found = refused(server(both, pins=Pins((fingerprint("host-new"),))))
        assert found.problem.code == "T310"
        assert fingerprint("host") in str(found)


def certified(until: int | None = None, names: Sequence[str] = ("127.0.0.1",)) -> bytes:
    authority = asyncssh.read_private_key(KEYS / "ca.key")
    dates: dict[str, Any] = {} if until is None else {"valid_before": until}
    signed = authority.generate_host_certificate(
        asyncssh.import_public_key(public("host")), "host", principals=list(names), **dates
    )
    return signed.export_certificate()


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (certified(), ""),
        (certified(until=1_600_000_000), "T312"),
        (certified(names=("sftp.contoso.example",)), "T312"),
    ],
    ids=["valid", "ended", "of another host"],
)
def test_the_certificate_of_a_server_counts_by_its_authority(
    tmp_path: Path, certificate: bytes, code: str
) -> None:
    host = tmp_path / "host-cert.pub"
    host.write_bytes(certificate)
    with peer(tmp_path, algorithms={"server_host_certs": [str(host)]}) as running:
        pins = Pins(known_hosts=f"@cert-authority * {public('ca')}\n")
        if code:
            found = refused(server(running, pins=pins))
            assert (found.trouble, found.problem.code) == ("identity", code)
        else:
            assert on(server(running, pins=pins), works)
        strange = Pins(known_hosts=f"@cert-authority * {public('stranger')}\n")
        assert refused(server(running, pins=strange)).problem.code == "T310"


def test_the_user_s_own_ssh_settings_take_no_part(
    running: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".ssh"
    folder.mkdir()
    (folder / "config").write_text("Host *\n  Port 1\n  User nobody\n")
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{running.port} {public('host')}\n")
    (folder / "id_ed25519").write_text((KEYS / "user.key").read_text())
    monkeypatch.setenv("HOME", str(tmp_path))
    running.attempts.clear()
    assert refused(server(running, pins=Pins((public("host-new"),)))).problem.code == "T310"
    found = refused(server(running, login=login(running, keys=(), password="not-the-right-one")))
    assert found.problem.code == "T313"
    assert running.attempts == ["user acme", "password not-the-right-one"]


def test_each_step_is_told(running: Peer) -> None:
    told: list[tuple[str, str]] = []

    async def whole() -> None:
        session = await connect(server(running), lambda *step: told.append(step))
        await session.close()

    asyncio.run(whole())
    assert [step for step, _ in told] == ["dns", "tcp", "host key", "login", "sftp"]
    assert fingerprint("host") in dict(told)["host key"]
    assert dict(told)["login"] == "acme is let in with the key user.key"

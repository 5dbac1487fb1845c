"""Which keys a server may show: fingerprints, public keys, and a file known_hosts."""

from __future__ import annotations

import base64
import hashlib
import hmac

import asyncssh
import pytest

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.endpoint import Login, Pins, Server
from gateway.channels.sftp.host_keys import Known, known
from tests.sftp.client.world import public

HOST, PORT = "sftp.northwind.example", 2222


def of(pins: Pins, host: str = HOST, port: int = PORT) -> Known:
    return known(Server(host, port, pins, Login("acme")))


def shown(name: str) -> asyncssh.SSHKey:
    return asyncssh.import_public_key(public(name))


def hashed(name: str) -> str:
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return "|1|" + "|".join(base64.b64encode(each).decode() for each in (salt, digest))


def test_a_key_counts_by_itself_or_by_its_fingerprint_and_several_count_together() -> None:
    pins = Pins((public("host"), shown("host-new").get_fingerprint()))
    found = of(pins)
    assert [found.judge(shown(name)) for name in ("host", "host-new", "host-rsa")] == [
        "pinned",
        "pinned",
        "strange",
    ]
    assert found.open and found.kinds == ("ssh-ed25519",)


@pytest.mark.parametrize(
    "names",
    [
        f"[{HOST}]:{PORT}",
        f"other.example,[{HOST}]:{PORT}",
        "[*.northwind.example]:2222",
        hashed(f"[{HOST}]:{PORT}"),
        HOST,  # as OpenSSH: a line without port counts where none has it
    ],
)
def test_known_hosts_names_a_host_in_every_way_that_openssh_knows(names: str) -> None:
    found = of(Pins(known_hosts=f"# keys\n\n{names} {public('host')} of 2026\n"))
    assert found.judge(shown("host")) == "pinned"
    assert found.judge(shown("host-new")) == "strange"


def test_the_standard_port_is_not_written() -> None:
    found = of(Pins(known_hosts=f"{hashed(HOST)} {public('host')}\n"), port=22)
    assert found.judge(shown("host")) == "pinned"


@pytest.mark.parametrize("names", ["*", HOST, f"[{HOST}]:{PORT}"])
def test_a_revoked_key_does_not_count_however_it_is_pinned(names: str) -> None:
    lines = f"[{HOST}]:{PORT} {public('host')}\n@revoked {names} {public('host')}\n"
    found = of(Pins((public("host"), public("host-new")), lines))
    assert found.judge(shown("host")) == "revoked"
    assert found.judge(shown("host-new")) == "pinned"


def test_an_authority_is_told_apart_from_a_key() -> None:
    found = of(Pins(known_hosts=f"@cert-authority *.northwind.example {public('ca')}\n"), port=22)
    assert found.authorities == [shown("ca")]
    assert found.judge(shown("ca")) == "strange"
    assert found.listed == f"an authority {shown('ca').get_fingerprint()}"


@pytest.mark.parametrize(
    ("pins", "reason"),
    [
        (Pins(known_hosts="", file="known_hosts"), f"it holds no key for {HOST}:{PORT}"),
        (Pins(known_hosts="x", file="hosts"), "Invalid known hosts entry: x"),
        (Pins(known_hosts=f"other {public('host')}"), f"it holds no key for {HOST}:{PORT}"),
        (Pins(known_hosts=f"@strange {HOST} {public('host')}"), "Invalid known hosts marker"),
        (Pins(known_hosts=f"@revoked * {public('host')}"), f"it holds no key for {HOST}:{PORT}"),
        (Pins(("ssh-ed25519 AAAA",)), "“ssh-ed25519 AAAA…” is no public key"),
    ],
)
def test_what_names_no_key_is_refused_with_the_reason(pins: Pins, reason: str) -> None:
    with pytest.raises(RemoteError) as found:
        of(pins)
    assert (found.value.trouble, found.value.problem.code) == ("settings", "T302")
    assert reason in str(found.value)

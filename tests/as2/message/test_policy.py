"""The agreement is held against what a message really was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gateway.channels.as2.link import Layers, Policy
from gateway.channels.as2.message import Layer, Opened
from gateway.channels.as2.policy import judge
from gateway.problems import Severity
from tests.as2.credentials import certificate
from tests.as2.message.exchange import built, codes, link_of_acme, opened

SIGNED = Layer("signed", ("sha-256", "pkcs1"), "acme.pem")
OLD = Layer("signed", ("sha-1", "pkcs1"), "acme.pem")
ENCRYPTED = Layer("enveloped", ("aes-256-cbc", "pkcs1"), "ours.pem")
SEALED = Layer("auth-enveloped", ("aes-256-gcm", "pkcs1"), "ours.pem")
WEAK = Layer("enveloped", ("3des", "pkcs1"), "ours.pem")
COMPRESSED = Layer("compressed", ("zlib",))


@pytest.mark.parametrize(
    ("layers", "policy", "expected"),
    [
        ((ENCRYPTED, SIGNED), {}, []),
        ((SEALED, COMPRESSED, SIGNED), {}, []),
        ((SIGNED, ENCRYPTED), {}, []),
        ((), {}, ["T238", "T239"]),
        ((SIGNED,), {}, ["T239"]),
        ((ENCRYPTED,), {}, ["T238"]),
        ((), {"signed": "allowed", "encrypted": "allowed"}, []),
        ((ENCRYPTED, SIGNED), {"compressed": "required"}, ["T240"]),
        ((ENCRYPTED, SIGNED, COMPRESSED), {"compressed": "refused"}, ["T241"]),
        ((ENCRYPTED, SIGNED), {"encrypted": "refused", "signed": "refused"}, ["T241", "T241"]),
        ((ENCRYPTED, OLD), {}, ["T242"]),
        ((WEAK, SIGNED), {}, ["T243"]),
    ],
)
def test_what_is_refused(layers: Any, policy: Any, expected: list[str]) -> None:
    signer = certificate("acme") if {SIGNED, OLD} & set(layers) else None
    found = judge(Opened(layers=layers, signer=signer), link_of_acme(Policy(**policy)))
    assert [each.code for each in found] == expected
    assert all(each.severity is Severity.ERROR for each in found)
    assert all("?" not in each.sentence + each.remedy for each in found)


def test_weak_algorithms_that_were_agreed_are_a_warning() -> None:
    link = link_of_acme(Policy(sha1=True, triple_des=True))
    message = opened(built(b"UNB", Layers(sign="sha-1", encrypt="3des")), link)
    assert [(each.code, each.severity) for each in message.findings] == [
        ("T243", Severity.WARNING),
        ("T242", Severity.WARNING),
    ]
    assert message.payloads


@pytest.mark.parametrize(
    ("subjects", "expected"), [(("CN=issued test",), []), (("CN=another",), ["C471", "T206"])]
)
def test_a_signer_whom_an_authority_vouches_for(subjects: Any, expected: list[str]) -> None:
    link = replace(
        link_of_acme(), trust="ca", authorities=(certificate("authority"),), subjects=subjects
    )
    message = opened(built(b"UNB", signer="issued"), link)
    assert codes(message) == expected
    assert message.authenticated == (not expected)

"""What we write, as asn1crypto reads it: nothing but what RFC 5652 and its profiles ask for."""

from __future__ import annotations

from typing import Any

import pytest
from asn1crypto import algos, cms

from gateway.channels.as2.ber import oids
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Scheme
from tests.as2.cms.forged import AT, CONTENT, DIGEST
from tests.as2.credentials import own


def signed(who: str = "acme", scheme: Scheme = "pkcs1", **how: bool) -> Any:
    written = sign(Extent.of(CONTENT), own(who), "sha-256", scheme, at=AT, **how)
    info = cms.ContentInfo.load(written, strict=True)
    assert info.copy().dump(force=True) == written, "not DER"
    return info["content"]


def test_detached_of_one_signer_with_his_certificate() -> None:
    found = signed()
    assert found["version"].native == "v1"
    assert [each.native for each in found["digest_algorithms"]] == [
        {"algorithm": "sha256", "parameters": None}
    ]
    assert found["encap_content_info"].native == {"content_type": "data", "content": None}
    assert len(found["certificates"]) == len(found["signer_infos"]) == 1
    info = found["signer_infos"][0]
    assert info["version"].native == "v1"
    assert info["sid"].name == "issuer_and_serial_number"
    certificate = found["certificates"][0].chosen
    assert info["sid"].chosen["serial_number"].native == certificate.serial_number
    assert info["sid"].chosen["issuer"] == certificate.issuer
    assert not info["unsigned_attrs"]


def test_attributes_are_sorted_as_der_wants() -> None:
    attributes = signed()["signer_infos"][0]["signed_attrs"]
    written = [each.dump() for each in attributes]
    assert written == sorted(written)
    values = {each["type"].native: each["values"] for each in attributes}
    assert list(values) == ["content_type", "signing_time", "message_digest"]
    assert values["content_type"].native == ["data"]
    assert values["message_digest"].native == [DIGEST]
    assert values["signing_time"].native == [AT]


def test_capabilities_name_ciphers_best_first() -> None:
    attributes = signed(capabilities=True)["signer_infos"][0]["signed_attrs"]
    able = next(each for each in attributes if each["type"].dotted == "1.2.840.113549.1.9.15")
    named = [oids.NAMES[each["capability_id"].contents] for each in able["values"][0]]
    assert named == ["aes-256-gcm", "aes-256-cbc", "aes-192-cbc", "aes-128-cbc"]


def test_without_attributes_and_certificate() -> None:
    found = signed(attributes=False, certificate=False)
    assert not found["certificates"]
    assert not found["signer_infos"][0]["signed_attrs"]


@pytest.mark.parametrize(
    ("who", "scheme", "algorithm"),
    [
        ("acme", "pkcs1", {"algorithm": "rsassa_pkcs1v15", "parameters": None}),
        ("acme-ec", "pkcs1", {"algorithm": "sha256_ecdsa", "parameters": None}),
    ],
)
def test_signature_algorithms(who: str, scheme: Scheme, algorithm: dict[str, object]) -> None:
    assert signed(who, scheme)["signer_infos"][0]["signature_algorithm"].native == algorithm


def test_pss_has_explicit_parameters() -> None:
    algorithm = signed("acme", "pss")["signer_infos"][0]["signature_algorithm"]
    assert isinstance(algorithm, algos.SignedDigestAlgorithm)
    assert algorithm["algorithm"].native == "rsassa_pss"
    parameters = algorithm["parameters"].native
    assert parameters["hash_algorithm"]["algorithm"] == "sha256"
    assert parameters["mask_gen_algorithm"]["algorithm"] == "mgf1"
    assert parameters["mask_gen_algorithm"]["parameters"]["algorithm"] == "sha256"
    assert parameters["salt_length"] == 32

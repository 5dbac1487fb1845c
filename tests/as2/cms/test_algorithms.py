"""Algorithms by name, and the parameters of PSS."""

from __future__ import annotations

import pytest
from asn1crypto import algos

from gateway.channels.as2.ber.reader import Reader
from gateway.channels.as2.ber.writer import NULL, context, integer, octets, oid, sequence
from gateway.channels.as2.cms.algorithms import (
    Algorithm,
    SignatureScheme,
    read_algorithm,
    read_pss,
    signature_scheme,
    write_algorithm,
    write_mask,
    write_pss,
)
from gateway.channels.as2.cms.digests import ALGORITHMS
from tests.as2.cms.forged import refusal

SHA256 = context(0, write_algorithm("sha-256"))


@pytest.mark.parametrize("parameters", [b"", NULL, octets(b"iv")])
def test_an_algorithm_is_read_as_it_is_written(parameters: bytes) -> None:
    written = write_algorithm("aes-256-cbc", parameters)
    found = read_algorithm(Reader.of(written))
    assert found == Algorithm("aes-256-cbc", parameters)
    assert found.plain == (parameters != octets(b"iv"))


@pytest.mark.parametrize("data", [b"", NULL, sequence(), sequence(octets(b"x"))])
def test_what_is_no_algorithm(data: bytes) -> None:
    assert refusal(lambda: read_algorithm(Reader.of(data))).code == "T200"


def test_more_than_an_algorithm() -> None:
    data = sequence(oid("rsa"), NULL, NULL)
    assert refusal(lambda: read_algorithm(Reader.of(data))).sentence.startswith("expected the end")


@pytest.mark.parametrize("digest", ALGORITHMS)
def test_pss_is_read_as_it_is_written(digest: str) -> None:
    how = SignatureScheme("pss", digest, digest, ALGORITHMS[digest].digest_size)
    written = write_pss(how)
    assert read_pss(written) == how
    theirs = algos.RSASSAPSSParams.load(written, strict=True).native
    assert theirs["hash_algorithm"]["algorithm"] == digest.replace("-", "")
    assert theirs["salt_length"] == how.salt


def test_what_pss_leaves_out_is_its_default() -> None:
    usual = SignatureScheme("pss", "sha-1", "sha-1", 20)
    assert read_pss(sequence()) == read_pss(b"") == read_pss(NULL) == usual
    explicit = sequence(context(2, integer(20)), context(3, integer(1)))
    assert read_pss(explicit) == usual


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (sequence(context(0, write_algorithm("md5"))), "the digest md5 is not accepted; "),
        (sequence(SHA256, write_mask(1, "md5")), "the digest md5 is not accepted; "),
        (sequence(context(1, write_algorithm("rsa"))), "the mask rsa is not accepted; mgf1"),
        (sequence(SHA256, context(2, integer(-1))), "the salt length of PSS -1 is not accepted; "),
        (sequence(SHA256, context(2, integer(513))), "the salt length of PSS 513 is not"),
        (sequence(SHA256, context(3, integer(2))), "the trailer of PSS other than 1 is not"),
        (sequence(context(1, write_algorithm("mgf1"))), "expected the digest of the mask, found"),
        (sequence(integer(1)), "expected the end, found the tag 02"),
        (octets(b""), "expected the parameters of PSS, found the tag 04"),
    ],
)
def test_parameters_of_pss_that_are_refused(parameters: bytes, sentence: str) -> None:
    assert refusal(lambda: read_pss(parameters)).sentence.startswith(sentence)


@pytest.mark.parametrize("digest", ALGORITHMS)
@pytest.mark.parametrize(
    ("name", "scheme"),
    [("rsa", "pkcs1"), ("{}-rsa", "pkcs1"), ("ec", "ecdsa"), ("{}-ecdsa", "ecdsa")],
)
def test_schemes_by_their_names(digest: str, name: str, scheme: str) -> None:
    found = signature_scheme(Algorithm(digest), Algorithm(name.format(digest)))
    assert (found.scheme, found.digest) == (scheme, digest)

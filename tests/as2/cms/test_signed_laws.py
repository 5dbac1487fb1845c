"""Writer, reader and verifier side by side: what is signed verifies, and nothing else does.

``LAW_EXAMPLES=2000`` makes the long run.
"""

from __future__ import annotations

import os
from io import BytesIO
from typing import get_args

import pytest
from asn1crypto import cms
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.signed import read_signature, sign
from gateway.channels.as2.credentials import OwnCredential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Digest, Scheme
from gateway.channels.as2.refusal import RefusedError
from tests.as2.ber.loosened import loosened
from tests.as2.cms.forged import AT, CONTENT, refusal, signed_data, signer, verified
from tests.as2.credentials import certificate, own

DIGESTS: tuple[Digest, ...] = get_args(Digest)
EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "20"))
law = settings(max_examples=EXAMPLES, deadline=None)
whos = st.sampled_from(["acme", "acme-ec", "northwind-4096"])
contents = st.binary(max_size=200)
choices = st.fixed_dictionaries(
    {
        "digest": st.sampled_from(DIGESTS),
        "scheme": st.sampled_from(get_args(Scheme)[:2]),
        "attributes": st.booleans(),
        "capabilities": st.booleans(),
        "certificate": st.booleans(),
    }
)


@law
@given(whos, contents, choices)
def test_what_is_signed_verifies(who: str, content: bytes, chosen: dict[str, object]) -> None:
    signature = sign(Extent.of(content), own(who), at=AT, **chosen)  # type: ignore[arg-type]
    found = verified(signature, "stranger", "acme", "acme-ec", "northwind-4096", content=content)
    assert found.signer == certificate(who)
    assert found.digest == chosen["digest"]
    assert found.scheme == ("ecdsa" if who == "acme-ec" else chosen["scheme"])
    assert found.signed_at == (AT if chosen["attributes"] else None)
    assert found.findings == ()
    assert cms.ContentInfo.load(signature, strict=True).native["content_type"] == "signed_data"


@law
@given(whos, contents, choices, st.binary(min_size=1, max_size=3))
def test_of_other_content_it_does_not(
    who: str, content: bytes, chosen: dict[str, object], more: bytes
) -> None:
    signature = sign(Extent.of(content), own(who), at=AT, **chosen)  # type: ignore[arg-type]
    problem = refusal(lambda: verified(signature, who, content=content + more))
    assert problem.code in {"T207", "T208"}


@law
@given(whos, choices, st.data())
def test_in_every_form_that_ber_allows(
    who: str, chosen: dict[str, object], data: st.DataObject
) -> None:
    """Attributes too, whose DER was signed. Certificates inside are left out: they are DER."""
    signature = sign(
        Extent.of(CONTENT),
        own(who),
        at=AT,
        **{**chosen, "certificate": False},  # type: ignore[arg-type]
    )
    assert verified(loosened(signature, data.draw), who).signer == certificate(who)


@law
@given(contents.filter(bool), st.data())
def test_content_that_is_in_it_comes_out(content: bytes, data: st.DataObject) -> None:
    signature = loosened(signed_data(signer(), content=content), data.draw)
    found = read_signature(Extent.of(signature), BytesIO)
    assert found.content is not None
    assert b"".join(found.content.chunks()) == content


edits = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)
"""Where, how many bytes go, and which come instead."""


@law
@given(st.sampled_from(["acme", "acme-ec"]), choices, edits)
def test_a_changed_byte_changes_nothing_or_is_refused(
    who: str, chosen: dict[str, object], changes: list[tuple[int, int, bytes]]
) -> None:
    """Where it makes no difference (an unsigned version number), signer and digest are the same."""
    signature = sign(Extent.of(CONTENT), own(who), at=AT, **chosen)  # type: ignore[arg-type]
    for at, gone, come in changes:
        start = at % (len(signature) + 1)
        signature = signature[:start] + come + signature[start + gone :]
    try:
        found = verified(signature, who)
    except RefusedError as refused:
        assert refused.problem.code.startswith("T20")
    else:
        assert (found.signer, found.digest) == (certificate(who), chosen["digest"])


@law
@given(st.binary(max_size=80))
def test_any_bytes_are_no_signature_but_a_problem(data: bytes) -> None:
    for each in (data, b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80" + data):
        assert refusal(lambda each=each: verified(each)).code in {"T200", "T201", "T202"}


def test_digests_that_are_known_need_no_content() -> None:
    digests = digests_of(Extent.of(CONTENT), DIGESTS)
    for digest in DIGESTS:
        assert verified(sign(digests, own("acme"), digest, "pkcs1", at=AT)).digest == digest


def test_nobody_signs_without_a_key() -> None:
    without = OwnCredential(certificate("acme").certificate, "acme.pem")
    with pytest.raises(ValueError, match=r"acme\.pem has no private key"):
        sign(Extent.of(b""), without, "sha-256", "pkcs1", at=AT)

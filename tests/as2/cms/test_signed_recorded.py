"""Signatures of other products, as bytes: ``recorded/PRODUCT-DIGEST-SCHEME-FORM.der``."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels.as2.cms.signed import read_signature
from gateway.channels.as2.extent import Extent
from tests.as2.cms.forged import CONTENT, refusal, verified

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.der"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded(path: Path) -> None:
    product, *digest, scheme, form = path.stem.split("-")
    assert product == "bouncycastle"
    signature = path.read_bytes()
    found = verified(signature, "acme", "acme-ec")
    assert (found.digest, found.scheme) == ("-".join(digest), scheme)
    assert (found.signed_at is None) == (form == "direct")
    content = read_signature(Extent.of(signature)).content
    assert (content is not None) == (form == "streamed")
    if content is not None:
        assert b"".join(content.chunks()) == CONTENT
    assert refusal(lambda: verified(signature, "stranger")).code == "T206"

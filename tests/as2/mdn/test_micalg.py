"""Names of digests, as partners spell them."""

from __future__ import annotations

import pytest

from gateway.channels.as2.link import Digest
from gateway.channels.as2.mdn import micalg


@pytest.mark.parametrize(
    ("spelling", "digest"),
    [
        ("sha1", "sha-1"), ("sha-1", "sha-1"), ("SHA1", "sha-1"), ("SHA-1", "sha-1"),
        ("SHA", "sha-1"), ("rsa-sha1", "sha-1"), ("sha256", "sha-256"), ("SHA256", "sha-256"),
        ("sha-256", "sha-256"), ("Sha_256", "sha-256"), (" sha-256 ", "sha-256"),
        ('"sha-256"', "sha-256"), ("rsa-sha256", "sha-256"), ("sha\r\n -384", "sha-384"),
        ("sha-512", "sha-512"), ("md5", None), ("sha-224", None), ("", None), ("sha-2", None),
        ("sha" * 1000, None),
    ],
)  # fmt: skip
def test_spellings(spelling: str, digest: Digest | None) -> None:
    assert micalg.read(spelling) == digest


@pytest.mark.parametrize("digest", ["sha-1", "sha-256", "sha-384", "sha-512"])
@pytest.mark.parametrize("dashes", [True, False])
def test_what_is_written_is_read(digest: Digest, dashes: bool) -> None:
    assert micalg.read(micalg.spelled(digest, dashes)) == digest


def test_sha1_is_written_without_a_dash_for_everybody() -> None:
    assert micalg.spelled("sha-1", dashes=True) == "sha1"
    assert micalg.spelled("sha-256") == "sha-256"
    assert micalg.spelled("sha-256", dashes=False) == "sha256"

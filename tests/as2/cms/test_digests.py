"""Digests over exactly the bytes of an extent, in one pass."""

from __future__ import annotations

import hashlib

import pytest

from gateway.channels.as2.cms.digests import ALGORITHMS, digests_of
from gateway.channels.as2.extent import CHUNK, Extent


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1])
def test_several_at_once(size: int) -> None:
    extent = Extent.of(b"before" + b"x" * size + b"after").part(6, size)
    found = digests_of(extent, ALGORITHMS)
    assert {name: len(each) for name, each in found.items()} == {
        name: each.digest_size for name, each in ALGORITHMS.items()
    }
    for name, each in found.items():
        assert each == hashlib.new(name.replace("-", ""), b"x" * size).digest()


def test_others_are_not_known() -> None:
    with pytest.raises(KeyError):
        digests_of(Extent.of(b""), ["md5"])

"""Receipts as products of the field write them: each file of ``spellings`` is one that counts.

The names say which of the rules of interoperability (Drummond, issues of 2006 to 2014) it is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mdn.read import is_mdn
from gateway.channels.as2.mdn.verdict import settle_verdict
from gateway.channels.as2.mime.headers import Headers
from tests.as2.mdn.receipts import LINK, MESSAGE_ID, SENT, Raw, signed

FILES = sorted((Path(__file__).parent / "spellings").glob("*.txt"))
OUTSIDE = {"whole-body-base64"}
"""An encoding of the whole body is around a signature, not in it."""


def raw(path: Path, line_end: bytes = b"\r\n") -> Raw:
    data = path.read_bytes().partition(b"\n")[2].replace(b"\n", line_end)
    head, _, body = data.partition(line_end + line_end)
    return Raw(Headers.parse(head).items, body)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"], ids=["crlf", "lf"])
def test_an_unsigned_one_counts_where_none_signed_was_asked_for(
    path: Path, line_end: bytes
) -> None:
    mdn = raw(path, line_end)
    read = mdn.read()
    assert read.findings == ()
    assert read.original_message_id == MESSAGE_ID
    assert read.mic is not None
    verdict = settle_verdict(read, replace(SENT, signed=False))
    assert (verdict.kind, verdict.problem) == ("positive", None)
    assert is_mdn(Headers.of(mdn.headers), Extent.of(mdn.body))


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem not in OUTSIDE], ids=lambda path: path.stem
)
def test_a_signed_one_counts(path: Path) -> None:
    mdn = signed(raw(path))
    read = mdn.read()
    assert read.findings == ()
    assert read.signer == LINK.theirs[0]
    verdict = settle_verdict(read, SENT)
    assert (verdict.kind, verdict.problem) == ("positive", None)
    assert is_mdn(Headers.of(mdn.headers), Extent.of(mdn.body))

"""Entities put together: boundaries and line ends around parts that stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mime.headers import head_of
from gateway.channels.as2.mime.joined import join
from gateway.channels.as2.mime.transfer import base64_lines

Fields = tuple[tuple[str, str], ...]


def multipart(boundary: str, parts: Sequence[bytes | Extent]) -> Extent:
    """The body of a multipart, of parts with their heads.

    ``boundary`` is random, so that nothing in a partner's text can end a part of ours.
    """
    line = f"--{boundary}".encode("ascii")
    pieces: list[bytes | Extent] = []
    for part in parts:
        pieces += [line + b"\r\n", part, b"\r\n"]
    pieces.append(line + b"--\r\n")
    return join(pieces)


def multipart_signed(
    content: bytes | Extent, signature: bytes, micalg: str, boundary: str
) -> tuple[str, Extent]:
    """Content-Type and body (RFC 8551 §3.5.3) of a part and what signs exactly its bytes."""
    head = head_of(smime_fields("application/pkcs7-signature", "smime.p7s", "base64"))
    content_type = (
        'multipart/signed; protocol="application/pkcs7-signature"; '
        f'micalg={micalg}; boundary="{boundary}"'
    )
    return content_type, multipart(boundary, [content, head + base64_lines(signature)])


def smime_fields(content_type: str, name: str, encoding: str = "binary") -> Fields:
    """The fields of a layer. Some readers take it for text without the disposition."""
    return (
        ("Content-Type", f'{content_type}; name="{name}"'),
        ("Content-Transfer-Encoding", encoding),
        ("Content-Disposition", f'attachment; filename="{name}"'),
    )

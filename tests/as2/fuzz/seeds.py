"""Where fuzzing begins: structures, messages and receipts that are right, and changes to them.

The files of ``corpus`` are made by ``python -m tests.as2.fuzz.seeds`` (encryption is never the same
twice, so they are kept); messages and receipts are those of the tests of their readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import strategies as st

from gateway.channels.as2.cms.compressed import compress
from gateway.channels.as2.cms.enveloped import encrypt
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mime.headers import head_of
from tests.as2.cms.shapes import openssl, pem, reshaped, whole
from tests.as2.credentials import KEYS, certificate, own
from tests.as2.mdn.receipts import report, signed
from tests.as2.message.exchange import AT

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
REGRESSIONS = HERE / "regressions"
SIGNED = b"Content-Type: application/edifact\r\n\r\nUNB+UNOC:3+A:14+B:14'UNZ+0+1'"
"""What the structures are about, and all that acme signed in them."""
_BER = (
    b"\x30", b"\x31", b"\x04", b"\x24", b"\x80", b"\xa0", b"\xa1", b"\x02\x01\x00", b"\x05\x00",
    b"\x00\x00", b"\x30\x80", b"\x24\x80", b"\xa0\x80", b"\x81\x80", b"\x82\xff\xff", b"\x84",
    b"\x84\xff\xff\xff\xff", b"\x88\xff\xff\xff\xff\xff\xff\xff\xff", b"\xff", b"\x7f", b"\x1f\x81",
    b"\x06\x00", b"\x06\x01\x80", b"\x30\x82\x00\x00",
)  # fmt: skip
_MIME = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"--", b"--\r\n", b":", b";", b'"', b"=", b"=\r\n", b"=ZZ",
    b" ", b"\t", b"\x00", b"\xe9", b"multipart/signed", b"multipart/mixed", b"multipart/report",
    b"application/pkcs7-mime", b"application/pkcs7-signature", b"Content-Type: ", b"boundary=",
    b"Content-Transfer-Encoding: base64\r\n", b"quoted-printable", b"Disposition: ", b"/error: ",
    b"message/disposition-notification", b"automatic-action/MDN-sent-automatically; processed",
    b"failed/",
    b"signed-receipt-micalg=optional, sha-256", b", sha1", b"=?utf-8?Q?=41?=", b"*0*=", b"(((",
)  # fmt: skip


@cache
def structures() -> Sequence[bytes]:
    """CMS, and certificates as further ASN.1."""
    own_files = [path.read_bytes() for path in sorted(CORPUS.glob("*.der"))]
    return (*own_files, certificate("ours").certificate.public_bytes(Encoding.DER))


@cache
def messages() -> Sequence[bytes]:
    """Head and body in one, as a file shows them."""
    folder = HERE.parent / "message" / "cases"
    return tuple(path.read_bytes() for path in sorted(folder.glob("*.msg")))


@cache
def receipts() -> Sequence[bytes]:
    """The same for receipts; the first line of their files is a comment. Some are signed."""
    folder = HERE.parent / "mdn" / "spellings"
    files = [path.read_bytes().partition(b"\n")[2] for path in sorted(folder.glob("*.txt"))]
    made = (signed(report()), signed(report(), attributes=False), signed(report(), own("stranger")))
    plain = tuple(data.replace(b"\n", b"\r\n") for data in files)
    return (*(head_of(raw.headers) + raw.body for raw in made), *plain)


def seeds_of(target: str) -> Sequence[bytes]:
    """By the name of a target, ``as2-cms``."""
    named = {"as2-ber": structures, "as2-cms": structures, "as2-mdn": receipts}
    return named.get(target, messages)()


def anything_of(target: str) -> st.SearchStrategy[bytes]:
    """Mostly broken seeds of a target, some bytes of no meaning."""
    binary = target in ("as2-ber", "as2-cms")
    broken = changed(seeds_of(target), _BER if binary else _MIME)
    return st.one_of(broken, broken, st.binary(max_size=200))


@st.composite
def changed(draw: st.DrawFn, seeds: Sequence[bytes], signs: Sequence[bytes]) -> bytes:
    """A seed after some changes: bytes put in, taken out, doubled, replaced, cut off."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 5))):
        size = len(data)
        at, other = draw(st.integers(0, size)), draw(st.integers(0, size))
        first, last = min(at, other), min(max(at, other), min(at, other) + 80)
        match draw(st.integers(0, 6)):
            case 0:
                data[at:at] = draw(st.sampled_from(signs))
            case 1:
                sign = draw(st.sampled_from(signs))
                data[at : at + len(sign)] = sign
            case 2:
                del data[first:last]
            case 3:
                data[at:at] = data[first:last]
            case 4:
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
            case 5:
                data[at:at] = draw(st.binary(max_size=8))
            case _:
                if draw(st.booleans()):
                    del data[at:]
    return bytes(data)


def _made() -> Iterator[tuple[str, bytes]]:
    content, ours = Extent.of(SIGNED), [certificate("ours")]
    cbc = whole(encrypt(content, ours, "aes-256-cbc", "pkcs1", BytesIO))
    gcm = whole(encrypt(content, ours, "aes-128-gcm", "oaep-sha-256", BytesIO))
    yield "enveloped-cbc", cbc
    yield "enveloped-cbc-in-pieces", reshaped(cbc, 24, nested=True)
    yield "enveloped-3des-oaep", whole(encrypt(content, ours, "3des", "oaep-sha-1", BytesIO))
    yield "enveloped-gcm", gcm
    yield "enveloped-gcm-in-pieces", reshaped(gcm, 24)
    others = ("-aes-128-cbc", "-keyid", "-secretkey", "00" * 16, "-secretkeyid", "01")
    to = ("-encrypt", "-stream", "-outform", "DER", *others, str(pem("ours-ec")), str(pem("ours")))
    yield "enveloped-openssl", openssl(*to, data=SIGNED)
    zipped = whole(compress(Extent.of(SIGNED * 9), 6, BytesIO))
    yield "compressed", zipped
    yield "compressed-in-pieces", reshaped(zipped, 16, nested=True)
    for name, signer, scheme in (
        ("signed", "acme", "pkcs1"),
        ("signed-pss", "acme", "pss"),
        ("signed-ecdsa", "acme-ec", "ecdsa"),
    ):
        yield name, sign(content, own(signer), "sha-256", scheme, at=AT)  # type: ignore[arg-type]
    signing = ("-sign", "-nodetach", "-outform", "DER", "-signer", str(pem("acme")))
    key = ("-inkey", str(KEYS / "acme.key"))
    yield "signed-opaque-openssl", openssl(*signing, *key, "-stream", data=SIGNED)
    yield "signed-plain-openssl", openssl(*signing, *key, "-noattr", "-keyid", data=SIGNED)


if __name__ == "__main__":
    CORPUS.mkdir(exist_ok=True)
    for made, data in _made():
        (CORPUS / f"{made}.der").write_bytes(data)

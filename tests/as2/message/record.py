"""Writes the messages that must be accepted: ``python -m tests.as2.message.record``.

Nothing of ours makes them: MIME is put together here as peers do it, good and odd, the layers are
made by OpenSSL and asn1crypto. Beside each message (``cases/NAME.msg``: headers, blank line, body)
stands what has to come out of it (``cases/expected.json``); its MIC is computed here, by the rule,
over the bytes it is about.
"""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import new
from pathlib import Path

from tests.as2.credentials import KEYS
from tests.as2.peers import openssl

CASES = Path(__file__).parent / "cases"
LF = b"UNB+UNOC:3+4012345000009:14+4098765000000:14+260302:0914+4711'\nUNH+1+ORDERS:D:96A:UN'\n"
CRLF = LF.replace(b"\n", b"\r\n")
HEADERS = {
    "AS2-Version": "1.2",
    "AS2-From": "acme-retail",
    "AS2-To": "northwind",
    "Message-ID": "<4711@acme.example>",
    "Date": "Mon, 02 Mar 2026 09:14:05 +0000",
    "MIME-Version": "1.0",
    "Disposition-Notification-To": "edi@acme.example",
    "Disposition-Notification-Options": (
        "signed-receipt-protocol=optional, pkcs7-signature; "
        "signed-receipt-micalg=optional, sha-256, sha1"
    ),
}
SIGNATURE = "application/pkcs7-signature; name=smime.p7s"
ENVELOPED = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
COMPRESSED = "application/pkcs7-mime; smime-type=compressed-data; name=smime.p7z"


@dataclass
class Case:
    """A message and what comes out of it."""

    why: str
    entity: tuple[str, bytes]
    """Header lines and body of the outermost part."""
    documents: list[tuple[bytes, str, str]]
    """Bytes, content type, file name."""
    layers: list[str]
    covered: bytes
    """What the MIC is over."""
    digest: str = "sha-256"
    headers: dict[str, str] = field(default_factory=dict)
    """In place of those above; an empty value takes one away."""


def part(head: str, body: bytes, eol: str = "\r\n") -> bytes:
    """A MIME part with the given header lines."""
    return "".join(line + eol for line in head.splitlines()).encode("latin-1") + eol.encode() + body


def edi(content: bytes = LF, more: str = "Content-Transfer-Encoding: binary") -> bytes:
    """The innermost part as most peers write it."""
    head = 'Content-Type: application/EDIFACT\nContent-Disposition: attachment; filename="o.edi"'
    return part(f"{head}\n{more}" if more else head, content)


def der(content: bytes, digest: str = "sha-256", key: str = "acme", scheme: str = "pkcs1") -> bytes:
    """A detached signature."""
    return openssl.sign(content, key, digest, scheme)


def armour(data: bytes, eol: bytes = b"\r\n") -> bytes:
    """Base64 in lines."""
    return encodebytes(data).replace(b"\n", eol)


def signed(
    content: bytes,
    signature: bytes | None = None,
    *,
    kind: str = 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256',
    name: str = "Content-Type: ",
    eol: bytes = b"\r\n",
    before: bytes = b"",
    end: bytes = b"--\r\n",
) -> tuple[str, bytes]:
    """multipart/signed around a part; ``signature`` is the whole second part."""
    if signature is None:
        head = f"Content-Type: {SIGNATURE}\nContent-Transfer-Encoding: base64"
        signature = part(head, armour(der(content)))
    line = b"--=_edi_7"
    body = before + line + eol + content + eol + line + eol + signature + eol + line + end
    return f'{name}{kind}; boundary="=_edi_7"', body


def enveloped(content: bytes, *, stream: bool = False, cipher: str = "aes-256-cbc") -> bytes:
    """EnvelopedData for us."""
    return openssl.encrypt(content, ["ours"], cipher, "pkcs1", stream=stream)


def binary(kind: str, body: bytes) -> tuple[str, bytes]:
    """A part that says it is binary."""
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: binary", body


def whole(entity: tuple[str, bytes]) -> bytes:
    """A part as the bytes that go into the next layer."""
    return part(*entity)


def one(content: bytes = LF, kind: str = "application/edifact") -> list[tuple[bytes, str, str]]:
    """The only document, with the file name of :func:`edi`."""
    return [(content, kind, "o.edi")]


def quoted(content: bytes) -> bytes:
    """Quoted-printable that keeps every byte."""
    return b"".join(b"=%02X" % each if each in b"\r\n=" else bytes((each,)) for each in content)


def spelled_oddly() -> Iterator[tuple[str, Case]]:
    """Signed messages whose MIME is unusual."""
    sign = ["signed"]
    content = edi(more="")
    binary_signature = part(f"Content-Type: {SIGNATURE}", der(content))
    yield "no-transfer-encoding", Case(
        "3Q10-7, 1Q08-3, 3Q13-8: no encoding named is binary, of the part and of the signature",
        signed(content, binary_signature), one(), sign, content,
    )  # fmt: skip
    content = edi()
    head = f"Content-Type: {SIGNATURE}\nContent-Transfer-Encoding: base64"
    yield "signature-base64-lf-only", Case(
        "base64 of the signature in lines that end in LF",
        signed(content, part(head, armour(der(content), b"\n"))), one(), sign, content,
    )  # fmt: skip
    head = f"content-type: {SIGNATURE}\nCONTENT-TRANSFER-ENCODING: BASE64"
    content = part(
        "content-TYPE:application/edifact\ncontent-transfer-encoding: Base64", armour(LF)
    )
    yield "any-case", Case(
        "names, types and encodings in any case; no blank after the colon",
        signed(
            content, part(head, armour(der(content))), name="Content-Type:",
            kind="MULTIPART/Signed;PROTOCOL=application/pkcs7-signature;MICALG=SHA-256",
        ),
        [(LF, "application/edifact", "")], sign, content,
    )  # fmt: skip
    content = edi(quoted(LF), "Content-Transfer-Encoding: quoted-printable")
    yield (
        "quoted-printable-inside",
        Case("the payload as quoted-printable", signed(content), one(), sign, content),
    )
    content = edi(armour(LF), "Content-Transfer-Encoding: base64")
    yield "base64-inside", Case("the payload as base64", signed(content), one(), sign, content)
    content = edi()
    yield "crlf-after-last-boundary", Case(
        "line ends after the last boundary", signed(content, end=b"--\r\n\r\n\r\n"),
        one(), sign, content,
    )  # fmt: skip
    yield "junk-after-last-boundary", Case(
        "an epilogue, and zeros after the boundary itself",
        signed(content, end=b"--\0\0\r\nsent by a mail system\r\n--\r\n"), one(), sign, content,
    )  # fmt: skip
    yield (
        "last-crlf-missing",
        Case(
            "a Content-Length that is two bytes short",
            signed(content, end=b"--"),
            one(),
            sign,
            content,
        ),
    )
    before = b"This is an S/MIME signed message\r\n\r\n"
    yield (
        "preamble",
        Case(
            "text before the first boundary", signed(content, before=before), one(), sign, content
        ),
    )
    lines = edi().replace(b"\r\n", b"\n")
    yield "lf-structure", Case(
        "LF around the boundaries and in the fields, as the signer had them",
        signed(lines, eol=b"\n"), one(), sign, lines,
    )  # fmt: skip
    content = part(
        "Content-Type: application/EDIFACT;\n charset=us-ascii\nContent-Disposition: attachment;\n"
        '\tfilename="o.edi"', LF,
    )  # fmt: skip
    yield (
        "folded-fields",
        Case("fields over several lines within parts", signed(content), one(), sign, content),
    )
    content = part('Content-Disposition: attachment; filename=""o.edi""', LF)
    yield (
        "filename-quoted-twice",
        Case(
            "a doubly quoted file name, no Content-Type",
            signed(content),
            one(kind=""),
            sign,
            content,
        ),
    )
    content = part("Content-Type: application/EDIFACT; name=o.edi\nContent-ID: <x.edi>", LF)
    yield (
        "filename-of-content-type",
        Case("3Q09-8: the name is not the Content-ID", signed(content), one(), sign, content),
    )
    content = b"\r\n" + LF
    yield (
        "part-without-fields",
        Case(
            "a part that begins with the blank line", signed(content), [(LF, "", "")], sign, content
        ),
    )


def signed_otherwise() -> Iterator[tuple[str, Case]]:
    """Signatures of other kinds."""
    sign, content = ["signed"], edi()
    head = "Content-Type: application/x-pkcs7-signature\nContent-Transfer-Encoding: binary"
    for name, kind in {
        "micalg-missing": "multipart/signed; protocol=application/pkcs7-signature",
        "micalg-of-another": 'multipart/signed; protocol="x"; micalg="md5"',
    }.items():
        yield name, Case(
            "what was used stands in the signature; micalg is not needed",
            signed(content, part(head, der(content)), kind=kind), one(), sign, content,
        )  # fmt: skip
    for digest in ("sha-1", "sha-384", "sha-512"):
        signature = part(head, der(content, digest))
        yield f"signed-{digest}", Case(
            "the MIC is that of the signature, whatever the options say (3Q12-2)",
            signed(content, signature), one(), sign, content, digest,
        )  # fmt: skip
    yield (
        "signed-pss",
        Case(
            "RSASSA-PSS",
            signed(content, part(head, der(content, scheme="pss"))),
            one(),
            sign,
            content,
        ),
    )
    bare = openssl.sign(content, "acme", "sha-256", "pkcs1", attributes=False)
    yield (
        "signed-without-attributes",
        Case("no signed attributes", signed(content, part(head, bare)), one(), sign, content),
    )
    keys = ("-signer", KEYS / "acme.pem", "-inkey", KEYS / "acme.key")
    known = openssl.run(
        *("cms", "-sign", "-binary", "-keyid", "-outform", "DER", "-nocerts"), *keys, stdin=content
    )
    yield "signer-by-key-identifier", Case(
        "the signer named by its key identifier, no certificate inside",
        signed(content, part(head, known)), one(), sign, content,
    )  # fmt: skip
    opaque = openssl.run(
        *("cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-stream"),
        *keys,
        stdin=content,
    )
    yield "opaque-signature", Case(
        "the content within the signature, in BER",
        binary("application/pkcs7-mime; smime-type=signed-data", opaque), one(), sign, content,
    )  # fmt: skip


def wrapped() -> Iterator[tuple[str, Case]]:
    """Encrypted and compressed messages."""
    content = edi()
    inner = whole(signed(content))
    both = ["enveloped", "signed"]
    yield "x-pkcs7-mime", Case(
        "the old name, no smime-type",
        binary("Application/X-pkcs7-MIME", enveloped(inner)), one(), both, content,
    )  # fmt: skip
    yield "indefinite-length", Case(
        "3Q08-7, 1Q09-4: BER of indefinite length",
        binary(ENVELOPED, enveloped(inner, stream=True)), one(), both, content,
    )  # fmt: skip
    yield "zeros-after-the-end", Case(
        "zero padding after the structure",
        binary(ENVELOPED, enveloped(inner, stream=True) + bytes(16)), one(), both, content,
    )  # fmt: skip
    armoured = armour(enveloped(inner))
    yield "whole-body-base64", Case(
        "the whole body as base64",
        (f"Content-Type: {ENVELOPED}\nContent-Transfer-Encoding: base64", armoured),
        one(), both, content,
    )  # fmt: skip
    yield "whole-body-base64-unsaid", Case(
        "base64 without a word about it",
        (f"Content-Type: {ENVELOPED}", armoured), one(), both, content,
    )  # fmt: skip
    yield "binary-said-to-be-base64", Case(
        "a field that is wrong",
        (f"Content-Type: {ENVELOPED}\nContent-Transfer-Encoding: base64", enveloped(inner)),
        one(), both, content,
    )  # fmt: skip
    armoured = edi(armour(LF), "Content-Transfer-Encoding: base64")
    yield "encrypted-only-base64-inside", Case(
        "encrypted, not signed: MIC over the inner part with its fields, still encoded",
        binary(ENVELOPED, enveloped(armoured)), one(), ["enveloped"], armoured,
    )  # fmt: skip
    gcm = "application/pkcs7-mime; smime-type=authEnveloped-data"
    yield "aes-gcm", Case(
        "AuthEnvelopedData", binary(gcm, enveloped(inner, cipher="aes-256-gcm")),
        one(), ["auth-enveloped", "signed"], content,
    )  # fmt: skip
    yield "triple-des", Case(
        "3DES where it was agreed", binary(ENVELOPED, enveloped(inner, cipher="3des")),
        one(), both, content,
    )  # fmt: skip
    squeezed = whole(binary(COMPRESSED, openssl.compressed(content)))
    yield (
        "compressed-then-signed",
        Case(
            "MIC over the compressed part",
            signed(squeezed),
            one(),
            ["signed", "compressed"],
            squeezed,
        ),
    )
    squeezed = part(
        f"Content-Type: {COMPRESSED}\nContent-Transfer-Encoding: base64",
        armour(openssl.compressed(content)),
    )
    yield "compressed-base64-then-signed", Case(
        "MIC over the part as it is, before base64 and compression are taken off",
        binary(ENVELOPED, enveloped(whole(signed(squeezed)))),
        one(), ["enveloped", "signed", "compressed"], squeezed,
    )  # fmt: skip
    yield "signed-then-compressed", Case(
        "RFC 5402 allows both", binary(COMPRESSED, openssl.compressed(inner)),
        one(), ["compressed", "signed"], content,
    )  # fmt: skip
    yield "compressed-only", Case(
        "MIC over the part inside, with its fields",
        binary(COMPRESSED, openssl.compressed(content)), one(), ["compressed"], content,
    )  # fmt: skip
    yield "compressed-around-encrypted", Case(
        "an order nobody agreed on",
        binary(COMPRESSED, openssl.compressed(whole(binary(ENVELOPED, enveloped(inner))))),
        one(), ["compressed", "enveloped", "signed"], content,
    )  # fmt: skip


def several() -> Iterator[tuple[str, Case]]:
    """Attachments (RFC 6362)."""
    pdf = b"%PDF-1.7\n\x00\xff\r--=_edi_8x\r\n"
    line = b"\r\n--=_edi_8"
    plain = part('Content-Disposition: attachment; filename="p.pdf"', pdf)
    attached = line[2:] + b"\r\n" + edi() + line + b"\r\n" + plain + line + b"--\r\n"
    documents = [(LF, "application/edifact", "o.edi"), (pdf, "", "p.pdf")]
    for name, kind in {
        "attachments-related": 'multipart/related; type="application/EDIFACT"; boundary="=_edi_8"',
        "attachments-mixed": "multipart/mixed; boundary==_edi_8",
    }.items():
        content = part(f"Content-Type: {kind}", attached)
        yield name, Case(
            "several documents, one without Content-Type, a line like the boundary in it",
            signed(content), documents, ["signed"], content,
        )  # fmt: skip


def payloads() -> Iterator[tuple[str, Case]]:
    """Bytes that others break."""
    for name, data in {
        "empty": b"",
        "lf-only": LF,
        "cr-only": LF.replace(b"\n", b"\r"),
        "crlf": CRLF,
        "no-last-line-end": LF.rstrip(),
        "ends-in-blank-lines": LF + b"\r\n\n\r\n",
        "binary": bytes(range(256)) + b"ISA*00*\r\nBIN*5*\n\r\r~",
        "latin-1": "FTX+AAI+++Größe'\n".encode("latin-1"),
        "utf-8": "FTX+AAI+++Größe €'\n".encode(),
        "dashes": b"--\r\n----\r\n--=_edi\r\n--=_edi_70\r\n --=_edi_7\r\n",
    }.items():
        content = edi(data)
        yield (
            f"payload-{name}",
            Case("the same bytes come out", signed(content), one(data), ["signed"], content),
        )


def for_several() -> Iterator[tuple[str, Case]]:
    """Envelopes for more than us, other key transports, encodings around everything."""
    content = edi()
    inner = whole(signed(content))
    both = ["enveloped", "signed"]
    keys = ["northwind-4096", "acme", "ours"]
    yield "several-recipients", Case(
        "one of three, behind a key of 4096 bit",
        binary(ENVELOPED, openssl.encrypt(inner, keys, "aes-128-cbc", "pkcs1")),
        one(), both, content,
    )  # fmt: skip
    yield "rsa-oaep", Case(
        "OAEP with SHA-256",
        binary(ENVELOPED, openssl.encrypt(inner, ["ours"], "aes-256-cbc", "oaep-sha-256")),
        one(), both, content,
    )  # fmt: skip
    kind, body = signed(content)
    yield "multipart-base64-outside", Case(
        "base64 around a multipart, which RFC 2045 forbids",
        (f"{kind}\nContent-Transfer-Encoding: base64", armour(body)), one(), ["signed"], content,
    )  # fmt: skip
    yield "multipart-said-to-be-base64", Case(
        "the encoding of a part in the fields of the message",
        (f"{kind}\nContent-Transfer-Encoding: base64", body), one(), ["signed"], content,
    )  # fmt: skip


def in_the_clear() -> Iterator[tuple[str, Case]]:
    """Without signature: how the MIC is chosen."""
    head = 'Content-Type: application/EDIFACT\nContent-Disposition: attachment; filename="o.edi"'
    yield "plain", Case("MIC over the content alone, without fields", (head, LF), one(), [], LF)
    options = "signed-receipt-protocol=optional,\tpkcs7-signature;\tsigned-receipt-micalg=optional,"
    for name, offered, digest in [
        ("first-supported", "md5, SHA512 ,sha1", "sha-512"),
        ("old-spelling", "SHA", "sha-1"),
        ("none-known", "md5,crc32", "sha-1"),
    ]:
        yield f"plain-micalg-{name}", Case(
            "3Q12-2, 1Q12-12: the first that is supported, unknown names are skipped",
            (head, LF), one(), [], LF, digest,
            {"Disposition-Notification-Options": f"{options} {offered}"},
        )  # fmt: skip
    yield "plain-any-order", Case(
        "options in any order", (head, LF), one(), [], LF, "sha-384",
        {
            "Disposition-Notification-Options":
            "signed-receipt-micalg=optional,sha384;signed-receipt-protocol=optional,pkcs7-signature"
        },
    )  # fmt: skip
    yield "no-date-odd-message-id", Case(
        "no Date; a raw Latin-1 Message-ID without @, with signs that no file name may have",
        (head, LF), one(), [], LF, "sha-256",
        {"Date": "", "Message-ID": "<K\xe4se:/\\*?|AUX>"},
    )  # fmt: skip
    yield "date-of-java", Case(
        "a Date as Java prints it", (head, LF), one(), [], LF, "sha-256",
        {"Date": "Mon Mar 02 09:14:05 CET 2026"},
    )  # fmt: skip


def main() -> None:
    """Write all cases anew; what is encrypted differs each time."""
    CASES.mkdir(exist_ok=True)
    expected = {}
    for group in (
        spelled_oddly,
        signed_otherwise,
        wrapped,
        several,
        payloads,
        for_several,
        in_the_clear,
    ):
        for name, case in group():
            fields = {name: value for name, value in (HEADERS | case.headers).items() if value}
            head = "".join(f"{name}: {value}\n" for name, value in fields.items())
            (CASES / f"{name}.msg").write_bytes(part(head + case.entity[0], case.entity[1]))
            mic = b64encode(new(case.digest.replace("-", ""), case.covered).digest()).decode()
            expected[name] = {
                "why": case.why,
                "layers": case.layers,
                "mic": f"{case.digest} {mic}",
                "documents": [
                    {"type": kind, "name": file, "bytes": data.decode("latin-1")}
                    for data, kind, file in case.documents
                ],
            }
    (CASES / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()

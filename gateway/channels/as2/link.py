"""What we agreed with one partner for AS2: plain values, made from the settings.

Presets for products are data in :mod:`gateway.config.as2presets`; here they are resolved already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from cryptography.x509 import CertificateRevocationList

from gateway.channels.as2.credentials import Credential, OwnCredential

Digest = Literal["sha-1", "sha-256", "sha-384", "sha-512"]
Scheme = Literal["pkcs1", "pss", "ecdsa"]
Cipher = Literal[
    "3des", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm", "aes-256-gcm"
]
Transport = Literal["pkcs1", "oaep-sha-1", "oaep-sha-256", "oaep-sha-384", "oaep-sha-512"]
Encoding = Literal["binary", "base64", "quoted-printable", "8bit", "7bit"]
Compress = Literal["none", "before", "after"]
"""Before or after the signature is made."""
Wanted = Literal["required", "allowed", "refused"]
Lenient = Literal["missing-mic", "bare-message-id", "unsigned"]


@dataclass(frozen=True, slots=True)
class Layers:
    """How we build messages."""

    sign: Digest | None = "sha-256"
    scheme: Scheme = "pkcs1"
    """``ecdsa`` follows from an EC key, whatever stands here."""
    encrypt: Cipher | None = "aes-256-cbc"
    transport: Transport = "pkcs1"
    compress: Compress = "before"
    level: int = 1
    """Of zlib, 1 to 9."""
    encoding: Encoding = "binary"
    """Content-Transfer-Encoding of the payload's part."""
    whole_base64: bool = False
    """The outermost body goes as base64, for peers that cannot take binary."""
    attributes: bool = True
    """Signed attributes: content type, digest, signing time."""
    capabilities: bool = False
    """S/MIME capabilities among the signed attributes."""
    certificate_inside: bool = True
    """The signer's certificate is in the signature."""
    dashes: bool = True
    """``sha-256`` in micalg, where ``False`` writes ``sha256``."""
    keep_filename: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """What a message of the partner has to be; judged on what it really was."""

    signed: Wanted = "required"
    encrypted: Wanted = "required"
    compressed: Wanted = "allowed"
    sha1: bool = False
    """Signatures over SHA-1 are accepted, with a warning."""
    triple_des: bool = False
    """Messages encrypted with 3DES are accepted, with a warning."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The MDN we ask for."""

    mode: Literal["none", "sync", "async"] = "sync"
    signed: bool = True
    digests: tuple[Digest, ...] = ("sha-256", "sha-1")
    """What we offer for its MIC, best first."""
    url: str = ""
    """Where an asynchronous one is to be sent to: ours."""
    within: timedelta = timedelta(hours=1)
    """How long an asynchronous one may take before the message is sent again."""
    lenient: frozenset[Lenient] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """What a message of the partner may not exceed. Sizes in bytes."""

    body: int = 256_000_000
    inflated: int = 1_000_000_000
    ratio: int = 200
    """Inflated bytes for one compressed byte, once more than 1 MB came out."""
    headers: int = 100
    header_bytes: int = 64_000
    depth: int = 4
    """Layers of encryption, signature and compression."""
    parts: int = 100


@dataclass(frozen=True, slots=True)
class Link:
    """Everything that is agreed with a partner about one channel."""

    partner: str
    channel: str
    our_id: str
    their_id: str
    url: str = ""
    """Where his messages go to; empty: we only receive."""
    layers: Layers = Layers()
    policy: Policy = Policy()
    receipt: Receipt = Receipt()
    limits: Limits = Limits()
    ours: tuple[OwnCredential, ...] = ()
    theirs: tuple[Credential, ...] = ()
    trust: Literal["pin", "ca"] = "pin"
    """``pin``: the certificates above, themselves; ``ca``: what ``authorities`` issued, too."""
    receipt_urls: tuple[str, ...] = ()
    """Addresses his asynchronous receipts may be asked to; nothing else is called."""
    chunked: bool = False
    resend_new_id: bool = False
    """A resend gets a new Message-ID: for peers that insist on it; may double."""
    length_and_chunked: bool = False
    """Content-Length beside Transfer-Encoding is tolerated."""
    message_id: str = "<{token}@{host}>"
    more_headers: tuple[tuple[str, str], ...] = ()
    content_types: dict[str, str] = field(default_factory=dict)
    """By syntax: ``{"edifact": "application/edifact"}`` where they differ from RFC 1767."""
    authorities: tuple[Credential, ...] = ()
    """With ``trust`` ``ca``: whose certificates count, too."""
    subjects: tuple[str, ...] = ()
    """And to whom they have to be issued: common name, e-mail address or whole subject."""
    revocations: tuple[CertificateRevocationList, ...] = ()
    """Lists of revoked certificates; with any, one of the issuer has to be current."""

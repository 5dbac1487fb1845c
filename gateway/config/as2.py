"""Settings of a channel by AS2: ``channels.<name>.as2`` in ``partner.yaml``.

What is not written comes from the preset of the partner's product
(:mod:`gateway.config.as2presets`), then from the defaults here. Ours are in
:mod:`gateway.config.as2own`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.config.as2own import KeySource
from gateway.config.as2values import (
    Address,
    As2Id,
    Fingerprint,
    HeaderName,
    HeaderText,
    Inside,
    MediaType,
    MessageId,
    Since,
    Until,
)
from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.values import Duration, NameTemplate, Size, WebAddress

PresetName = Literal[
    "openas2", "mendelson", "sterling", "azure", "amazon", "axway-rssbus", "pyas2", "strict"
]
Digest = Literal["sha-1", "sha-256", "sha-384", "sha-512"]
Cipher = Literal[
    "none", "3des", "aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "aes-128-gcm", "aes-192-gcm",
    "aes-256-gcm",
]  # fmt: skip
Transport = Literal["pkcs1", "oaep-sha-1", "oaep-sha-256", "oaep-sha-384", "oaep-sha-512"]
Wanted = Literal["required", "allowed", "refused"]
Lenient = Literal["missing-mic", "bare-message-id", "unsigned"]
_OURS = ("as2-", "content-", "disposition-", "ediint-", "receipt-")
_HEADERS_OF_OURS = frozenset(
    {
        "authorization", "connection", "cookie", "date", "expect", "host", "message-id",
        "mime-version", "proxy-authorization", "subject", "te", "trailer", "transfer-encoding",
        "upgrade",
    }
)  # fmt: skip


class TheirCertificate(Closed):
    """A certificate of the partner, and when it counts."""

    file: Inside = Field(description="file in the partner's folder: PEM, DER or PKCS#7")
    use: tuple[Literal["sign", "encrypt"], ...] = Field(
        default=("sign", "encrypt"),
        description="what it is for: his signatures, what we encrypt to him, or both",
        min_length=1,
    )
    accept_from: Since | None = Field(
        default=None, description="his signatures count from then on; without it, always"
    )
    accept_until: Until | None = Field(
        default=None, description="and up to then; a day counts to its end (UTC)"
    )
    send_from: Since | None = Field(
        default=None,
        description="we encrypt to it from then on; without it, from accept_from on. Of several "
        "the one that came into force last is taken",
    )
    accept_expired_until: Until | None = Field(
        default=None, description="accepted until then, although the certificate has expired"
    )


class Trust(Closed):
    """Trust in what an authority issued, beside the certificates themselves."""

    authorities: tuple[Inside, ...] = Field(
        description="files with the certificates of the authorities", min_length=1
    )
    subjects: tuple[Text, ...] = Field(
        default=(),
        description="whose certificates count: common name, e-mail address or whole subject",
    )
    revocations: tuple[Inside, ...] = Field(
        default=(), description="files with lists of revoked certificates (CRL)"
    )


class As2Send(Closed):
    """How messages to the partner are built."""

    sign: Literal["none"] | Digest = Field(default="sha-256", description="digest, or none")
    scheme: Literal["pkcs1", "pss"] = Field(
        default="pkcs1", description="form of RSA signatures; EC keys sign with ECDSA"
    )
    encrypt: Cipher = Field(default="aes-256-cbc", description="cipher, or none")
    key_transport: Transport = Field(
        default="pkcs1", description="how the key of a message is encrypted"
    )
    compress: Literal["before", "after", "none"] = Field(
        default="before", description="before or after the signature is made, or not at all"
    )
    level: int = Field(default=1, ge=1, le=9, description="of compression; 1 is by far fastest")
    encoding: Literal["binary", "base64", "quoted-printable", "8bit", "7bit"] = Field(
        default="binary", description="Content-Transfer-Encoding of the document"
    )
    content_types: dict[Text, MediaType] = Field(
        default={},
        description="content type by syntax (edifact, x12, xml …), where it is not that of "
        "RFC 1767 and RFC 7303",
    )
    name: NameTemplate = Field(
        default="{message}_{control}.{ext}", description="the template of file names"
    )
    subject: NameTemplate = Field(
        default="{message} {control}", description="the template of the Subject header"
    )


class As2Receive(Closed):
    """What messages of the partner have to be, judged on what they really were."""

    signed: Wanted = Field(default="required", description="a signature of the partner")
    encrypted: Wanted = Field(default="required", description="encryption for a key of ours")
    compressed: Wanted = Field(default="allowed", description="compression")
    sha1: bool = Field(default=False, description="accept signatures over SHA-1, with a warning")
    triple_des: bool = Field(
        default=False, description="accept what is encrypted with 3DES, with a warning"
    )
    max_size: Size = Field(default=256_000_000, gt=0, description="bytes of a message")
    max_inflated: Size = Field(
        default=1_000_000_000, gt=0, description="bytes of a message that is decompressed"
    )
    max_ratio: int = Field(
        default=200, ge=2, le=1100, description="decompressed bytes for one compressed byte"
    )
    repeat: Literal["hold", "drop", "pass"] = Field(
        default="hold",
        description="the same content under another Message-ID: held for a person, put aside, or "
        "processed again; the receipt is positive",
    )
    rate: int = Field(
        default=600, ge=1, le=100_000, description="messages a minute; more are told to come later"
    )
    silent: Duration | None = Field(
        default=None, description="an alarm when no message has come for so long"
    )


class Receipt(Closed):
    """The receipt (MDN) that is asked for, and how strictly it is read."""

    mode: Literal["sync", "async", "none"] = Field(
        default="sync", description="in the reply, by a message of its own, or none"
    )
    signed: bool = Field(default=True, description="a signed one; others prove nothing then")
    micalg: tuple[Digest, ...] = Field(
        default=("sha-256", "sha-1"),
        description="digests offered for the receipt, best first",
        min_length=1,
    )
    within: Duration = Field(
        default=timedelta(hours=1),
        description="how long an asynchronous receipt may take; then the message is sent again",
    )
    lenient: tuple[Lenient, ...] = Field(
        default=(),
        description="what a receipt may lack: its MIC (missing-mic), the < > of the message's id "
        "(bare-message-id), its signature (unsigned)",
    )


class Login(Closed):
    """How we get in: by user and password, or by a token."""

    user: Text | None = Field(default=None, description="user name (basic authentication)")
    password: SecretText | None = Field(
        default=None, description="a reference, never the password: ${env:NAME} or ${file:PATH}"
    )
    token: SecretText | None = Field(
        default=None, description="of bearer authentication: a reference, never the token"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password are given both, or neither of them")
        if (self.user is None) == (self.token is None):
            raise ValueError("either user and password are given, or token")
        return self


class As2Http(Closed):
    """The connection to the partner."""

    timeout: Duration = Field(
        default=timedelta(minutes=5), description="how long the reply may take"
    )
    connect_timeout: Duration = Field(
        default=timedelta(seconds=15), description="how long the connection may take"
    )
    tls_min: Literal["1.2", "1.3"] = Field(default="1.2", description="least version of TLS")
    ca: Inside | None = Field(
        default=None,
        description="file in the partner's folder with the authorities of his server; without it, "
        "those of the operating system",
    )
    pins: tuple[Fingerprint, ...] = Field(
        default=(),
        description="SHA-256 fingerprints of his server's certificate; no other is accepted",
    )
    client: KeySource | None = Field(
        default=None, description="our certificate and key for TLS, where he asks for one"
    )
    login: Login | None = Field(default=None, description="where his server asks for one")
    chunked: bool = Field(
        default=False, description="send in chunks, without Content-Length; few need it"
    )
    headers: dict[HeaderName, HeaderText] = Field(
        default={}, description="further headers that the partner's server wants"
    )

    @model_validator(mode="after")
    def _own_headers(self) -> Self:
        for name in self.headers:
            if name.lower() in _HEADERS_OF_OURS or name.lower().startswith(_OURS):
                raise ValueError(f"the header {name} is made by the gateway and cannot be set")
        return self


class Quirks(Closed):
    """Where the partner's product differs from the standards; the preset sets most of them."""

    dashes: bool = Field(
        default=True, description="write sha-256 in micalg; false writes sha256, as some expect"
    )
    whole_base64: bool = Field(
        default=False, description="the whole body goes as base64, for who cannot take binary"
    )
    attributes: bool = Field(
        default=True, description="signed attributes: content type, digest, signing time"
    )
    capabilities: bool = Field(
        default=False, description="S/MIME capabilities among the signed attributes"
    )
    certificate_inside: bool = Field(
        default=True, description="our certificate is in the signature"
    )
    message_id: MessageId = Field(
        default="<{token}@{host}>", description="the form of our Message-IDs"
    )
    resend_id: Literal["same", "new"] = Field(
        default="same", description="Message-ID when a message is sent again; new may double it"
    )
    keep_filename: bool = Field(default=True, description="tell the name of the file")
    length_and_chunked: bool = Field(
        default=False, description="accept Content-Length beside Transfer-Encoding: chunked"
    )


class As2(Closed):
    """A channel by AS2 (RFC 4130)."""

    id: As2Id = Field(description="the partner's AS2 id, exactly as he writes it")
    our_id: As2Id | None = Field(
        default=None, description="our AS2 id towards him; without it, as2.id of _own.yaml"
    )
    url: WebAddress | None = Field(
        default=None,
        description="where messages for him are sent to (${env:NAME} where the address itself is "
        "secret); without it we only receive",
    )
    preset: PresetName | None = Field(
        default=None, description="his product, for the settings that are not written here"
    )
    certificates: tuple[TheirCertificate, ...] = Field(
        default=(), description="his certificates, old and new ones beside each other"
    )
    trust: Trust | None = Field(
        default=None, description="authorities that are trusted, too; without it, none is"
    )
    send: As2Send = As2Send()
    receive: As2Receive = As2Receive()
    receipt: Receipt = Receipt()
    receipt_urls: tuple[Address, ...] = Field(
        default=(),
        description="where he may ask asynchronous receipts to be sent to: the start of the "
        "address, like https://as2.example.com/mdn; nothing else is called",
    )
    http: As2Http = As2Http()
    quirks: Quirks = Quirks()

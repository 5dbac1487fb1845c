"""Build a message: once, as it is stored and sent again if it must be.

Written: CRLF and unfolded fields in the structure, the payload untouched; large payloads are read
where they lie. The digests (MIC) are taken while building, in every algorithm a receipt may name.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, get_args

from gateway.channels.as2.cms.compressed import compress
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.enveloped import encrypt
from gateway.channels.as2.cms.signed import sign
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Digest, Encoding
from gateway.channels.as2.mdn.micalg import spelled
from gateway.channels.as2.message.opened import Payload
from gateway.channels.as2.message.outgoing import Outgoing, fields_of
from gateway.channels.as2.mime.compose import multipart, multipart_signed, smime_fields
from gateway.channels.as2.mime.contenttype import parameter
from gateway.channels.as2.mime.headers import head_of
from gateway.channels.as2.mime.joined import join
from gateway.channels.as2.mime.transfer import encoded

Entropy = Callable[[int], bytes]
DIGESTS: Final[tuple[Digest, ...]] = get_args(Digest)
_SMIME = "application/pkcs7-mime"


@dataclass(frozen=True, slots=True)
class Built:
    """The message as it goes out. ``Content-Length`` is for who sends it: ``body.size``."""

    headers: tuple[tuple[str, str], ...]
    body: Extent
    """May be read from the payloads: keep these until it is stored."""
    mics: dict[Digest, str]
    """Base64 by digest: what a receipt has to give back."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that is being wrapped."""

    head: tuple[tuple[str, str], ...]
    body: Extent

    @property
    def whole(self) -> Extent:
        return join([head_of(self.head), self.body])


def build_message(outgoing: Outgoing, scratch: Scratch, entropy: Entropy) -> Built:
    """The message in the layers that are agreed with the partner.

    Raises ``ValueError`` for a signature without signer, encryption without recipient, or a value
    that cannot be a header; :class:`RefusedError` where a key does not fit the algorithm.
    """
    return _Building(outgoing, scratch, entropy).message()


class _Building:
    """One message on its way into its layers."""

    def __init__(self, outgoing: Outgoing, scratch: Scratch, entropy: Entropy) -> None:
        self._outgoing = outgoing
        self._layers = outgoing.link.layers
        self._scratch = scratch
        self._entropy = entropy
        self._tokens = 0
        self._mics: dict[str, bytes] = {}

    def message(self) -> Built:
        layers = self._layers
        part = inner = self._content()
        if layers.compress == "before":
            part = self._compressed(part)
        if layers.sign is not None:
            wrapped = layers.encrypt is not None or layers.compress == "after"
            part = self._signed(part if wrapped else self._armoured(part), layers.sign)
        if layers.compress == "after":
            part = self._compressed(part)
        if layers.encrypt is not None:
            part = self._encrypted(part)
        if part is not inner:
            part = self._armoured(part)
        if not self._mics:
            self._mics = digests_of(inner.body if part is inner else inner.whole, DIGESTS)
        mics = {name: b64encode(self._mics[name]).decode("ascii") for name in DIGESTS}
        headers = (*fields_of(self._outgoing), *part.head)
        head_of(headers)  # what cannot be sent is told before it is stored
        return Built(headers, part.body, mics)

    def _content(self) -> _Part:
        """The document, or the attachments in multipart/related with its type (RFC 6362)."""
        encoding = self._encoding()
        payloads = self._outgoing.payloads
        if not payloads:
            raise ValueError("a message without payload")
        parts = [self._payload(payload, encoding) for payload in payloads]
        if len(parts) == 1:
            return parts[0]
        token = self._token()
        named = [
            _Part((*part.head, ("Content-ID", f"<{number}.{token}@as2>")), part.body)
            for number, part in enumerate(parts, 1)
        ]
        kind = payloads[0].content_type.partition(";")[0].strip() or "application/octet-stream"
        content_type = (
            f'multipart/related; type="{kind}"; start="<1.{token}@as2>"; boundary="{token}"'
        )
        body = multipart(token, [part.whole for part in named])
        return _Part((("Content-Type", content_type),), body)

    def _payload(self, payload: Payload, encoding: Encoding) -> _Part:
        head = [("Content-Type", payload.content_type or "application/octet-stream")]
        head.append(("Content-Transfer-Encoding", encoding))
        if payload.filename and self._layers.keep_filename:
            name = parameter("filename", payload.filename)
            head.append(("Content-Disposition", f"attachment{name}"))
        return _Part(tuple(head), encoded(payload.content, encoding, self._scratch))

    def _encoding(self) -> Encoding:
        """Of the payload; base64 for who cannot take binary, if no layer is around it."""
        layers = self._layers
        bare = layers.encrypt is None and layers.compress == "none"
        if layers.whole_base64 and bare and layers.encoding in ("binary", "8bit"):
            return "base64"
        return layers.encoding

    def _compressed(self, part: _Part) -> _Part:
        body = compress(part.whole, self._layers.level, self._scratch)
        return _Part(smime_fields(f"{_SMIME}; smime-type=compressed-data", "smime.p7z"), body)

    def _encrypted(self, part: _Part) -> _Part:
        cipher = self._layers.encrypt
        assert cipher is not None
        if not self._outgoing.recipients:
            raise ValueError("encryption without a recipient")
        body = encrypt(
            part.whole, self._outgoing.recipients, cipher, self._layers.transport,
            self._scratch, self._entropy,
        )  # fmt: skip
        kind = "authEnveloped-data" if cipher.endswith("gcm") else "enveloped-data"
        return _Part(smime_fields(f"{_SMIME}; smime-type={kind}", "smime.p7m"), body)

    def _signed(self, part: _Part, digest: Digest) -> _Part:
        """multipart/signed (RFC 8551 §3.5.3): the part, and what signs exactly its bytes."""
        signer, layers = self._outgoing.signer, self._layers
        if signer is None:
            raise ValueError("a signature without a signer")
        content = part.whole
        self._mics = digests_of(content, DIGESTS)
        signature = sign(
            self._mics, signer, digest, layers.scheme,
            at=self._outgoing.at, attributes=layers.attributes,
            capabilities=layers.capabilities, certificate=layers.certificate_inside,
        )  # fmt: skip
        micalg = spelled(digest, layers.dashes)
        content_type, body = multipart_signed(content, signature, micalg, self._token())
        return _Part((("Content-Type", content_type),), body)

    def _armoured(self, part: _Part) -> _Part:
        """The outermost structure in base64, for who cannot take binary.

        Never a multipart: RFC 2045 §6.4. The parts in it are encoded then.
        """
        binary = ("Content-Transfer-Encoding", "binary") in part.head
        if not (self._layers.whole_base64 and binary and part.head[0][1].startswith(_SMIME)):
            return part
        head = tuple(
            (name, "base64" if name == "Content-Transfer-Encoding" else value)
            for name, value in part.head
        )
        return _Part(head, encoded(part.body, "base64", self._scratch))

    def _token(self) -> str:
        self._tokens += 1
        return f"part-{self._tokens}-{self._entropy(16).hex()}"

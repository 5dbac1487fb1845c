"""Take the layers off a message, in whatever order they come.

One order is refused: what is encrypted inside of a signature, which anybody can put around it.
What a part is, is decided by the structure in it, not by ``smime-type``. A signature covers the
first of exactly two parts, byte for byte, and only that range goes on. A part that is declared to
be S/MIME and cannot be opened is a refusal, never a document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.channels.as2.certificates.trust import trusted_signers
from gateway.channels.as2.certificates.windows import decrypt_with
from gateway.channels.as2.cms.compressed import inflate
from gateway.channels.as2.cms.contentinfo import content_kind, is_binary
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.enveloped import KNOWN_KEY, UNOPENED, Fresh, decrypt
from gateway.channels.as2.cms.signed import Signatures, read_signature, verify
from gateway.channels.as2.credentials import Credential, OwnCredential
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.request import UNNAMED, ReceiptRequest
from gateway.channels.as2.message.around import gaps, only_text, same_certificate
from gateway.channels.as2.message.opened import Layer, LayerKind, Mic, Opened, Payload
from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.entity import Entity, read_entity
from gateway.channels.as2.mime.headers import Headers, shown
from gateway.channels.as2.mime.multipart import boundary_of, split_parts
from gateway.channels.as2.mime.transfer import decoded
from gateway.channels.as2.policy import judge
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem, has_errors, problem

_UNDECLARED: Final = ContentType("")
_TOLD_ALIKE: Final = (UNOPENED, KNOWN_KEY)
"""Refusals of an envelope that have the answer of one in which our key was used."""


def open_message(
    headers: Headers,
    body: Extent,
    link: Link,
    scratch: Scratch,
    at: datetime,
    fresh: Fresh | None = None,
) -> Opened:
    """Open a message of the partner as it came by HTTP, and judge it by what was agreed.

    Never raises for what is in the message: ``findings`` says why it is refused, and ``layers``
    how far it came. ``fresh`` is asked with the SHA-256 of each encrypted key before ours opens it.
    Raises ``OSError`` when a disk, or a device that holds a key, cannot be used.
    """
    opening = _Opening(headers, link, scratch, at, fresh)
    payloads: tuple[Payload, ...] = ()
    try:
        entity = opening.unwrap(Entity(headers, body))
        opening.findings.extend(judge(opening.opened(), link))
        if not has_errors(opening.findings):  # what is refused is not worth the time of decoding
            payloads = opening.payloads(entity)
            opening.digest(entity)
    except RefusedError as refused:
        path = "/".join(layer.kind for layer in opening.layers) or None
        opening.findings.append(refused.problem.at(path=path))
        payloads = ()
    return opening.opened(payloads)


class _Opening:
    """One message on its way out of its layers."""

    def __init__(
        self, headers: Headers, link: Link, scratch: Scratch, at: datetime, fresh: Fresh | None
    ) -> None:
        self._headers = headers
        self._link = link
        self._scratch = scratch
        self._at = at
        self._fresh = fresh
        self.layers: list[Layer] = []
        self.findings: list[Problem] = []
        self._mic: Mic | None = None
        self._signer: Credential | None = None
        self._recipient: OwnCredential | None = None
        self._key_used = False

    def opened(self, payloads: tuple[Payload, ...] = ()) -> Opened:
        """How far it came.

        A refusal tells no digest of what our key decrypted for who has not signed it.
        """
        made = Opened(
            tuple(self.layers),
            payloads,
            self._mic,
            self._signer,
            self._recipient,
            tuple(self.findings),
            self._key_used,
        )
        return replace(made, mic=None) if made.refused and made.tells_nothing else made

    def unwrap(self, entity: Entity) -> Entity:
        """Take off one layer after another; gives what is in the innermost."""
        while True:
            declared = entity.content_type or _UNDECLARED
            if declared.kind == "multipart/signed":
                layer = self._signed
            elif declared.is_smime:
                layer = self._smime
            elif declared.is_signature:
                found = "no content beside it"
                raise RefusedError(problem("T231", declared=declared.kind, found=found))
            else:
                return entity
            if len(self.layers) == self._link.limits.depth:
                raise RefusedError(problem("T230", limit=self._link.limits.depth))
            if self._movable and entity.whole is not None:
                only_text(gaps(entity.whole, entity.body))
            entity = read_entity(layer(entity), self._link.limits)

    @property
    def _movable(self) -> bool:
        """Whether anybody could have moved blocks of what is read now: it comes out of CBC."""
        return bool(self.layers) and self.layers[-1].kind == "enveloped"

    def _signed(self, entity: Entity) -> Extent:
        """multipart/signed (RFC 1847 §2.1): the first part, verified."""
        body, parts = self._parts(entity)
        if len(parts) != 2:
            raise RefusedError(problem("T234", count=len(parts)))
        signature = read_entity(parts[1], self._link.limits)
        if self._movable:
            only_text(gaps(body, parts[0], signature.body))
        content_type = signature.content_type
        if content_type is not None and not content_type.is_signature:
            expected = "application/pkcs7-signature"
            raise RefusedError(problem("T235", found=shown(content_type.kind), expected=expected))
        return self._verified(parts[0], read_signature(self._cms(signature), self._scratch))

    def _smime(self, entity: Entity) -> Extent:
        """application/pkcs7-mime (RFC 8551 §3.2): what it is, its content type says."""
        body = self._cms(entity)
        kind = content_kind(body)
        openers: Mapping[str, Callable[[Extent], Extent]] = {
            "enveloped": self._decrypted,
            "auth-enveloped": self._decrypted,
            "compressed": self._inflated,
            "signed": self._opaque,
        }
        if kind not in openers:
            declared = entity.content_type.kind if entity.content_type else ""
            raise RefusedError(problem("T231", declared=declared, found=f"content type {kind}"))
        return openers[kind](body)

    def _decrypted(self, body: Extent) -> Extent:
        """An envelope opened with a key of ours; never one that a signature is around.

        Who signs what somebody else encrypted for us would learn from our answers what is in it.
        """
        if self._signer is not None:
            raise RefusedError(problem("T237"))
        ours = decrypt_with(self._link, self._at)
        accepted = self._link.policy.triple_des
        try:
            got = decrypt(body, ours, self._scratch, triple_des=accepted, fresh=self._fresh)
        except RefusedError as refused:
            self._key_used |= refused.problem.code in _TOLD_ALIKE
            raise
        kind: LayerKind = "auth-enveloped" if got.authenticated else "enveloped"
        self._key_used, self._recipient = True, got.recipient
        self.layers.append(Layer(kind, (got.cipher, got.transport), got.recipient.name))
        return got.content

    def _inflated(self, body: Extent) -> Extent:
        """What was compressed (RFC 5402); once only."""
        if any(layer.kind == "compressed" for layer in self.layers):
            raise RefusedError(problem("T232"))
        limits = self._link.limits
        content = inflate(body, self._scratch, limits.inflated, limits.ratio)
        self.layers.append(Layer("compressed", ("zlib",)))
        return content

    def _opaque(self, body: Extent) -> Extent:
        """A signature that carries its content."""
        signatures = read_signature(body, self._scratch)
        if signatures.content is None:
            found = "a signature without its content"
            raise RefusedError(problem("T231", declared="application/pkcs7-mime", found=found))
        return self._verified(signatures.content, signatures)

    def _verified(self, content: Extent, signatures: Signatures) -> Extent:
        """The content if one of the partner's certificates signed exactly these bytes."""
        if self._signer is not None:
            raise RefusedError(problem("T233"))
        digests = digests_of(content, signatures.digests)
        link, embedded = self._link, lambda: signatures.certificates
        trusted, why_not = trusted_signers(link, embedded, self._at)
        try:
            verified = verify(signatures, digests, trusted, self._at)
        except RefusedError:
            self.findings.extend(why_not)
            raise
        if self._movable:
            same_certificate(signatures.inside, verified.signer.certificate)
        self._signer = verified.signer
        self._mic = Mic.of(verified.digest, digests[verified.digest])
        self.findings.extend(verified.findings)
        algorithms = (verified.digest, verified.scheme)
        self.layers.append(Layer("signed", algorithms, verified.signer.name))
        return content

    def payloads(self, entity: Entity) -> tuple[Payload, ...]:
        """The document, or the attachments (RFC 6362): what no layer is around any more."""
        content_type = entity.content_type
        if content_type is None or not content_type.is_multipart:
            return (self._payload(entity),)
        if content_type.kind == "multipart/report":
            raise RefusedError(problem("T236"))
        _, parts = self._parts(entity)
        return tuple(self._attachment(read_entity(part, self._link.limits)) for part in parts)

    def _attachment(self, entity: Entity) -> Payload:
        """One of several documents. What has documents in it was not opened, so it is none."""
        content_type = entity.content_type
        if content_type is not None and (content_type.is_multipart or content_type.is_smime):
            raise RefusedError(problem("T244", found=shown(content_type.kind)))
        return self._payload(entity)

    def digest(self, entity: Entity) -> None:
        """The MIC without a signature: of the innermost part; of a plain message its content."""
        if self._mic is not None:
            return
        request = ReceiptRequest.of(self._headers)
        if request is None:
            return
        name = request.digest or UNNAMED
        covered = entity.whole or entity.body
        self._mic = Mic.of(name, digests_of(covered, [name])[name])

    def _payload(self, entity: Entity) -> Payload:
        content_type = entity.content_type
        return Payload(
            decoded(entity.body, entity.encoding, self._scratch),
            content_type.kind if content_type else "",
            entity.filename,
            entity.headers,
        )

    def _parts(self, entity: Entity) -> tuple[Extent, list[Extent]]:
        """The body of a multipart, and its parts.

        Base64 around it is against RFC 2045 §6.4, but comes.
        """
        content_type = entity.content_type
        assert content_type is not None
        boundary = boundary_of(content_type)
        body = entity.body
        begun = body.read(len(boundary) + 2) == b"--" + boundary
        if not begun and entity.is_base64:
            body = decoded(body, entity.encoding, self._scratch)
        return body, split_parts(body, boundary, self._link.limits)

    def _cms(self, entity: Entity) -> Extent:
        """The structure in a part, binary or base64, whatever the encoding is said to be."""
        body = entity.body
        if is_binary(body):
            return body
        try:
            return decoded(body, "base64", self._scratch)
        except RefusedError:
            if entity.is_base64:
                raise
            declared = entity.content_type.kind if entity.content_type else "a signature"
            found = "neither CMS nor base64"
            raise RefusedError(problem("T231", declared=declared, found=found)) from None

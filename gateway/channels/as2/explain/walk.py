"""Layer by layer from outside, on and on: what the gateway refuses is only noted here.

What cannot be read is repaired as far as that helps to see more (``tolerant``); the live path never
does that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from gateway.channels.as2.cms.compressed import inflate
from gateway.channels.as2.cms.contentinfo import content_kind, is_binary
from gateway.channels.as2.cms.signed import Signatures, read_signature
from gateway.channels.as2.explain.envelopes import Taken, open_envelope
from gateway.channels.as2.explain.explanation import Cause, Facts, Kind, Layer
from gateway.channels.as2.explain.known import KnownCertificates
from gateway.channels.as2.explain.signatures import check_signature
from gateway.channels.as2.explain.tolerant import LIMITS, Tolerant, legible
from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Limits, Link
from gateway.channels.as2.mdn import micalg
from gateway.channels.as2.mdn.read import NOTIFICATION
from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.entity import Entity
from gateway.channels.as2.mime.transfer import decoded
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Problem

DEPTH = 8


@dataclass(slots=True)
class Walk:
    """One message on its way out of its layers; what was found so far."""

    link: Link | None
    known: KnownCertificates
    scratch: Scratch
    at: datetime
    origin: Extent
    """The body as it lies in the file."""
    layers: list[Layer] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    """In the order they were found: the first is what the gateway stops at."""
    notes: list[str] = field(default_factory=list)
    signed: list[Extent] = field(default_factory=list)
    """Signed parts, outermost first."""
    digest: str = ""
    """Of the outermost signature."""
    innermost: Entity | None = None
    """What is inside of all layers."""
    reading: Tolerant = field(init=False)
    _held: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reading = Tolerant(self.scratch, self.causes, self.notes)

    def walk(self, entity: Entity) -> None:
        """Take off what is there."""
        following: Entity | None = entity
        for _ in range(DEPTH):
            if following is None:
                return
            self.innermost = following
            following = self._layer(following)
        self.notes.append(f"more than {DEPTH} layers; the others were not looked at")

    def _layer(self, entity: Entity) -> Entity | None:
        """The entity inside; ``None`` at the end."""
        kind = self.reading.kind(entity)
        if kind.kind == "multipart/signed":
            return self._multipart_signed(entity, kind)
        if kind.is_multipart:
            self._attachments(entity, kind)
            return None
        smime = kind.is_smime or kind.is_signature
        if smime or (not kind.kind and is_binary(entity.body)):
            return self._smime(entity)
        self._document(entity)
        return None

    # ------------------------------------------------------------------ signatures

    def _multipart_signed(self, entity: Entity, kind: ContentType) -> Entity | None:
        parts, problems = self.reading.parts(self.reading.decoded(entity), kind)
        if len(parts) < 2:
            self._add("signed", entity, (), problems)
            return self.reading.entity(parts[0]) if parts else None
        if len(parts) != 2:
            self.notes.append(f"multipart/signed has {len(parts)} parts; the first two were read")
        signature = self.reading.entity(parts[1])
        taken = self._checked(parts[0], signature, kind)
        facts = (
            ("signed part", f"byte {parts[0].start}, {parts[0].size} bytes"),
            ("signature", f"byte {parts[1].start}, {_declared(signature)}"),
            *taken.facts,
        )
        self._add("signed", entity, facts, (*problems, *taken.problems), taken, parts[0])
        return self.reading.entity(parts[0])

    def _checked(self, content: Extent, signature: Entity, kind: ContentType) -> Taken:
        try:
            found = read_signature(self.reading.cms(signature), self.scratch)
            return self._verified(content, found)
        except RefusedError as refused:
            self.signed.append(content)
            self.digest = self.digest or micalg.read(kind.parameters.get("micalg", "")) or ""
            return Taken((), (refused.problem,), Cause.of(refused.problem))

    def _verified(self, content: Extent, signatures: Signatures) -> Taken:
        if not self.signed:
            names = signatures.digests
            self.digest = names[0] if names else ""
        self.signed.append(content)
        return check_signature(content, signatures, self.link, self.known, self.at)

    # ------------------------------------------------------------------ CMS

    def _smime(self, entity: Entity) -> Entity | None:
        try:
            body = self.reading.cms(entity)
            kind = content_kind(body)
        except RefusedError as refused:
            self._add("unknown", entity, (), (refused.problem,))
            return None
        if kind in ("enveloped", "auth-enveloped"):
            taken = open_envelope(body, self.link, self.known, self.scratch, self.at)
            self._add("encrypted", entity, taken.facts, taken.problems, taken)
        elif kind == "compressed":
            taken = self._inflated(body)
            self._add("compressed", entity, taken.facts, taken.problems, taken)
        elif kind == "signed":
            taken = self._opaque(body)
            self._add("signed", entity, taken.facts, taken.problems, taken, taken.content)
        else:
            taken = Taken()
            self._add("unknown", entity, (("structure", kind),), (), taken)
        return self.reading.entity(taken.content) if taken.content is not None else None

    def _inflated(self, body: Extent) -> Taken:
        limits = self.link.limits if self.link else Limits()
        try:
            content = inflate(body, self.scratch, limits.inflated, limits.ratio)
        except RefusedError as refused:
            return Taken((), (refused.problem,), Cause.of(refused.problem))
        ratio = content.size / max(body.size, 1)
        return Taken((("inflated", f"{content.size} bytes, {ratio:.1f} : 1"),), content=content)

    def _opaque(self, body: Extent) -> Taken:
        try:
            signatures = read_signature(body, self.scratch)
        except RefusedError as refused:
            return Taken((), (refused.problem,), Cause.of(refused.problem))
        if signatures.content is None:
            return Taken((("content", "none: a signature without what it signs"),))
        return self._verified(signatures.content, signatures)

    # ------------------------------------------------------------------ what is inside

    def _attachments(self, entity: Entity, kind: ContentType) -> None:
        parts, problems = self.reading.parts(self.reading.decoded(entity), kind)
        self._add("attachments", entity, (("parts", str(len(parts))),), problems)
        for part in parts[: LIMITS.parts]:
            self._document(self.reading.entity(part))

    def _document(self, entity: Entity) -> None:
        try:
            content = decoded(entity.body, entity.encoding, self.scratch)
            problems: tuple[Problem, ...] = ()
        except RefusedError as refused:
            content, problems = entity.body, (refused.problem,)
        begins = content.read(60)
        facts = [("bytes", str(content.size)), ("begins", legible(begins))]
        if entity.filename:
            facts.insert(0, ("file name", legible(entity.filename.encode("utf-8", "replace"))))
        kind: Kind = "receipt" if self.reading.kind(entity).kind == NOTIFICATION else "document"
        self._add(kind, entity, tuple(facts), problems, Taken(content=content))

    # ------------------------------------------------------------------ what was found

    def _add(
        self,
        kind: Kind,
        entity: Entity,
        facts: Facts,
        problems: tuple[Problem, ...],
        taken: Taken | None = None,
        content: Extent | None = None,
    ) -> None:
        if taken is not None and taken.cause is not None:
            self.causes.append(taken.cause)
        else:
            self.causes += [Cause.of(each) for each in problems if each.severity == "error"]
        inside = content or (taken.content if taken else None)
        place = entity.whole or entity.body
        number = len(self.layers) + 1
        self.layers.append(
            Layer(
                kind,
                self._where(place),
                place.start,
                place.size,
                _declared(entity),
                facts,
                problems,
                inside is not None,
                inside,
            )
        )
        if inside is not None and id(inside.stream) not in self._held:
            self._held[id(inside.stream)] = f"what layer {number} holds"

    def _where(self, place: Extent) -> str:
        if place.stream is self.origin.stream:
            return "the file"
        return self._held.get(id(place.stream), "the decoded body")


def _declared(entity: Entity) -> str:
    kind = " ".join((entity.headers.get("Content-Type") or "no Content-Type").split())
    text = f"{kind}; {entity.encoding.strip()}" if entity.encoding else kind
    return legible(text.encode("latin-1", "replace"), 160)

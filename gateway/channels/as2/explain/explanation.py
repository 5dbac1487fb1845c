"""What was found in a raw message: values for people and programs; nothing is decided by them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.problems import Problem

Kind = Literal["encrypted", "signed", "compressed", "attachments", "document", "receipt", "unknown"]
Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a message is refused, or is not: one sentence, and what to do about it."""

    sentence: str
    remedy: str = ""
    code: str = ""
    """Of the problem that the gateway finds itself; empty where it finds none."""

    @classmethod
    def of(cls, found: Problem) -> Cause:
        """In the words of the problem."""
        return cls(_sentence(found.sentence), _sentence(found.remedy), found.code)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, as it lies in the bytes."""

    kind: Kind
    where: str
    """Of which bytes ``offset`` counts: ``the file``, or what was in a layer."""
    offset: int
    size: int
    declared: str = ""
    """Content-Type and Content-Transfer-Encoding, as they are written."""
    facts: Facts = ()
    problems: tuple[Problem, ...] = ()
    opened: bool = False
    """Whether one comes further than this layer, be it only to explain."""
    content: Extent | None = None
    """What is inside; of a document, its bytes without transfer encoding."""


@dataclass(frozen=True, slots=True)
class MicVariant:
    """A digest that somebody could send back as MIC, and over which bytes it is."""

    over: str
    digest: str
    value: str
    """Base64."""
    right: bool = False
    """The one that RFC 4130 §7.3.1 means."""


@dataclass(slots=True)
class Explanation:
    """A raw message, taken apart."""

    what: Literal["message", "receipt"] = "message"
    headers: Facts = ()
    """The fields of AS2, as they are written."""
    link: Link | None = None
    """Whose message it is by its names, or as was asked."""
    layers: list[Layer] = field(default_factory=list)
    """Outermost first."""
    mics: list[MicVariant] = field(default_factory=list)
    matches: list[str] = field(default_factory=list)
    """Over which bytes the digest is that was asked for; empty if over none that is known."""
    receipt: Facts = ()
    """What a receipt says."""
    decision: str = ""
    """What the gateway does with it by the settings of today."""
    problems: list[Problem] = field(default_factory=list)
    """What the gateway itself finds, warnings too."""
    notes: list[str] = field(default_factory=list)
    """What was read tolerantly to come further."""
    cause: Cause = Cause("")
    signed_part: Extent | None = None
    """Exactly the bytes that the MIC is over."""
    accepted: bool = False

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "what": self.what,
            "partner": self.link.partner if self.link else None,
            "channel": self.link.channel if self.link else None,
            "headers": dict(self.headers),
            "layers": [_layer_json(number, each) for number, each in enumerate(self.layers, 1)],
            "mics": [
                {"over": each.over, "digest": each.digest, "value": each.value, "right": each.right}
                for each in self.mics
            ],
            "matches": self.matches,
            "receipt": dict(self.receipt),
            "accepted": self.accepted,
            "decision": self.decision,
            "problems": [each.as_json() for each in self.problems],
            "notes": self.notes,
            "cause": self.cause.sentence,
            "remedy": self.cause.remedy,
            "code": self.cause.code or None,
        }


def _layer_json(number: int, layer: Layer) -> dict[str, Any]:
    return {
        "layer": number,
        "kind": layer.kind,
        "where": layer.where,
        "offset": layer.offset,
        "size": layer.size,
        "declared": layer.declared,
        "facts": [list(pair) for pair in layer.facts],
        "opened": layer.opened,
        "problems": [each.as_json() for each in layer.problems],
    }

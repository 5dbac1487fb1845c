"""Envelopes: headers of interchanges, groups and messages; walking over them; wrapping."""

from gateway.grammar.envelope.answer import answering
from gateway.grammar.envelope.events import (
    Event,
    GroupSummary,
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    Service,
    Stray,
)
from gateway.grammar.envelope.frame import functional_group
from gateway.grammar.envelope.model import GroupHeader, Identity, Interchange, MessageHeader
from gateway.grammar.envelope.walk import walk
from gateway.grammar.envelope.wrap import Outgoing, pieces, wrap

__all__ = [
    "Event",
    "GroupHeader",
    "GroupSummary",
    "Identity",
    "Interchange",
    "InterchangeEnd",
    "InterchangeStart",
    "MessageFound",
    "MessageHeader",
    "Outgoing",
    "Service",
    "Stray",
    "answering",
    "functional_group",
    "pieces",
    "walk",
    "wrap",
]

"""Guides: data files that narrow a directory message to what one partner sends and takes.

    guides = Guides(library)
    guide, problems = guides.load(path)
    reading = read_with_guide(part, guide)

:mod:`~gateway.grammar.guide.model` is what a guide says, resolved against its base;
:mod:`~gateway.grammar.guide.load` reads the YAML form, :mod:`~gateway.grammar.guide.build` checks
it against the base, :mod:`~gateway.grammar.guide.validate` checks messages.
"""

from gateway.grammar.guide.envelope import Envelope, check_envelope
from gateway.grammar.guide.library import Guides
from gateway.grammar.guide.model import Body, ElementRule, Guide, MemberRule, Slot, rules
from gateway.grammar.guide.reading import read_segments_with_guide, read_with_guide
from gateway.grammar.guide.validate import validate

__all__ = [
    "Body",
    "ElementRule",
    "Envelope",
    "Guide",
    "Guides",
    "MemberRule",
    "Slot",
    "check_envelope",
    "read_segments_with_guide",
    "read_with_guide",
    "rules",
    "validate",
]

"""What a guide yields for people and other programs: all pure, text in and text out.

:mod:`~gateway.grammar.guide.publish.samples` messages that fit,
:mod:`~gateway.grammar.guide.publish.negatives` messages that break one rule each,
:mod:`~gateway.grammar.guide.publish.jsonschema` the guide as JSON Schema,
:mod:`~gateway.grammar.guide.publish.page` the guide as a page to print,
:mod:`~gateway.grammar.guide.publish.difference` what changed between two guides.
"""

from gateway.grammar.guide.publish.affected import affected
from gateway.grammar.guide.publish.change import Change
from gateway.grammar.guide.publish.difference import differences
from gateway.grammar.guide.publish.jsonschema import json_schema
from gateway.grammar.guide.publish.jsontree import as_json
from gateway.grammar.guide.publish.negatives import Negative, Negatives, negatives
from gateway.grammar.guide.publish.page import Edition, embedded, page, style
from gateway.grammar.guide.publish.samples import Sample, sample

__all__ = [
    "Change",
    "Edition",
    "Negative",
    "Negatives",
    "Sample",
    "affected",
    "as_json",
    "differences",
    "embedded",
    "json_schema",
    "negatives",
    "page",
    "sample",
    "style",
]

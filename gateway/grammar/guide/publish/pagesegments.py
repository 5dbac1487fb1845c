"""The segments of a page in detail: elements, status, form, values, an example."""

from __future__ import annotations

from gateway.grammar.guide.address import positions
from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.positions import Positions
from gateway.grammar.guide.publish.breaking import Target, targets
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.maker import Maker
from gateway.grammar.guide.publish.markup import Markup, badge, join, table, tag
from gateway.grammar.guide.publish.pageelements import COLUMNS, element_rows, rest
from gateway.grammar.guide.publish.samples import Sample, sample
from gateway.grammar.guide.publish.words import count_words, said_of
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Segment
from gateway.problems import errors
from gateway.syntax import write_segments

_SHORT = 14
"""Rows of a segment that is not broken over two pages."""


class Segments:
    """The detailed part; ``anchors`` by path, for links to it.

    Raises ``ValueError`` where no sample fits the guide: there would be nothing to show.
    """

    def __init__(self, guide: Guide, layers: Layers) -> None:
        self.guide = guide
        self.layers = layers
        self.sample = sample(guide, "typical", 0, layers.extended)
        if wrong := errors(self.sample.check()):
            raise ValueError(str(wrong[0]))
        self.targets = [one for one in targets(guide.body) if self._shown(one)]
        self.anchors = {one.path: f"s{number}" for number, one in enumerate(self.targets, 1)}
        self.notes = {
            (f"{one.path}/{one.rule.segment.tag}" if one.rule.is_group else one.path): note
            for one in self.targets
            if (note := said_of(one.rule, one.slot))
        }
        self._examples = _examples(sample(guide, "full", 0, layers.extended))
        self._examples |= _examples(self.sample)
        """Segments by path: in normal form, and as they are written."""
        self._spread = guide.base.standard == "edifact" and self.sample.dialect.version < "4"

    def _shown(self, target: Target) -> bool:
        rule, slot = target.rule, target.slot
        if not (slot.max if slot else rule.max):
            return False
        if slot is None and rule.slots:
            return rule.other != "reject" and any(
                self.layers.element(target.path, one) for one in rule.body.elements
            )
        if self.layers.member(target.path, rule, slot) or (slot.min if slot else rule.min):
            return True
        return any(self.layers.element(target.path, one) for one in target.body.elements)

    def _alone(self, target: Target, path: str) -> tuple[str, str]:
        """An example of a segment that no sample has, since a condition keeps it out."""
        maker = Maker(self.guide, "typical", 0, self.layers)
        piece = maker.segment(target.rule.segment, path, target.body.elements)
        text = piece.text(self._spread)
        data, problems = write_segments([text], self.sample.dialect)
        return text, "" if problems else data.decode(self.sample.dialect.codec)

    def all(self) -> Markup:
        """Every segment that the guide speaks of, in base order."""
        return join(self._target(one) for one in self.targets)

    def _target(self, target: Target) -> Markup:
        rule, slot = target.rule, target.slot
        segment = rule.segment
        told = {one.at for one in slot.discriminators} if slot else set()
        path = f"{target.path}/{segment.tag}" if rule.is_group else target.path
        text, example = self._examples.get(path) or self._alone(target, path)
        used = _filled(segment, text, self._spread)
        rows = list(element_rows(segment, target.body.elements, told, used))
        least, most = (slot.min, slot.max) if slot else (rule.min, rule.max)
        heading = tag(
            "h3",
            tag("code", segment.tag),
            *([" ", tag("span", slot.name, class_="slot")] if slot else []),
            *([" – any other qualifier"] if rule.slots and slot is None else []),
        )
        head = tag(
            "header",
            heading,
            tag("span", _where(target), class_="where"),
            tag(
                "span",
                badge("R" if least else "O"),
                f" {count_words(least, most)}",
                class_="counts",
            ),
        )
        note = said_of(rule, slot)
        return tag(
            "section",
            head,
            tag("p", note) if note else None,
            tag("div", table(COLUMNS, rows, f"Elements of {path}", "elements"), class_="wide"),
            rest(segment, target.body.elements, used),
            tag("pre", example, class_="example") if example else None,
            id=self.anchors[target.path],
            class_="segment short" if len(rows) <= _SHORT else "segment",
        )


def _where(target: Target) -> str:
    """Where it stands: ``in SG25 › SG28 (net)``."""
    steps = target.path.split("/")
    if not target.rule.is_group:
        steps = steps[:-1]
    if not steps:
        return ""
    names = [step.replace(":", " (") + (")" if ":" in step else "") for step in steps]
    return f"in {' › '.join(names)}"


def _examples(made: Sample) -> dict[str, tuple[str, str]]:
    lines = made.lines()[len(made.before) :]
    found: dict[str, tuple[str, str]] = {}
    for path, text, line in zip(made.paths, made.message, lines, strict=False):
        found.setdefault(path, (text, line))
    return found


def _filled(segment: Segment, text: str, spread: bool) -> set[Address]:
    """The elements and components that an example has."""
    where = Positions(segment, spread)
    return {one.at for one in positions(segment) if where.values(text, one.at)} if text else set()

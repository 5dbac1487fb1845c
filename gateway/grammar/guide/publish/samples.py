"""Messages that fit a guide: of no meaning, but of values that people recognise.

    sample(guide).wire()                      # only what has to be there
    sample(guide, "typical").wire()           # and what the guide itself speaks of
    sample(guide, "full", seed=7).wire()      # everything the guide names

The same for the same seed. ``check`` of a sample is what the validator says of it, which for these
is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.grammar.guide.envelope import Envelope, check_envelope
from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.publish.conditions import settle
from gateway.grammar.guide.publish.draft import Draft, number_lines
from gateway.grammar.guide.publish.enveloped import Headers, headers
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.maker import Maker
from gateway.grammar.guide.reading import read_segments_with_guide
from gateway.problems import Problem
from gateway.syntax import Dialect, write_segments
from gateway.syntax.normal import ELEMENT

Variant = Literal["minimal", "typical", "full"]
VARIANTS: tuple[Variant, ...] = ("minimal", "typical", "full")


@dataclass(frozen=True, slots=True)
class Sample:
    """A message in its envelope. Segments are in normal form."""

    guide: Guide
    dialect: Dialect
    before: tuple[str, ...]
    """UNB and UNG, ISA and GS."""
    message: tuple[str, ...]
    """UNH … UNT, ST … SE."""
    after: tuple[str, ...]
    paths: tuple[str, ...]
    """Of each segment of the message, as guides say it: ``SG2:buyer/NAD``."""

    @property
    def segments(self) -> list[str]:
        """The whole interchange."""
        return [*self.before, *self.message, *self.after]

    def wire(self) -> bytes:
        """The interchange as a file, a line per segment.

        Raises ``ValueError`` for a value that the charset of the envelope cannot hold.
        """
        data, problems = write_segments(self.segments, self.dialect, line_breaks=True)
        if problems:
            raise ValueError(problems[0].sentence)
        return data

    def lines(self) -> list[str]:
        """Each segment as it stands in the file."""
        texts = []
        for one in self.segments:
            data, problems = write_segments([one], self.dialect)
            texts.append(data.decode(self.dialect.codec) if not problems else one)
        return texts

    def check(self) -> list[Problem]:
        """What the directory and the guide find in it."""
        group = self.before[1] if len(self.before) > 1 else ""
        envelope = Envelope(self.before[0], group, self.message[0])
        reading = read_segments_with_guide(self.message, self.guide, version=self.dialect.version)
        return [*check_envelope(self.guide, envelope), *reading.problems]


def sample(
    guide: Guide, variant: Variant = "minimal", seed: int = 0, extended: Guide | None = None
) -> Sample:
    """A message that fits.

    ``extended`` is the guide that it builds on; ``typical`` shows what is not taken over from
    there. What a rule asks for and no value was found for is left out, which ``check`` then says.
    """
    return finished(guide, drafted(guide, variant, seed, extended))


def drafted(guide: Guide, variant: Variant, seed: int, extended: Guide | None = None) -> Draft:
    """The message before it is written; it can be changed."""
    maker = Maker(guide, variant, seed, Layers(guide, extended))
    draft = maker.message()
    settle(guide, draft, maker)
    return draft


def finished(guide: Guide, draft: Draft, around: Headers | None = None) -> Sample:
    """Written, with its trailer and its envelope."""
    around = headers(guide) if around is None else around
    spread = guide.base.standard == "edifact" and around.dialect.version < "4"
    pieces = list(draft.pieces())
    number_lines(pieces)
    message = [one.text(spread) for one in pieces]
    message[-1] = _trailer(message)
    return Sample(
        guide,
        around.dialect,
        around.before,
        tuple(message),
        around.after,
        tuple(one.path for one in pieces),
    )


def _trailer(message: Sequence[str]) -> str:
    """UNT, SE: the count and the reference of the header."""
    tag, *texts = message[0].split(ELEMENT)
    reference = texts[0] if tag == "UNH" else texts[1]
    return ELEMENT.join([message[-1].partition(ELEMENT)[0], str(len(message)), reference])

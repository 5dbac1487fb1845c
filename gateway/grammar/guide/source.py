"""What a guide file says, before it is laid over its base: names as written, with their places.

The reader of YAML files (:mod:`gateway.grammar.guide.load`) and of the compact EANCOM files
(:mod:`gateway.grammar.guide.compact`) both make these; :mod:`gateway.grammar.guide.build` resolves
them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.grammar.guide.model import Other, Usage
from gateway.problems import Place

NOWHERE = Place()


@dataclass(slots=True)
class ElementSource:
    """One entry of ``elements:``."""

    name: str
    place: Place = NOWHERE
    usage: Usage | None = None
    codes: frozenset[str] | None = None
    min: int | None = None
    max: int | None = None
    pattern: str = ""
    note: str = ""
    least: int | None = None
    most: int | None = None
    """Repetitions."""


@dataclass(slots=True)
class BodySource:
    """``elements:`` and ``segments:`` of a member, a slot or the message."""

    elements: list[ElementSource] = field(default_factory=list)
    members: list[MemberSource] = field(default_factory=list)


@dataclass(slots=True)
class DiscriminatorSource:
    """One entry of ``discriminator:``."""

    name: str
    values: frozenset[str]
    place: Place = NOWHERE


@dataclass(slots=True)
class CountSource:
    """``usage:``, ``min:`` and ``max:`` of a member or slot."""

    usage: Usage | None = None
    min: int | None = None
    max: int | None = None


@dataclass(slots=True)
class SlotSource:
    """One entry of ``slots:``."""

    name: str
    place: Place = NOWHERE
    discriminators: list[DiscriminatorSource] = field(default_factory=list)
    count: CountSource = field(default_factory=CountSource)
    body: BodySource = field(default_factory=BodySource)
    note: str = ""


@dataclass(slots=True)
class MemberSource:
    """One entry of ``segments:``."""

    name: str
    place: Place = NOWHERE
    count: CountSource = field(default_factory=CountSource)
    body: BodySource = field(default_factory=BodySource)
    slots: list[SlotSource] = field(default_factory=list)
    other: Other | None = None
    unlisted: Other | None = None
    """For the members of the group that the guide does not name."""
    note: str = ""


@dataclass(slots=True)
class ConditionSource:
    """One entry of ``conditions:``; the test and the demands are still YAML."""

    name: str
    place: Place
    at: str
    data: dict[str, Any]
    path: tuple[str | int, ...]
    """In the YAML file, for places."""


@dataclass(slots=True)
class ToleranceSource:
    """One entry of ``tolerate:``."""

    data: dict[str, Any]
    place: Place
    path: tuple[str | int, ...]


@dataclass(slots=True)
class GuideSource:
    """A guide file."""

    name: str
    file: str
    standard: str
    directory: str
    message: str
    place: Place = NOWHERE
    """Of ``base:``."""
    title: str = ""
    extends: str = ""
    extends_place: Place = NOWHERE
    unlisted: Other = "keep"
    private: list[tuple[str, frozenset[str], Place]] = field(default_factory=list)
    body: BodySource = field(default_factory=BodySource)
    envelope: list[MemberSource] = field(default_factory=list)
    conditions: list[ConditionSource] = field(default_factory=list)
    tolerances: list[ToleranceSource] = field(default_factory=list)
    places: Any = None
    """The :class:`~gateway.syntax.yamltext.YamlText` of the file, for places of conditions."""

    @property
    def label(self) -> str:
        """How findings call it."""
        return f"guide {self.name}"

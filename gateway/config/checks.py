"""How strict an agreement is (``checks``).

What is agreed here softens or sharpens findings that the grammar makes anyway; those that need a
look of their own (zeros, blanks) cost nothing where they are not asked for. A deviation
that concerns one segment only is agreed in a guide (``tolerate``).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from gateway.config.closed import Closed

Strict = Literal["fail", "warn", "ignore"]
_START = re.compile(r"[A-Z][A-Z0-9]{1,2}([+*][^+*:>\x1c-\x1f]{0,35}([:>][^+*:>\x1c-\x1f]{0,35})?)?")


def _start(value: str) -> str:
    if not _START.fullmatch(value):
        raise ValueError("the beginning of a segment is written like RFF+CT, REF*IA or BGM")
    return value


SegmentStart = Annotated[str, AfterValidator(_start)]
"""The beginning of a segment: its tag, and at most one element with two components."""


class Checks(Closed):
    """How strict the agreement is: what fails, what is only noted, what is of no interest."""

    types: Strict = Field(
        default="fail",
        description="inbound: letters in numbers, digits in letters, dates and times that are none",
    )
    lengths: Strict = Field(default="fail", description="inbound: values too long or too short")
    relations: Strict = Field(
        default="fail",
        description="inbound: elements that need, or exclude, each other",
    )
    guide: Strict = Field(
        default="fail", description="inbound: what the guide of the agreement asks for"
    )
    unknown_segments: Strict = Field(
        default="fail",
        description="inbound: segments that the message does not have; where they do not fail, "
        "they stay in the archived file and no map reads them",
    )
    trailing_separators: Literal["standard", "allow", "forbid", "require"] = Field(
        default="standard",
        description="inbound: separators behind the last value of a segment: as the syntax has it "
        "(version 4 warns), allowed, forbidden, or required up to the last element",
    )
    leading_zeros: Strict = Field(
        default="ignore", description="inbound: zeros before a number: 007 for 7"
    )
    trailing_zeros: Strict = Field(
        default="ignore", description="inbound: zeros behind the decimals of a number: 2.50 for 2.5"
    )
    blanks: Strict = Field(
        default="ignore", description="inbound: blanks at the start or the end of a value"
    )
    charset: Strict = Field(
        default="warn",
        description="inbound: characters outside of the level that UNB declares (UNOA, UNOB)",
    )
    implied_decimals: Literal["standard", "point"] = Field(
        default="standard",
        description="inbound, X12: how numbers with implied decimals (N2) are written: without "
        "a point (1250 is 12.50), or with one (12.50) although the standard has none",
    )
    groups: Literal["any", "require", "forbid"] = Field(
        default="any", description="inbound, EDIFACT: whether messages stand in groups (UNG)"
    )
    group_ids: Literal["any", "agreed"] = Field(
        default="any",
        description="inbound: whether groups must name the partner's group code (or one of his "
        "ids) and ours: UNG 0040 and 0044, GS02 and GS03",
    )
    constant: tuple[SegmentStart, ...] = Field(
        default=(),
        description="inbound: beginnings of segments that must be the same in all messages of an "
        "interchange, like RFF+CT",
    )

    unknown_code: Strict = Field(
        default="fail", description="a code that the code list does not know"
    )
    control_totals: Literal["fail", "warn", "ignore"] = Field(
        default="fail", description="a number of lines (CNT, CTT) that is not the number of lines"
    )
    date_formats: Literal["fail", "warn", "ignore"] = Field(
        default="fail", description="a date that is not in the format it names (DTM 2379, DTP02)"
    )
    unread_data: Literal["fail", "warn", "ignore"] = Field(
        default="warn", description="data of the message that the map does not read"
    )
    totals_within: Decimal = Field(
        default=Decimal("0.02"), ge=0, description="how far a sum may be off, in the currency"
    )
    profile: Literal["en16931"] | None = Field(
        default=None,
        description="rules beyond what every partner expects: en16931, those of a European "
        "electronic invoice",
    )

"""Control numbers of what we send: what they look like, their range, and who shares a counter."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from gateway.config.closed import Closed

LARGEST = 999_999_999
"""ISA13 and GS06 hold nine digits; longer references of EDIFACT are padded with zeros."""
Number = Annotated[int, Field(ge=1, le=LARGEST)]
Prefix = Annotated[str, StringConstraints(pattern=r"^([A-Z]([A-Z0-9/-]{0,10}[A-Z/-])?)?$")]
"""It begins with a letter and ends in no digit: two prefixes never make the same reference."""
Owner = Literal["partner", "agreement", "document", "global"]


class Range(Closed):
    """The numbers that a counter goes through."""

    first: Number = Field(default=1, description="the first number")
    last: Number | None = Field(
        default=None, description="the last one; without it, as many as the width has digits for"
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"the last number, {self.last}, is less than the first, {self.first}")
        return self


class GroupNumbers(Range):
    """GS06 and UNG 0048."""

    by: Literal["counter", "interchange"] = Field(
        default="counter", description="a counter of their own, or the number of the interchange"
    )
    width: int = Field(default=9, ge=1, le=9, description="digits")
    leading_zeros: bool = Field(default=False, description="filled up with zeros to the width")


class MessageNumbers(Range):
    """UNH 0062 and ST02."""

    by: Literal["interchange", "counter"] = Field(
        default="interchange", description="from 1 in each interchange, or a counter that runs on"
    )
    width: int | None = Field(
        default=None,
        ge=1,
        le=14,
        description="digits, filled up with zeros; without it 1 (EDIFACT) and 4 (X12)",
    )
    prefix: Prefix = Field(default="", description="EDIFACT: stands before the digits")


class AnswerNumbers(Range):
    """Acknowledgements that have numbers of their own (``acknowledge: {numbers: own}``)."""


class ControlNumbers(Range):
    """Control numbers of what we send: of interchanges, and below them of groups and messages."""

    per: Owner = Field(
        default="partner",
        description="who shares a counter: all that goes to the partner, one agreement, one "
        "document whoever gets it, or everything of the standard",
    )
    width: int = Field(default=9, ge=1, le=14, description="digits (ISA13: always 9)")
    leading_zeros: bool = Field(default=True, description="filled up with zeros to the width")
    prefix: Prefix = Field(default="", description="EDIFACT: stands before the digits")
    at_end: Literal["again", "stop"] = Field(
        default="again",
        description="after the last number comes the first again, or nothing leaves before a "
        "person has decided",
    )
    group: GroupNumbers = GroupNumbers()
    message: MessageNumbers = MessageNumbers()
    answers: AnswerNumbers = AnswerNumbers()


def most(width: int) -> int:
    """The largest number of so many digits, as far as counters go."""
    return LARGEST if width > len(str(LARGEST)) else int("9" * width)

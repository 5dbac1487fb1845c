"""When documents leave and how many of them in one interchange (``send`` of an agreement)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from gateway.config.checks import SegmentStart
from gateway.config.closed import Closed
from gateway.config.operation import Weekday
from gateway.config.remote import Schedule, Window
from gateway.config.values import Duration, Size, duration_text, size_text

DAYS: tuple[Weekday, ...] = get_args(Weekday)
MOST = 100_000
"""Documents of one interchange."""
_SPELLED = "a batch is released like 50, 15m, 2MB, or 50 or 15m: documents, time, size"
_HOURS = (
    "hours are written like 06:00-22:00 Europe/Berlin, or "
    "mon-fri 06:00-22:00, sat 08:00-12:00 Europe/Berlin"
)
_MEASURES: dict[str, TypeAdapter[Any]] = {"time": TypeAdapter(Duration), "size": TypeAdapter(Size)}
_SPAN = re.compile(
    r"(?:(?P<day>[a-z]{3})(?:-(?P<until>[a-z]{3}))? )?"
    r"(?P<start>([01]\d|2[0-3]):[0-5]\d)-(?P<end>([01]\d|2[0-3]):[0-5]\d|24:00)"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """When documents that were collected leave as one interchange: whatever comes first."""

    count: int | None = None
    time: timedelta | None = None
    """After the first of them was collected."""
    size: int | None = None
    """Bytes of the messages."""

    def __str__(self) -> str:
        """As it is written in settings."""
        parts = [] if self.count is None else [str(self.count)]
        parts += [] if self.time is None else [duration_text(self.time)]
        parts += [] if self.size is None else [size_text(self.size)]
        return " or ".join(parts)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which something leaves."""

    text: str
    schedule: Schedule
    """Of its settings, windows and zone count."""

    def __str__(self) -> str:
        """As it is written in settings."""
        return self.text


def _batch(value: Any) -> Batch:
    if isinstance(value, Batch):
        return value
    found: dict[str, Any] = {}
    for part in str(value).split(" or "):
        kind, what = _released(part.strip())
        if kind in found:
            raise ValueError(_SPELLED)
        found[kind] = what
    return Batch(**found)


def _released(text: str) -> tuple[str, Any]:
    if text.isascii() and text.isdigit():
        if not 1 <= int(text) <= MOST:
            raise ValueError(f"a batch has 1 to {MOST} documents")
        return "count", int(text)
    for kind, measure in _MEASURES.items():
        try:
            what = measure.validate_python(text)
        except ValidationError:
            continue
        if not what:
            raise ValueError(_SPELLED)
        return kind, what
    raise ValueError(_SPELLED)


def _hours(value: Any) -> Hours:
    if isinstance(value, Hours):
        return value
    text = " ".join(str(value).split())
    spans, _, zone = text.rpartition(" ")
    windows = []
    for span in spans.split(", "):
        found = _SPAN.fullmatch(span)
        if found is None:
            raise ValueError(_HOURS)
        days = _days(found["day"], found["until"])
        end = "00:00" if found["end"] == "24:00" else found["end"]
        windows.append(Window.model_validate({"days": days, "from": found["start"], "to": end}))
    try:
        return Hours(text, Schedule.model_validate({"windows": tuple(windows), "zone": zone}))
    except ValidationError:
        raise ValueError(f"{zone} is no time zone; {_HOURS}") from None


def _days(first: str | None, last: str | None) -> tuple[str, ...]:
    if first is None:
        return DAYS
    if first not in DAYS or (last or first) not in DAYS:
        raise ValueError(f"days are {', '.join(DAYS)}")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple(DAYS[day % 7] for day in range(start, end + (7 if end < start else 0) + 1))


BatchText = Annotated[Batch, BeforeValidator(_batch), PlainSerializer(str)]
HoursText = Annotated[Hours, BeforeValidator(_hours), PlainSerializer(str)]


class Sending(Closed):
    """Batches and hours of what goes out."""

    per: Literal["file", "document"] = Field(
        default="file",
        description="what makes an interchange: all documents of a file of the ERP that go to the "
        "partner, or each of them",
    )
    batch: BatchText | None = Field(
        default=None,
        description="documents are collected over files until there are so many, for so long, or "
        "of such a size, whatever comes first: 50 or 15m or 2MB",
    )
    same: tuple[SegmentStart, ...] = Field(
        default=(),
        description="documents travel together only where these beginnings of segments go on the "
        "same, like RFF+CT; the others leave in interchanges of their own",
    )
    window: HoursText | None = Field(
        default=None, description="interchanges leave in these hours: 06:00-22:00 Europe/Berlin"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.batch is not None and self.per == "document":
            raise ValueError("batch collects documents, and per: document sends each by itself")
        if self.same and self.per == "document":
            raise ValueError("same parts documents, and per: document sends each by itself")
        return self

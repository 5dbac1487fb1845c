"""The texts of notices: a mail about all that is new, still open or over, and JSON for each.

Pure: the same alarms at the same instant give the same bytes. Sentences quote what partners sent,
so whatever cannot be printed is replaced, and no sentence can make a header or a line of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from enum import StrEnum

from gateway.store.alarms import Alarm
from gateway.telemetry.secrets import clean

SHOWN = 50
"""Alarms of one kind in a mail; the others are counted."""
_SUBJECT = 160


class Told(StrEnum):
    """What is told of an alarm."""

    RAISED = "raised"
    AGAIN = "again"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell."""

    alarm: Alarm
    told: Told

    @property
    def key(self) -> str:
        """``alarm:12:raised``, ``alarm:12:again:1``: told once, ever."""
        number = f":{self.alarm.tellings}" if self.told is Told.AGAIN else ""
        return f"alarm:{self.alarm.id}:{self.told}{number}"


_SECTIONS = (
    (Told.RAISED, "NEW", "{} new alarm", "{} new alarms"),
    (Told.AGAIN, "STILL OPEN", "{} alarm still open", "{} alarms still open"),
    (Told.RESOLVED, "OVER", "{} alarm over", "{} alarms over"),
)
"""In the order of the mail: what, its heading, its count for one and for many."""


_NOBODY: Mapping[str, Sequence[str]] = {}


def mail(
    house: str,
    news: Sequence[News],
    at: datetime,
    *,
    to: str = "",
    contacts: Mapping[str, Sequence[str]] = _NOBODY,
) -> bytes:
    """One mail about all of it. ``house``: the name of our company.

    ``to``: who gets it, where it is not for those whom the house names; other addresses are added
    when it leaves. ``contacts``: whom to call, by partner.
    """
    from email import policy  # noqa: PLC0415 (slow to load, and most runs send no mail)

    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = _subject(house, news)
    if to:
        message["To"] = to
    message["Date"] = at.astimezone(UTC)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text(house, news, contacts))
    return message.as_bytes()


def text(house: str, news: Sequence[News], contacts: Mapping[str, Sequence[str]] = _NOBODY) -> str:
    """The text of the mail."""
    lines = [f"{clean(house)}: {_counts(news)}."]
    for told, heading, _, _ in _SECTIONS:
        some = sorted(_of(news, told), key=lambda each: (each.alarm.partner, each.alarm.id))
        if some:
            lines += ["", heading]
        for each in some[:SHOWN]:
            lines += ["", *_told(each, contacts.get(each.alarm.partner, ()))]
        if len(some) > SHOWN:
            lines += ["", f"  … and {len(some) - SHOWN} more"]
    lines += ["", "What is open: gateway alarms"]
    return "\n".join(lines) + "\n"


def data(house: str, news: News, at: datetime) -> bytes:
    """The body of a webhook: type, timestamp, data, as Standard Webhooks proposes."""
    value = {
        "type": f"alarm.{news.told}",
        "timestamp": at.astimezone(UTC).isoformat(),
        "data": {"gateway": house, **news.alarm.as_json()},
    }
    return json.dumps(value, ensure_ascii=False).encode()


def _subject(house: str, news: Sequence[News]) -> str:
    if len(news) > 1:
        return f"EDI gateway, {clean(house)}: {_counts(news)}"
    word = {Told.RAISED: "", Told.AGAIN: "still: ", Told.RESOLVED: "over: "}[news[0].told]
    subject = f"EDI gateway, {clean(house)}: {word}{clean(news[0].alarm.found.sentence)}"
    return subject if len(subject) <= _SUBJECT else f"{subject[: _SUBJECT - 1]}…"


def _counts(news: Sequence[News]) -> str:
    counted = [(len(_of(news, told)), one, many) for told, _, one, many in _SECTIONS]
    return ", ".join((one if n == 1 else many).format(n) for n, one, many in counted if n)


def _of(news: Sequence[News], told: Told) -> list[News]:
    return [each for each in news if each.told is told]


def _told(news: News, contacts: Sequence[str]) -> Iterator[str]:
    alarm = news.alarm
    yield f"  {alarm.found.code} {clean(alarm.found.sentence)}"
    if news.told is not Told.RESOLVED:
        yield f"    what to do: {clean(alarm.found.remedy)}"
        for contact in contacts:
            yield f"    contact {clean(contact)}"
    until = "" if alarm.resolved is None else f" until {_when(alarm.resolved)}"
    yield f"    alarm {alarm.id}, from {_when(alarm.raised)}{until}"


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

"""The fields that messages and receipts have in common (RFC 4130 §6, RFC 6017)."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.channels.as2.link import Link
from gateway.channels.as2.mime.identity import write_name

FEATURES = "multiple-attachments"
"""EDIINT-Features: what we do beyond RFC 4130; in receipts, too."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def common_fields(link: Link, message_id: str, at: datetime) -> list[tuple[str, str]]:
    """From us to the partner. ``at`` has a time zone."""
    return [
        ("AS2-Version", "1.2"),
        ("AS2-From", write_name(link.our_id)),
        ("AS2-To", write_name(link.their_id)),
        ("Message-ID", message_id),
        ("Date", written_date(at)),
        ("MIME-Version", "1.0"),
        ("EDIINT-Features", FEATURES),
    ]


def written_date(at: datetime) -> str:
    """RFC 5322 §3.3, whatever the language of the machine."""
    utc = at.astimezone(UTC)
    day, month = _DAYS[utc.weekday()], _MONTHS[utc.month - 1]
    return f"{day}, {utc.day:02} {month} {utc.year} {utc:%H:%M:%S} +0000"

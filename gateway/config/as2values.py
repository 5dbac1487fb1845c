"""The small types of AS2 settings: ids, instants, files of a folder, addresses, fingerprints."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints

from gateway.config.secrets import PlainSecretError

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ADDRESS = re.compile(r"(?=[!-~]+\Z)https?://[^/?#@\\]+(/[^#\\]*)?", re.IGNORECASE)
_MEDIA = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,80}( *;[ -~]*)?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
_SECRET = re.compile(r"(?i)password|secret|token|key$|^auth|-auth")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def _as2_id(value: str) -> str:
    # RFC 4130 §6.2: 1 to 128 printable signs; quotes and backslashes are written quoted.
    if not re.fullmatch(r"[ -~]{1,128}", value) or value != value.strip():
        raise ValueError("an AS2 id has 1 to 128 printable ASCII signs, no blank at its ends")
    return value


def _instant(value: Any, *, end: bool) -> datetime:
    text = value.isoformat() if isinstance(value, datetime) else str(value).strip()
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return start + timedelta(days=1) if end else start
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        "a day is written like 2026-03-01, an instant like 2026-03-01T08:00+01:00 or …T07:00Z"
    )


def _since(value: Any) -> datetime:
    return _instant(value, end=False)


def _until(value: Any) -> datetime:
    return _instant(value, end=True)


def _inside(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or "\0" in value or ":" in value:
        raise ValueError("a file in the partner's folder, like certificates/acme-2026.pem")
    return value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        # whoever writes a password into an address does not want to see it here
        raise PlainSecretError(
            "an address is written like https://host:port/path, without user and password"
        )
    return value


def _media_type(value: str) -> str:
    if not _MEDIA.fullmatch(value):
        raise ValueError("a content type is written like application/edifact")
    return value


def _header_name(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("the name of a header: letters, digits and hyphens, no _")
    if _SECRET.search(value):
        raise PlainSecretError(
            "headers are kept with every message, so none may be a secret; http.login is for these"
        )
    return value


def _header_text(value: str) -> str:
    if not re.fullmatch(r"[ -~]{0,500}", value) or value.startswith("${"):
        raise ValueError("a header holds printable ASCII signs in one line, and no reference")
    return value


def _message_id(value: str) -> str:
    if not re.fullmatch(r"[!-~]{1,120}", value) or "{token}" not in value:
        raise ValueError("a Message-ID is written like <{token}@{host}>; {token} is needed")
    rest = value.replace("{token}", "").replace("{host}", "")
    if not re.fullmatch(r"<[^<>{}]+>", rest):
        raise ValueError("a Message-ID stands in < > and knows {token} and {host}")
    return value


def _host_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,98}[A-Za-z0-9])?", value):
        raise ValueError("the name of a host, like edi.example.com")
    return value


def _fingerprint(value: str) -> str:
    plain = value.replace(":", "").replace(" ", "").lower()
    if not _FINGERPRINT.fullmatch(plain):
        raise ValueError("a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons")
    return plain


def _written(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


As2Id = Annotated[str, AfterValidator(_as2_id)]
Since = Annotated[datetime, BeforeValidator(_since), PlainSerializer(_written)]
"""The start of a day (UTC), or an instant."""
Until = Annotated[datetime, BeforeValidator(_until), PlainSerializer(_written)]
"""The end of a day (UTC), or an instant."""
Inside = Annotated[str, StringConstraints(min_length=1), AfterValidator(_inside)]
"""A file in the partner's folder."""
Address = Annotated[str, AfterValidator(_address)]
MediaType = Annotated[str, AfterValidator(_media_type)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderText = Annotated[str, AfterValidator(_header_text)]
MessageId = Annotated[str, AfterValidator(_message_id)]
HostName = Annotated[str, AfterValidator(_host_name)]
Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
"""SHA-256 in small hexadecimal digits."""

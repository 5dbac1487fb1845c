"""The small types of settings: durations, sizes, standards, syntax levels, name templates.

Each has one spelling; the error says it. They are read from text, never from a number: YAML is
read text first (:mod:`gateway.syntax.yamltext`).
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, ValidationInfo

from gateway.config.secrets import PlainSecretError, Secret, Vault, parse, resolve, vaults_of

_PASSWORD = re.compile(r"(postgresql\+psycopg://[^:/@]*):(\$\{[^}]*\}|[^@]*)@")
"""Of an address: what stands before the password, and the password."""
_DURATION = re.compile(r"(\d+)\s*(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"(\d+)\s*(B|kB|MB|GB)")
_BYTES = {"B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3}
_EDIFACT = re.compile(r"EDIFACT (S|D)\.?(\d\d[AB])(?: ([A-Z0-9]{1,6}))?")
_X12 = re.compile(r"X12 (\d{6})([A-Z0-9]{0,6})")
_LABEL = r"[A-Za-z0-9_-]{1,63}"
_SERVER = re.compile(rf"({_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:.]+\])(?::(\d{{1,5}}))?")
_HERE = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[::1\]")
_LEVEL = re.compile(r"UNO([A-LWXY]):([1-4])")

_S3 = re.compile(
    r"s3://[A-Za-z0-9.-]+(/[^?#]*)?"
    r"(\?(endpoint|region)=[^&#]+(&(endpoint|region)=[^&#]+)*)?"
)

NAME_FIELDS = (
    "document", "message", "partner", "gln", "number", "order", "issued", "buyer", "supplier",
    "ship_to", "control", "seq", "date", "time", "ext",
)  # fmt: skip
"""What a name template may hold."""


@dataclass(frozen=True, slots=True)
class Standard:
    """``EDIFACT D.96A EAN008`` or ``X12 004010``."""

    syntax: str
    """``edifact`` or ``x12``."""
    directory: str
    """``D96A``, ``004010``: the spelling of grammar folders."""
    association: str = ""
    """UNH S009 0057 (``EAN008``); the industry suffix of GS08 (``VICS``)."""

    def __str__(self) -> str:
        """As it is written in settings."""
        if self.syntax == "x12":
            return f"X12 {self.directory}{self.association}"
        return f"EDIFACT {self.directory[0]}.{self.directory[1:]} {self.association}".rstrip()


@dataclass(frozen=True, slots=True)
class SyntaxLevel:
    """``UNOC:3``: syntax identifier and version number of UNB S001."""

    level: str
    version: str

    def __str__(self) -> str:
        """As it is written in settings and in UNB."""
        return f"{self.level}:{self.version}"


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(str(value).strip())
    if found is None:
        raise ValueError("a duration is written like 500ms, 2s, 15m, 4h or 30d")
    milliseconds = int(found[1]) * round(_SECONDS[found[2]] * 1000)
    try:
        return timedelta(milliseconds=milliseconds)
    except OverflowError:
        raise ValueError("a duration is at most a few thousand years") from None


def _size(value: Any) -> int:
    if isinstance(value, int):
        return value
    found = _SIZE.fullmatch(str(value).strip())
    if found is None:
        raise ValueError("a size is written like 4096B, 64kB, 20MB or 1GB")
    return int(found[1]) * _BYTES[found[2]]


def _standard(value: Any) -> Standard:
    if isinstance(value, Standard):
        return value
    if found := _EDIFACT.fullmatch(str(value)):
        return Standard("edifact", found[1] + found[2], found[3] or "")
    if found := _X12.fullmatch(str(value)):
        return Standard("x12", found[1], found[2])
    raise ValueError("a standard is written like EDIFACT D.96A EAN008 or X12 004010")


def standard_of(written: str) -> str:
    """Standard and directory of what is written (``edifact D96A``); as it is, where it is wrong."""
    try:
        standard = _standard(written)
    except ValueError:
        return written
    return f"{standard.syntax} {standard.directory}"


def _level(value: Any) -> SyntaxLevel:
    if isinstance(value, SyntaxLevel):
        return value
    found = _LEVEL.fullmatch(str(value))
    if found is None:
        raise ValueError(
            "the syntax version is written like UNOC:3 (level UNOA to UNOY, version 1 to 4)"
        )
    return SyntaxLevel(f"UNO{found[1]}", found[2])


def _template(value: str) -> str:
    try:
        fields = [name for _, name, _, _ in string.Formatter().parse(value) if name is not None]
    except ValueError as error:
        raise ValueError(f"the name template is broken: {error}") from None
    unknown = [name for name in fields if name not in NAME_FIELDS]
    if unknown:
        known = " ".join(f"{{{name}}}" for name in NAME_FIELDS)
        raise ValueError(f"{{{unknown[0]}}} is unknown in a name; known are {known}")
    if "/" in value or "\\" in value or value.startswith("."):
        raise ValueError("a name has no folder in it and does not start with a dot")
    return value


def _folder(value: str) -> str:
    if not value.strip() or "\0" in value:
        raise ValueError("the path of a folder, relative to gateway.yaml or absolute")
    if not value.isprintable():
        raise ValueError(
            "there is a sign in it that cannot be seen: between double quotes a backslash begins "
            "one, so write single quotes, or / for it"
        )
    return value


def _archive(value: str) -> str:
    if value.startswith("s3://") and not _S3.fullmatch(value):
        raise ValueError(
            "s3://bucket/prefix, with ?endpoint=https://… and &region=… where they are needed"
        )
    return _folder(value)


def _database(value: str, info: ValidationInfo) -> str:
    if value.startswith("postgresql+psycopg://"):
        password = _PASSWORD.match(value)
        if password is not None:
            parse(password[2], vaults_of(info))
        return value
    if not value.startswith("sqlite:///") or value == "sqlite:///":
        raise ValueError(
            "sqlite:/// and the path of a file, or postgresql+psycopg://user@host/name"
        )
    return value


def _sign(value: str) -> str:
    spelled = {"LF": "\n", "CR": "\r", "CRLF": "\r\n", "TAB": "\t"}.get(value, value)
    if len(spelled) != 1 or spelled.isalnum() or spelled == " ":
        raise ValueError("one sign that is no letter, digit or blank (or LF, CR, TAB)")
    return spelled


def _gln(value: str) -> str:
    if not re.fullmatch(r"[0-9]{13}", value):
        raise ValueError("a GLN has 13 digits")
    # GS1 General Specifications §7.9: weights 1 and 3, the last digit is the check digit.
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(value)))
    if total % 10:
        right = (int(value[-1]) - total) % 10
        raise ValueError(f"the check digit of the GLN is wrong: {value[:12]} ends in {right}")
    return value


def _clock_time(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("a time of day is written like 09:30 or 17:00")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("a time zone is written like UTC or Europe/Paris (IANA names)") from None
    return value


def mail_address(value: str) -> str:
    """An address, alone or with a name. Raises ``ValueError``, which says how it is written."""
    found = [address for _, address in getaddresses([value])]
    one = len(found) == 1 and re.fullmatch(r"[^\s<>,;@]+@[^\s<>,;@]+", found[0])
    if not one or not found[0].isascii() or not value.isprintable():
        raise ValueError("an address is written like edi@example.com or EDI <edi@example.com>")
    return value


def _mail_server(value: str) -> str:
    found = _SERVER.fullmatch(value)
    if found is None or not 0 < int(found[2] or 25) < 65536:
        raise ValueError("a server is written like mail.example.com or mail.example.com:587")
    return value


def _web_address(value: Any, info: ValidationInfo) -> str | Secret:
    if isinstance(value, Secret):
        return value
    text = str(value)
    if text.startswith("${"):
        return parse(text, vaults_of(info))
    if not re.fullmatch(r"https?://[^\s/?#@]+([/?#]\S*)?", text):
        # such an address may hold a token, so it is not shown
        raise PlainSecretError("an address is written like https://host/path, without a password")
    return text


def is_here(server: str) -> bool:
    """Whether ``host:port`` or ``host`` is this machine itself, by its name."""
    return _HERE.fullmatch(re.sub(r":\d+$", "", server)) is not None


def duration_text(value: timedelta) -> str:
    """As a person would write it in settings: ``1h``, ``90s``."""
    milliseconds = round(value.total_seconds() * 1000)
    for unit in ("d", "h", "m", "s"):
        count, rest = divmod(milliseconds, round(_SECONDS[unit] * 1000))
        if count and not rest:
            return f"{count}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0s"


def size_text(value: int) -> str:
    """As a person would write it in settings: ``64kB``, ``1GB``, ``4096B``."""
    unit = next(unit for unit in reversed(_BYTES) if value % _BYTES[unit] == 0)
    return f"{value // _BYTES[unit]}{unit}"


def is_size(metadata: Iterable[Any]) -> bool:
    """Whether a setting with this metadata (of pydantic's ``FieldInfo``) is a size."""
    return any(isinstance(each, BeforeValidator) and each.func is _size for each in metadata)


def _seconds(value: timedelta) -> str:
    milliseconds = round(value.total_seconds() * 1000)
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


Duration = Annotated[timedelta, BeforeValidator(_duration), PlainSerializer(_seconds)]
Size = Annotated[int, BeforeValidator(_size)]
StandardText = Annotated[Standard, BeforeValidator(_standard), PlainSerializer(str)]
Level = Annotated[SyntaxLevel, BeforeValidator(_level), PlainSerializer(str)]
NameTemplate = Annotated[str, AfterValidator(_template)]
Folder = Annotated[str, AfterValidator(_folder)]
Archive = Annotated[str, AfterValidator(_archive)]
Database = Annotated[str, AfterValidator(_database)]
Sign = Annotated[str, AfterValidator(_sign)]
Gln = Annotated[str, AfterValidator(_gln)]
ClockTime = Annotated[str, AfterValidator(_clock_time)]
Zone = Annotated[str, AfterValidator(_zone)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
MailServer = Annotated[str, AfterValidator(_mail_server)]
WebAddress = Annotated[str | Secret, BeforeValidator(_web_address), PlainSerializer(str)]


def with_password(address: str, root: Path, vaults: Mapping[str, Vault]) -> str:
    """The address of a database with its password, for immediate use. Raises ``SecretError``."""
    found = _PASSWORD.match(address)
    if found is None:
        return address
    password = quote(resolve(parse(found[2], vaults), root), safe="")
    return f"{found[1]}:{password}@{address[found.end() :]}"

"""Who sent a mail, and whether our own mail server vouches for that.

The address in From is text that anybody can write. What our server found out about it stands in
Authentication-Results (RFC 8601): it puts that header on top of those that came with the mail, so
only the first one counts, and only when it bears the name of our server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from email.utils import getaddresses
from fnmatch import fnmatchcase

_ADDRESS = re.compile(r"[^\s<>,;:\"()\\@]{1,128}@([^\s<>,;:\"()\\@]{1,253})")
_LONGEST = 20_000
"""Characters of a header that are read."""
_RESULT = re.compile(r"([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)")
_PROPERTY = re.compile(r"(?<![a-z])([a-z]+\.[a-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)")
_REASON = re.compile(r"\breason\s*=\s*(\"[^\"]*\"|[^\s;]+)")
"""Free text, which may quote the mail."""
_DOMAINS = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail"),
}
"""By method: the properties that name the domain it passed for (RFC 8601 §2.7)."""


def sender_of(headers: Message) -> str | None:
    """The address in From, in small letters; ``None`` unless there is exactly one."""
    fields = [str(each) for each in headers.get_all("From", [])]
    if len(fields) != 1 or len(fields[0]) > _LONGEST:
        return None
    addresses = [address for _, address in getaddresses(fields)]
    if len(addresses) != 1 or not _ADDRESS.fullmatch(addresses[0]):
        return None
    return addresses[0].lower()


def is_one_of(address: str, patterns: Iterable[str]) -> bool:
    """Whether an address fits one of ``edi@example.com``, ``*@example.com``."""
    return any(fnmatchcase(address, each.lower()) for each in patterns)


def doubt(headers: Message, sender: str, server: str, methods: Sequence[str]) -> str | None:
    """Why nobody vouches for a sender; ``None`` when our ``server`` does, by one of ``methods``."""
    fields = headers.get_all("Authentication-Results", [])
    if not fields:
        return "no server has looked at it (it has no Authentication-Results)"
    text = _uncommented(str(fields[0])[:_LONGEST]).lower()
    name, *results = (each.strip() for each in _split(text))
    if name.partition(" ")[0].strip('"') != server.lower():
        return f"the first Authentication-Results is of {name[:80]!a}, not of {server}"
    domain = sender.rpartition("@")[2]
    said = [each for each in (_passed(one, domain) for one in results) if each]
    if any(method in methods for method in said):
        return None
    wanted = ", ".join(methods)
    return f"{server} did not confirm {domain} (wanted: {wanted} passed)"


def _passed(result: str, domain: str) -> str | None:
    """The method of a result that passed for the domain of the sender, or for one above it."""
    method = _RESULT.match(result)
    if method is None or method[2] != "pass":
        return None
    named = [
        value.strip('"').rpartition("@")[2].rstrip(".")
        for name, value in _PROPERTY.findall(_REASON.sub(" ", result))
        if name in _DOMAINS.get(method[1], ())
    ]
    fits = ["." in found and (domain == found or domain.endswith(f".{found}")) for found in named]
    return method[1] if fits and all(fits) else None


def _uncommented(text: str) -> str:
    """Without comments in parentheses, which nest; line ends become blanks."""
    kept: list[str] = []
    depth, quoted = 0, False
    for sign in re.findall(r"\\.|[\s\S]", text):
        if sign == '"' and depth == 0:
            quoted = not quoted
        if not quoted and sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
            kept.append(" ")
        elif depth == 0:
            kept.append(" " if sign in "\r\n\t" else sign)
    return "".join(kept)


def _split(text: str) -> Iterator[str]:
    """At semicolons that are not quoted."""
    yield from re.findall(r"(?:\"[^\"]*\"|[^;\"])+", text) or [""]

"""``Content-Type`` and ``Content-Disposition``: a word, and parameters in every spelling there is.

Read: no blank after the colon, any case, values bare, quoted or quoted twice, comments, RFC 2231
(``filename*=utf-8''…``, ``filename*0=``). Written: quotes, and RFC 2231 for what is not plain.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, a2b_qp
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from gateway.channels.as2.mime.headers import shown
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

_COMMENT = re.compile(r"\s\([^()]*\)\s*(?=;|\Z)")
_PARAMETER = re.compile(
    r'[;\s]*([^\s=;"]+)\s*=\s*(?:""([^"]*)""|"((?:[^"\\]|\\.)*)"|([^;]*))\s*', re.DOTALL
)
_CONTINUED = re.compile(r"([^*]+)\*(\d{1,3})(\*?)\Z")
_CHARSET = re.compile(r"(?:utf-8|us-ascii|iso-8859-\d+|windows-125\d)\Z", re.IGNORECASE)
"""Those of names. Python knows others that take long or do more than decode."""
_MOST = 32
"""Parameters of one field: bounds what a broken quotation can cost."""
_ORDINARY = 500
"""Characters of a field that is remembered, as partners send the same ones again and again."""
_PLAIN = re.compile(r"[ !#-\[\]-~]*\Z")
_BAD = re.compile(r"[^ !#-\[\]-~]|=\?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""No name has them: they end lines, steer terminals, turn the direction of a text."""
_WORD = re.compile(r"=\?([^?]+)\?([bBqQ])\?([^?]*)\?=(?:\s+(?==\?))?")


@dataclass(frozen=True, slots=True)
class ContentType:
    """``kind`` is the word in front in small letters, ``multipart/signed`` or ``attachment``."""

    kind: str
    parameters: dict[str, str] = field(default_factory=dict)
    """Their names in small letters."""

    @classmethod
    def parse(cls, text: str) -> ContentType:
        """Read the value of the field. Raises :class:`RefusedError` (T223)."""
        return _remembered(text) if len(text) <= _ORDINARY else _parse(text)

    @property
    def is_multipart(self) -> bool:
        """Whether the body is made of parts."""
        return self.kind.startswith("multipart/")

    @property
    def is_smime(self) -> bool:
        """Whether the body is a layer; which one, tells what is in it (RFC 8551 §3.2)."""
        return self.kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}

    @property
    def is_signature(self) -> bool:
        """Whether the body signs a part beside it."""
        return self.kind in {"application/pkcs7-signature", "application/x-pkcs7-signature"}


def _parse(text: str) -> ContentType:
    bare = _COMMENT.sub("", text) if "(" in text else text
    kind, semicolon, rest = bare.partition(";")
    kind = _CONTROL.sub("_", kind.strip().strip('"').lower())
    return ContentType(kind, _parameters(rest) if semicolon else {})


_remembered = lru_cache(maxsize=256)(_parse)


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None:
            return _extended(found)
        name, twice, quoted, bare = match.groups()
        if quoted is not None:
            value = quoted.replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\")
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = value[1:-1]
        else:
            value = twice if twice is not None else bare.strip()
        found.setdefault(name.lower(), value if value.isascii() else _raw(value))
        at = match.end()
        if len(found) > _MOST:
            raise RefusedError(
                problem("T223", found=shown(text), why=f"more than {_MOST} parameters")
            )
    return _extended(found)


def _extended(found: dict[str, str]) -> dict[str, str]:
    """Put the pieces of RFC 2231 together; what they give wins over the plain spelling."""
    if not any("*" in name for name in found):
        return found
    plain = {name: value for name, value in found.items() if "*" not in name}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, value in found.items():
        if match := _CONTINUED.match(name):
            base, number, coded = match[1], int(match[2]), bool(match[3])
            pieces.setdefault(base, {})[number] = (coded, value)
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {}).setdefault(0, (True, value))
    return plain | {base: _assembled(numbered) for base, numbered in pieces.items()}


def _assembled(pieces: dict[int, tuple[bool, str]]) -> str:
    charset = "latin-1"
    data = b""
    for number in range(len(pieces)):
        if number not in pieces:
            break
        coded, value = pieces[number]
        if coded and number == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        data += unquote_to_bytes(value) if coded else value.encode("latin-1", "replace")
    return _decoded(data, charset)


def _raw(value: str) -> str:
    """Raw bytes beyond ASCII are read as UTF-8 if they are that."""
    return _decoded(value.encode("latin-1", "replace"), "utf-8")


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset if _CHARSET.match(charset) else "utf-8")
    except (LookupError, ValueError):
        return data.decode("latin-1")


def parameter(name: str, value: str) -> str:
    """``; name="value"``, and for other than plain ASCII also the spelling of RFC 2231.

    Such a value comes with a plain stand-in before it, for readers that do not know RFC 2231.
    """
    if _PLAIN.match(value) and "=?" not in value:
        return f'; {name}="{value}"'
    stand_in = _BAD.sub("_", value)
    coded = quote(value.encode("utf-8", "surrogatepass"), safe="")
    return f"; {name}=\"{stand_in}\"; {name}*=utf-8''{coded}"


def filename_of(disposition: str | None, content_type: ContentType | None) -> str:
    """The name of a part's file; empty where there is none. It is data, never a path.

    From Content-Disposition (RFC 2183), or ``name`` of Content-Type where that says nothing.
    Encoded words (RFC 2047) do not belong there, yet mail libraries write them. Control characters
    (``filename*=utf-8''a%0Ab``) become ``_``: whoever stores or shows the name can rely on that.
    """
    parameters = ContentType.parse(disposition).parameters if disposition else {}
    name = parameters.get("filename", "")
    if not name and content_type is not None:
        parameters = content_type.parameters
        name = parameters.get("name", "")
    if "=?" in name and "filename*" not in parameters:
        name = _WORD.sub(_word, name)
    return _CONTROL.sub("_", name)


def _word(match: re.Match[str]) -> str:
    charset, encoding, text = match.groups()
    try:
        if encoding in "bB":
            return _decoded(a2b_base64(text), charset.split("*")[0])
        return _decoded(a2b_qp(text, header=True), charset.split("*")[0])
    except ValueError:
        return match[0]

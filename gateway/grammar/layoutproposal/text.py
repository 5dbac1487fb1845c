"""What a text file is written in: charset, delimiter, line ends."""

from __future__ import annotations

from collections import Counter

_MARKS = {b"\xef\xbb\xbf": "utf-8-bom", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS = ";\t|,"
"""In this order where two fit equally well: a comma may be a decimal mark."""
SAMPLE_LINES = 200


def decoded(data: bytes) -> tuple[str, str]:
    """The text and its encoding as a layout names it."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            codec = "utf-16" if name == "utf-16" else "utf-8-sig"
            return data.decode(codec, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252"


def lines_of(text: str) -> list[str]:
    """The first lines that hold anything."""
    return [line for line in text.splitlines()[: SAMPLE_LINES * 2] if line.strip()][:SAMPLE_LINES]


def newline_of(text: str) -> str:
    """``crlf`` or ``lf``."""
    return "crlf" if "\r\n" in text or "\n" not in text else "lf"


def delimiter_of(text: str) -> str:
    """The sign that stands on every line, most evenly; empty: none does."""
    lines = lines_of(text)
    best, most = "", 0.0
    for sign in DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        count, lines_with = counts.most_common(1)[0] if counts else (0, 0)
        if not count or counts[0] > len(lines) / 10:
            continue
        # even counts speak for a delimiter, and so does a sign that stands there often
        score = lines_with / len(lines) + min(count, 20) / 40
        if score > most:
            best, most = sign, score
    return best

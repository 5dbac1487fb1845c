"""HTML from text that is not trusted: everything is escaped unless it is markup already."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is HTML."""

    __slots__ = ()


Content = str | Markup | None
_EMPTY = frozenset({"meta", "br", "col"})


def tag(name: str, /, *content: Content, **attributes: str | None) -> Markup:
    """``tag("td", "a < b", class_="code")``; attributes that are ``None`` are left out."""
    known = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value, quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Markup(f"<{name}{known}>")
    return Markup(f"<{name}{known}>{join(content)}</{name}>")


def join(content: Iterable[Content]) -> Markup:
    """One behind the other."""
    return Markup("".join(_one(part) for part in content if part))


def _one(part: str) -> str:
    return part if isinstance(part, Markup) else escape(part, quote=False)


def table(
    columns: Iterable[tuple[str, str]], rows: Iterable[Markup], caption: str, class_: str = ""
) -> Markup:
    """A table whose head is repeated on every printed page. Columns are (title, class)."""
    head = [tag("th", title, scope="col", class_=name or None) for title, name in columns]
    return tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", *head)),
        tag("tbody", *rows),
        class_=class_ or None,
    )


_STATUS = {
    "R": "required",
    "M": "mandatory",
    "O": "optional",
    "C": "conditional",
    "N": "not used",
    "W": "reported",
}


def badge(letter: str) -> Markup:
    """A status letter, with the word for who points at it or has it read aloud."""
    word = _STATUS.get(letter, "")
    return tag("span", letter, class_=f"badge {letter.lower()}", title=word or None)


def codes(values: Iterable[str]) -> Markup:
    """Codes, each in its own type."""
    shown: list[Content] = []
    for value in sorted(values):
        shown += [", " if shown else None, tag("code", value)]
    return join(shown)

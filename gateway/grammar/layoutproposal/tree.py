"""Proposals for JSON: objects are records, lists of objects records that repeat."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.grammar.layoutproposal.guess import name_of, scalar, setting_text, settings_of
from gateway.syntax.jsonrecords import Value, read_json

_MOST_DEEP = 12


def propose_json(text: str, encoding: str, document: str) -> tuple[str, list[str]]:
    """A layout of objects."""
    value, problems = read_json(text)
    if value is None:
        return "", [one.sentence for one in problems]
    way: list[str] = []
    while value.members is not None and len(value.members) == 1:
        name, inner = next(iter(value.members.items()))
        if inner.members is None and not _objects(inner):
            break
        way.append(name)
        value = inner
    objects = list(value.items) if value.kind == "list" else [value]
    if not all(one.members is not None for one in objects) or not objects:
        return "", ["the file holds no object, so it has no fields"]
    lines = ["format: json", f"encoding: {encoding}"]
    if way:
        lines.append(f"wrapper: [{', '.join(map(scalar, way))}]")
    if value.kind == "list":
        lines.append("list: true")
    lines += ["record:", f"  name: {document}", *_body(objects, "  ", 0)]
    return "\n".join(lines) + "\n", []


def _objects(value: Value) -> bool:
    return value.kind == "list" and bool(value.items) and value.items[0].members is not None


def _body(objects: Sequence[Value], pad: str, depth: int) -> list[str]:
    members: dict[str, list[Value]] = {}
    for one in objects:
        for name, value in (one.members or {}).items():
            members.setdefault(name, []).append(value)
    fields, kids = [], []
    taken: set[str] = set()
    for name, values in members.items():
        own = name_of(name, taken) if not name.isidentifier() else name
        path = [f"{pad}    path: [{scalar(name)}]"] if own != name else []
        inner = [one for value in values for one in (value.items if value.items else (value,))]
        if any(one.members is not None for one in inner) and depth < _MOST_DEEP:
            many = any(value.kind == "list" for value in values)
            kids += [f"{pad}  {own}:", *path, *([f"{pad}    many: true"] if many else [])]
            whole = [one for one in inner if one.members is not None]
            kids += _body(whole, f"{pad}    ", depth + 1)
        elif any(value.kind not in ("list", "object") for value in values):
            settings = _settings(values)
            if path:
                settings["path"] = name
            fields.append(f"{pad}  {own}: {setting_text(settings)}")
    lines = [f"{pad}fields:", *fields] if fields else []
    return lines + ([f"{pad}records:", *kids] if kids else [])


def _settings(values: Sequence[Value]) -> dict[str, str]:
    kinds = {one.kind for one in values} - {"null"}
    texts = [one.text for one in values if one.kind != "null"]
    if kinds == {"flag"}:
        return {"type": "flag"}
    found = settings_of(texts)
    if kinds == {"number"} and found.get("type") not in ("integer", "decimal"):
        return {"type": "decimal"}
    if found.get("type") in ("integer", "decimal") and kinds == {"text"}:
        return {"max": "35"}  # digits in quotes are mostly numbers of something, not amounts
    found.pop("decimal_mark", None)
    if found.get("format") == "YYYY-MM-DD":
        del found["format"]
    return found

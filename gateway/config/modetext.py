"""One value in a settings file changed, in its text: comments and layout stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from gateway.syntax.yamltext import Path_, read_yaml


def with_value(text: str, path: Path_, value: str) -> str | None:
    """The text with a plain value at a path; a key that is not there is added to its mapping.

    ``None`` where that cannot be done in the text: no mapping above it, an anchor, a value of
    several lines. What comes out says the same but for this value; that is looked at.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    *above, last = path
    node = _below(root, above)
    if not isinstance(node, yaml.MappingNode) or not isinstance(last, str):
        return None
    known = _below(node, [last])
    changed = _added(text, node, last, value) if known is None else _replaced(text, known, value)
    return changed if changed is not None and _only(text, changed, path, value) else None


def value_at(text: str, path: Path_) -> str | None:
    """The plain value that a text has at a path."""
    data, _ = read_yaml(text.encode(), "")
    found = _stepped(None if data is None else data.data, path)
    return found if isinstance(found, str) else None


def rows_of(text: str, name: str) -> list[dict[str, Any]]:
    """The entries of a list at the top of the file."""
    data, _ = read_yaml(text.encode(), "")
    found = _stepped(None if data is None else data.data, (name,))
    rows = found if isinstance(found, list) else []
    return [each if isinstance(each, dict) else {} for each in rows]


def _below(node: yaml.Node | None, path: Sequence[str | int]) -> yaml.Node | None:
    for step in path:
        if isinstance(step, str):
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            node = next((value for key, value in pairs if key.value == step), None)
        else:
            rows = node.value if isinstance(node, yaml.SequenceNode) else []
            node = rows[step] if step < len(rows) else None
    return node


def _replaced(text: str, node: yaml.Node, value: str) -> str | None:
    start, end = node.start_mark, node.end_mark
    if not isinstance(node, yaml.ScalarNode) or start.line != end.line:
        return None
    if start.index == end.index:  # a key without a value
        return f"{text[: start.index]} {value}{text[end.index :]}"
    return f"{text[: start.index]}{value}{text[end.index :]}"


def _added(text: str, node: yaml.MappingNode, name: str, value: str) -> str | None:
    if not node.value:
        return None
    if node.flow_style:
        end = node.end_mark.index - 1
        held = text[:end].rstrip()
        return f"{held}{'' if held.endswith(',') else ','} {name}: {value}{text[end:]}"
    keys: list[tuple[yaml.Node, yaml.Node]] = [
        (key, each) for key, each in node.value if isinstance(each, yaml.ScalarNode)
    ]
    if not keys:
        return None
    key, last = _anchor(keys)
    after = text.find("\n", last.end_mark.index)
    indent = " " * key.start_mark.column
    if after < 0:
        return f"{text}\n{indent}{name}: {value}\n"
    return f"{text[: after + 1]}{indent}{name}: {value}\n{text[after + 1 :]}"


def _anchor(keys: list[tuple[yaml.Node, yaml.Node]]) -> tuple[yaml.Node, yaml.Node]:
    """Behind which entry a new one reads well: the first plain ones that stand together."""
    found = keys[0]
    for each in keys[1:]:
        if each[0].start_mark.line != found[1].end_mark.line + 1:
            break
        found = each
    return found


def _only(before: str, after: str, path: Path_, value: str) -> bool:
    """Whether only this value differs."""
    old, found = read_yaml(before.encode(), "")
    new, found_too = read_yaml(after.encode(), "")
    if old is None or new is None or found or found_too:
        return False
    *above, last = path
    holder = _stepped(old.data, tuple(above))
    if not isinstance(holder, dict) or not isinstance(last, str):
        return False
    holder[last] = value
    same: bool = old.data == new.data
    return same


def _stepped(data: Any, path: Path_) -> Any:
    for step in path:
        if isinstance(step, str):
            data = data.get(step) if isinstance(data, dict) else None
        else:
            data = data[step] if isinstance(data, list) and step < len(data) else None
    return data

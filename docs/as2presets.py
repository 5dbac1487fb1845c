"""The page of the presets for AS2 products, from the presets themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gateway.config.as2 import As2
from gateway.config.as2presets import PRESETS

_GROUPS = ("send", "receive", "receipt", "http", "quirks")
_HOUR = 3600


def as2_presets_page() -> str:
    """``docs/reference/as2-presets.md``."""
    lines = [
        "# AS2 presets",
        "",
        "`preset` in a channel by AS2 names the partner's product and fills in what the partner's",
        "file does not say. What is written there wins, setting by setting. `gateway check` warns",
        "of every value that weakens what is demanded of a partner, also where a preset sets it.",
        "All settings with their defaults: [settings](settings.md); how a partner is connected:",
        "[AS2 partner](../howto/as2-partner.md).",
        "",
        "| Preset | Product | Sets |",
        "|---|---|---|",
    ]
    for name, preset in PRESETS.items():
        fields = [f"`{path}: {_shown(value)}`" for path, value, _ in _rows(preset.settings)]
        lines.append(f"| [`{name}`](#{name}) | {preset.product} | {'<br>'.join(fields) or '–'} |")
    for name, preset in PRESETS.items():
        lines += ["", f"## {name}", "", f"{preset.product}: {preset.about}"]
        rows = _rows(preset.settings)
        if rows:
            lines += ["", "| Setting | Default | With the preset | Why |", "|---|---|---|---|"]
        lines += [
            f"| `{path}` | `{_shown(default)}` | `{_shown(value)}` | {preset.why[path]} |"
            for path, value, default in rows
        ]
        for setting, values in preset.unable.items():
            lines += ["", f"Not `{setting}:` {', '.join(f'`{value}`' for value in values)}"]
            lines[-1] += f": it {', '.join(sorted(set(values.values())))}."
    return "\n".join(lines).rstrip() + "\n"


def _rows(settings: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, Any, Any]]:
    """(setting, value of the preset, default)."""
    plain = As2.model_validate({"id": "X"}).model_dump(mode="json")
    return [
        (f"{group}.{name}", value, plain[group][name])
        for group in _GROUPS
        for name, value in settings.get(group, {}).items()
    ]


def _shown(value: Any) -> str:
    """As it is written in settings."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    seconds = re.fullmatch(r"(\d+)s", str(value))
    if seconds and int(seconds[1]) % _HOUR == 0:
        return f"{int(seconds[1]) // _HOUR}h"
    return str(value)

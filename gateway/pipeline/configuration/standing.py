"""Whether the files are what runs, in words."""

from __future__ import annotations

from pathlib import Path

from gateway.config.asthen import SHOWN
from gateway.config.snapshot import PARTNERS, SETTINGS, SHOPS, hash_of, version
from gateway.store.applied import Applied
from gateway.syntax.yamltext import read_yaml


def files_hash(base: Path) -> str:
    """Of the files as they are, however broken; the same as of a workspace loaded from them."""
    try:
        text, _ = read_yaml((base / SETTINGS).read_bytes(), SETTINGS)
    except OSError:
        text = None
    data = text.data if text is not None and isinstance(text.data, dict) else {}
    partners, functions = data.get("partners"), data.get("functions")
    folder = Path(partners if isinstance(partners, str) else PARTNERS)
    shops = data.get("shops")
    return hash_of(
        base,
        folder,
        functions if isinstance(functions, str) else None,
        Path(shops if isinstance(shops, str) else SHOPS),
    )


def standing(row: Applied | None, base: Path, files: str | None = None) -> str:
    """What runs, and whether it is the files. ``files``: their hash, where it is known."""
    if row is None:
        return "nothing was applied yet: the files run as they are at the start of each process"
    when = f"{row.at.astimezone():%Y-%m-%d %H:%M}"
    text = f"number {row.seq} runs, applied {when} by {row.who} ({row.hash[:SHOWN]})"
    if row.version != version():
        was = row.version or "an older one"
        return f"{text}, with the maps and layouts of the installed version; then it was {was}"
    if (files or files_hash(base)) == row.hash:
        return f"{text}; the files are the same"
    return f"{text}; the files differ: gateway plan shows how"

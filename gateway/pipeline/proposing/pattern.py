"""A partner without samples: the least that is needed, or another one as a pattern.

Of a pattern come the agreements, the syntax, guides, overlays, code lists and functions. Who he is,
his certificates and keys, his numbers and his samples do not.
"""

from __future__ import annotations

import re
from pathlib import Path

from gateway.config.marks import SIGN
from gateway.config.proposal.channels import channel_lines
from gateway.config.proposal.partnerfile import no_id
from gateway.config.proposal.writing import decided, noted, scalar
from gateway.syntax.yamltext import YamlText, read_yaml

_REFERENCE = re.compile(r"\$\{[a-z0-9][a-z0-9-]*:")
_COPIED = ("guides/*.yaml", "codes/*.csv", "*.map", "functions.py")
_OWN = ("partner", "name", "mode", "identities", "contacts", "channels", "schema")
"""Settings that are not taken from a pattern as they are."""


def minimal(name: str, title: str, channel: str) -> dict[str, bytes]:
    """The files of a partner of whom nothing is known."""
    example = "{id: 4012345000009, qualifier: 14}"
    lines = [
        *_head(name, title, "A partner of whom nothing is known yet."),
        "identities: {}",
        decided(f"#  edifact: {example}", "how envelopes name him (edifact or x12), his GLN"),
        *channel_lines(channel, name, "*"),
        "agreements: []",
        decided(
            "#  - {document: order, direction: inbound, standard: EDIFACT D.96A}",
            "what is exchanged",
        ),
    ]
    return {"partner.yaml": _text(lines), "NOTES.md": _notes(name, "")}


def like(name: str, title: str, channel: str | None, folder: Path) -> dict[str, bytes]:
    """The files of a partner as the one in ``folder`` is. Raises ``OSError``, ``ValueError``."""
    data = (folder / "partner.yaml").read_bytes()
    text, _ = read_yaml(data, "partner.yaml")
    if text is None or not isinstance(text.data, dict):
        raise ValueError(f"{folder.name}/partner.yaml cannot be read")
    kind = channel or _kind(text)
    blocks = _blocks(data.decode("utf-8-sig"), text)
    identities = [
        decided(f"  {one}: {{id: {no_id(name, one)}, qualifier: ZZ}}", "how envelopes name him")
        for one in text.data.get("identities", {})
        if one in ("edifact", "x12")
    ]
    lines = [
        *_head(name, title, f"Like {folder.name}: its agreements, not its identities."),
        *(["identities:", *identities] if identities else ["identities: {}"]),
        *channel_lines(kind, name, "*"),
    ]
    for key, block in blocks.items():
        if key not in _OWN:
            lines += _asked(block, folder.name)
    files = {"partner.yaml": _text(lines), "NOTES.md": _notes(name, folder.name)}
    for pattern in _COPIED:
        for path in sorted(folder.glob(pattern)):
            files[path.relative_to(folder).as_posix()] = _renamed(path, folder.name, name)
    return files


def _head(name: str, title: str, what: str) -> list[str]:
    guessed = name.replace("-", " ").title()
    return [
        f"# {what}",
        "schema: 1",
        noted(f"partner: {name}", "the name of the folder"),
        f"name: {scalar(title)}"
        if title
        else decided(f"name: {scalar(guessed)}", "the name of the company"),
        noted("mode: test", "live when nothing is left to decide"),
    ]


def _kind(text: YamlText) -> str:
    channels = text.data.get("channels", {})
    kinds = [one.get("kind", "folder") for one in channels.values() if isinstance(one, dict)]
    return kinds[0] if kinds else "folder"


def _blocks(text: str, marks: YamlText) -> dict[str, list[str]]:
    """The lines of each setting at the top, with the comments before the next one."""
    lines = text.splitlines()
    starts = sorted((mark.line - 1, str(path[0])) for path, mark in marks.keys.items()
                    if len(path) == 1)  # fmt: skip
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    return {key: lines[start:end] for (start, key), end in zip(starts, ends, strict=True)}


def _asked(block: list[str], pattern: str) -> list[str]:
    """The lines with a mark above each that names a secret: it is shared with the pattern."""
    lines: list[str] = []
    for line in block:
        if _REFERENCE.search(line.partition(" #")[0]):
            pad = line[: len(line) - len(line.lstrip())]
            lines.append(f"{pad}{SIGN} a secret of {pattern}; which one is that of this partner?")
        lines.append(line)
    return lines


def _renamed(path: Path, old: str, new: str) -> bytes:
    """A guide bears the name of its partner."""
    data = path.read_bytes()
    if path.suffix != ".yaml":
        return data
    return re.sub(rb"(?m)^(guide:\s*)%s/" % re.escape(old.encode()), rb"\1%s/" % new.encode(), data)


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _notes(name: str, pattern: str) -> bytes:
    made = f"Made like {pattern}." if pattern else "Made without samples."
    lines = [
        f"# {name}",
        "",
        made,
        "",
        "- [ ] Which identities and GLN has the partner?",
        "- [ ] Which messages of which version are exchanged, and can they send samples?",
        f"      `gateway partner new {name} --add --from FILE` reads them in",
        "- [ ] How do files travel, and who is called about trouble?",
    ]
    return _text(lines)

"""Files in a partner's folder that nothing names: they look used, and are not (C230-C232).

Whether a file is named is told from the texts of the settings, not from their meaning: any value
that is the path of the file counts, whatever kind of channel or agreement it stands in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from gateway.config.models import Agreement, Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.problems import Place, Problem, problem

SAMPLES = "samples"
_BESIDE = (SAMPLES, "tables", "__pycache__")
"""Folders with files that nothing has to name."""
_CERTIFICATES = (".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".pub")
_KINDS = {".map": "map", ".yaml": "guide", ".yml": "guide", ".csv": "code list", ".py": "program"}
_NAMING = re.compile(r"^\s*(?:extends:\s*|codes\s+\S+\s+from\s+)[\"']?([^\s\"'#]+)", re.MULTILINE)
"""How a guide names the one that it extends, and an overlay a code list."""
_ABOUT = re.compile(
    r"^(?:map\s+canonical/(?P<document>\w+)|overlay\s+\S*?(?P<message>\w+)\.map"
    r"|base:\s*\S+\s+\S+\s+(?P<base>\w+))",
    re.MULTILINE,
)
_LARGEST = 1_000_000


def unnamed_problems(workspace: Workspace, partner: Partner) -> Iterator[Problem]:
    """Of the files of one partner."""
    folder = workspace.partner_folder(partner.partner)
    files, samples = _files(folder)
    text = workspace.texts.get(partner.partner)
    named = set(_values(text.data if text is not None else None))
    loose = [each for each in files if each not in named]
    if any(PurePosixPath(each).suffix in _KINDS for each in loose):
        named |= set(_named_by(folder, [each for each in files if each in named]))
    front = f"{workspace.settings.partners}/{partner.partner}"
    for each in loose:
        if each not in named:
            yield _unnamed(partner, folder, each, f"{front}/{each}")
    agreed = list(dict.fromkeys(each.document for each in partner.agreements))
    for each in samples:
        if each not in agreed:
            shown = f"{front}/{SAMPLES}/{each}"
            yield problem(
                "C231",
                Place(file=shown),
                folder=shown,
                partner=partner.partner,
                document=each,
                known=", ".join(agreed) or "nothing",
                hint=suggestion(each, agreed),
            )


def _files(folder: Path) -> tuple[list[str], list[str]]:
    """(files that something has to name, folders of samples), below a partner's folder."""
    files: list[str] = []
    samples: list[str] = []
    for here, inside, names in os.walk(folder):
        where = Path(here).relative_to(folder)
        if where == Path() and SAMPLES in inside:
            samples = sorted(
                each.name
                for each in (folder / SAMPLES).iterdir()
                if each.is_dir() and not each.name.startswith(".")
            )
        inside[:] = sorted(n for n in inside if n not in _BESIDE and not n.startswith("."))
        for name in names:
            suffix = PurePosixPath(name).suffix.lower()
            if suffix in _KINDS or suffix in _CERTIFICATES:
                files.append((where / name).as_posix())
    return sorted(each for each in files if each != "partner.yaml"), samples


def _values(data: Any) -> Iterator[str]:
    """All texts in settings, as paths."""
    if isinstance(data, str):
        yield PurePosixPath(data).as_posix()
    elif isinstance(data, dict):
        for each in data.values():
            yield from _values(each)
    elif isinstance(data, list):
        for each in data:
            yield from _values(each)


def _named_by(folder: Path, files: Sequence[str]) -> Iterator[str]:
    """Files that named files name, and those that these name."""
    waiting, seen = list(files), set(files)
    while waiting:
        here = waiting.pop()
        if PurePosixPath(here).suffix not in (".map", ".yaml", ".yml"):
            continue
        for found in _NAMING.findall(text_of(folder / here)):
            for near in (PurePosixPath(here).parent / found, PurePosixPath(found)):
                name = os.path.normpath(near)
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)
                    yield name


def _unnamed(partner: Partner, folder: Path, name: str, shown: str) -> Problem:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _CERTIFICATES:
        return problem("C232", Place(file=shown), file=shown, settings=_certificates(partner))
    text = text_of(folder / name)
    kind = "overlay" if text.lstrip().startswith("overlay ") else _KINDS[suffix]
    way = _way(partner, kind, name, text)
    return problem("C230", Place(file=shown, line=1, column=1), kind=kind, file=shown, way=way)


def _way(partner: Partner, kind: str, name: str, text: str) -> str:
    """Which line in partner.yaml would name it."""
    if kind == "code list":
        return f"write codes: {{{PurePosixPath(name).stem}: {name}}} in partner.yaml"
    if kind == "program":
        return f"write functions: {name} in partner.yaml"
    setting = "guide" if kind == "guide" else "mapping"
    agreement = _meant(partner, name, text)
    if agreement is None:
        return f"write {setting}: {name} under the agreement that it is for"
    return f"write {setting}: {name} under the agreement {agreement}"


def _meant(partner: Partner, name: str, text: str) -> Agreement | None:
    """The agreement that a map or guide is about, by its first line or its name."""
    found = _ABOUT.search(text)
    words = [each.lower() for each in (found.groups() if found else ()) if each]
    words.append(PurePosixPath(name).stem.lower())
    for word in words:
        for each in partner.agreements:
            if word in (each.document, each.message.lower()):
                return each
    return None


def _certificates(partner: Partner) -> str:
    """Where a certificate of the partner would be named."""
    for name, channel in partner.channels.items():
        if channel.as2 is not None:
            return f"channels.{name}.as2.certificates"
        if channel.mailbox is not None:
            return f"channels.{name}.mailbox.keys"
    return "the channel that it is for"


def text_of(path: Path) -> str:
    """The beginning of a file, as far as it is text; empty where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST)
    except OSError:
        return ""

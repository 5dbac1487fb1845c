"""A workspace in which everything is right, spoiled as a script says.

# what somebody did
edit FILE            lines to take out (-) and lines to put there (+); without - at the end
write FILE           a file with these lines (+)
remove FILE          a file or a folder less
move FILE NAME       under another name
copy KEY FILE        a certificate or key of tests/as2/keys
latin1 FILE          saved as an old editor would
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.as2.credentials import KEYS

RIGHT = Path(__file__).parent / "workspace"
OURS = ("ours.pem", "ours.key")


@dataclass
class Step:
    """One verb with its words, and the lines below it."""

    verb: str
    words: list[str]
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


def right(root: Path) -> Path:
    """The workspace before anybody spoils it."""
    shutil.copytree(RIGHT, root)
    (root / "keys").mkdir()
    for name in OURS:
        shutil.copy(KEYS / name, root / "keys")
    return root


def spoil(root: Path, script: str) -> None:
    """Do what the script says."""
    for step in _steps(script):
        file = root / step.words[-1 if step.verb == "copy" else 0]
        file.parent.mkdir(parents=True, exist_ok=True)
        if step.verb == "edit":
            _edit(file, "\n".join(step.old), "\n".join(step.new))
        elif step.verb == "write":
            file.write_text("".join(f"{line}\n" for line in step.new), encoding="utf-8")
        elif step.verb == "remove":
            shutil.rmtree(file) if file.is_dir() else file.unlink()
        elif step.verb == "move":
            file.rename(root / step.words[1])
        elif step.verb == "copy":
            shutil.copy(KEYS / step.words[0], file)
        elif step.verb == "link":
            file.mkdir()
            (root / step.words[1]).parent.mkdir(parents=True, exist_ok=True)
            (root / step.words[1]).symlink_to(file)
        else:
            assert step.verb == "latin1", step.verb
            file.write_bytes(file.read_text(encoding="utf-8").encode("latin-1"))


def _steps(script: str) -> Iterator[Step]:
    """The steps of a script; an ``edit`` with several changes is several of them."""
    step: Step | None = None
    for line in script.splitlines():
        sign, text = line[:2].ljust(2), line[2:]
        if sign == "# " or not line:
            continue
        if sign in ("- ", "+ "):
            assert step is not None, line
            if sign == "- " and step.new:
                yield step
                step = Step(step.verb, step.words)
            (step.old if sign == "- " else step.new).append(text)
            continue
        if step is not None:
            yield step
        verb, *words = line.split()
        step = Step(verb, words)
    if step is not None:
        yield step


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    if not old:
        file.write_text(f"{text}{new}\n", encoding="utf-8")
        return
    assert text.count(old) >= 1, f"{file}: {old}"
    file.write_text(text.replace(old if new else old + "\n", new, 1), encoding="utf-8")

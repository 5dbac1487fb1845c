"""Bodies of messages made to fit what their partner's charset holds, and told (P165, P166)."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.config import Workspace
from gateway.config.characters import FOLDER, fitting_of
from gateway.config.envelope import EdifactSyntax, X12Syntax
from gateway.problems import Problem, problem
from gateway.syntax import Dialect
from gateway.syntax.fitting import Change, Fitting, fitted

_MOST = 20
"""Changed values of a message that are told one by one."""


def fit(
    bodies: Sequence[Sequence[str]], dialect: Dialect, fitting: Fitting
) -> tuple[list[list[str]], list[Problem]]:
    """The bodies as they can be written, and a warning for each value that is not as it was."""
    found: list[Problem] = []
    written: list[list[str]] = []
    for body in bodies:
        text, changes = fitted(body, dialect, fitting)
        written.append(text)
        found += _told(changes, dialect)
    return written, found


def fitting_for(workspace: Workspace, syntax: EdifactSyntax | X12Syntax) -> Fitting:
    """What a partner agreed to. Raises ``OSError`` where the table cannot be read."""
    characters = syntax.characters
    path = None
    if characters.outside != "refuse":
        path = workspace.find("mappings", f"{FOLDER}/{characters.table}.csv")
        if path is None:
            raise FileNotFoundError(f"mappings/{FOLDER}/{characters.table}.csv is not there")
    return fitting_of(characters, path)


def _told(changes: Sequence[Change], dialect: Dialect) -> list[Problem]:
    charset = dialect.level or dialect.codec
    raised = [each for each in changes if each.raised]
    others = [each for each in changes if not each.raised]
    found = [
        problem("P165", each.place, before=each.before, after=each.after, charset=charset)
        for each in others[:_MOST]
    ]
    if len(others) > _MOST:
        found.append(problem("P167", count=len(others) - _MOST, charset=charset))
    if raised:
        facts = {"count": len(raised), "charset": charset}
        found.append(problem("P166", raised[0].place, **facts))  # type: ignore[arg-type]
    return found

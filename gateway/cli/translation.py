"""Grammars and maps of a workspace for commands that only look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gateway.config import Workspace
from gateway.config.translation import Translation

if TYPE_CHECKING:
    from gateway.mapping.tablefiles import Opened
    from gateway.store.lookups import SqlTables


def translation_of(workspace: Workspace) -> Translation:
    """With the tables that its maps ask, in files and in databases."""
    return Translation(workspace, _Tables(workspace.base).open)


class _Tables:
    """Tables in databases; what reads them is loaded when a map asks for one."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.tables: SqlTables | None = None

    def open(self, name: str, path: Path) -> Opened:
        """The table that a file defines."""
        if self.tables is None:
            from gateway.store.lookups import SqlTables  # noqa: PLC0415 (slow to load)

            self.tables = SqlTables(self.base)
        return self.tables.open(name, path)

"""Grammars and maps of a workspace for commands that only look."""

from __future__ import annotations

from gateway.config import Workspace
from gateway.config.translation import Translation
from gateway.store.lookups import SqlTables


def translation_of(workspace: Workspace) -> Translation:
    """With the tables that its maps ask, in files and in databases."""
    return Translation(workspace, SqlTables(workspace.root).open)

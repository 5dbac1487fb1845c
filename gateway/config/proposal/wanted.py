"""What a person says about a partner for whom a proposal is made."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.config.agreement import Direction, DocumentName


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person said about the new partner."""

    name: str
    title: str = ""
    channel: str = "folder"
    direction: Direction | None = None
    document: DocumentName | None = None
    """Only messages of this document."""
    known: bool = False
    """The partner is there already: his own identity is no clash."""

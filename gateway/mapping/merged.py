"""A map put together from its files and not compiled: quick, and enough to compare it by rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.mapping.codes import CodeList
from gateway.mapping.compiled import rows_of
from gateway.mapping.plan import RowInfo
from gateway.mapping.sources import Sources
from gateway.mapping.statements import Header, Row, Statement, bodies


@dataclass(frozen=True)
class Merged:
    """Base and overlay in one, for one format."""

    header: Header
    statements: tuple[Statement, ...]
    format: str
    """``edifact/D96A/ORDERS``."""
    sources: Sources

    def rows(self) -> Iterator[RowInfo]:
        """The effective rows, as :meth:`CompiledMap.rows` gives them."""
        yield from rows_of(self.statements)

    @property
    def lists(self) -> list[str]:
        """Names of the code lists that its rows use."""
        return list(dict.fromkeys(_lists(self.statements)))

    def code_list(self, name: str) -> CodeList | None:
        """A code list as its format sees it."""
        return self.sources.code_list(name, self.format)


def _lists(statements: Iterable[Statement]) -> Iterator[str]:
    for one in statements:
        if isinstance(one, Row):
            if one.modifiers.codes is not None:
                yield one.modifiers.codes.name
        else:
            for _, body in bodies(one):
                yield from _lists(body)

"""Tables of a partner: GLN → customer number, GTIN → article number.

A map asks ``lookup article[gtin:number](LIN.C212[7143=EN].7140)``, or says
``lookup article[gtin:number]`` as a modifier of a row that goes both ways. Where the rows of a
table come from is not known here: :class:`Tables` is given from outside, and
:mod:`gateway.mapping.tablefiles` reads files.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from gateway.mapping.convert.model import Unfit, plain
from gateway.problems import Problem


class Table(Protocol):
    """One table. Texts are compared as they are: ``007`` is not ``7``."""

    @property
    def name(self) -> str:
        """``article``."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns; the first is the key where a map names none."""

    @property
    def at_hand(self) -> bool:
        """Whether an answer costs nothing, so that texts need not be gathered."""

    def find(self, key: str, value: str, texts: Collection[str]) -> Mapping[str, Sequence[str]]:
        """For texts that stand in column ``key``: the different values of column ``value``.

        Raises ``OSError`` if the source of the table cannot be reached now.
        """

    def repeated(self, key: str, value: str) -> Sequence[str]:
        """Texts of ``key`` with more than one value, as far as that is known beforehand."""


class Tables(Protocol):
    """The tables of one partner (his own before those of the workspace)."""

    def table(self, name: str) -> tuple[Table | None, list[Problem]]:
        """A table by name, or ``None``; and what is wrong with it (M108)."""

    def stamp(self, name: str) -> object:
        """What changes when the table has to be taken anew; ``None`` if there is none."""


class Lookup:
    """One direction of a table: the text of one column → that of another.

    Called with a text; raises :class:`Unfit` V516 (unknown) or V517 (several values).
    """

    def __init__(self, table: Table, key: str, value: str) -> None:
        self.table = table
        self.key = key
        self.value = value
        self._here = threading.local()

    def __call__(self, text: object) -> str:
        """The answer for one text."""
        asked = plain(text)
        found = self._found(asked)
        if not found:
            raise Unfit("V516", f"a {self.key} of the table {self.table.name}")
        if len(found) > 1:
            shown = ", ".join(found[:3])
            raise Unfit("V517", f"one {self.value} in the table {self.table.name}, not {shown}")
        return found[0]

    def _found(self, text: str) -> Sequence[str]:
        wanted: set[str] | None = getattr(self._here, "wanted", None)
        if wanted is not None:
            wanted.add(text)
            return ()
        answers: Mapping[str, Sequence[str]] = getattr(self._here, "answers", {})
        if text in answers:
            return answers[text]
        return self.table.find(self.key, self.value, (text,)).get(text, ())

    def gather(self) -> None:
        """From now on, in this thread, texts are noted and not answered."""
        self._here.wanted = set()

    def answer(self) -> None:
        """One question for all texts that were noted; answers are kept until :meth:`forget`."""
        wanted: set[str] = getattr(self._here, "wanted", set())
        self._here.wanted = None
        found = self.table.find(self.key, self.value, wanted) if wanted else {}
        self._here.answers = {text: found.get(text, ()) for text in wanted}

    def forget(self) -> None:
        """The document is done."""
        self._here.wanted = None
        self._here.answers = {}


@contextmanager
def answered(lookups: Sequence[Lookup], rehearse: Callable[[], object]) -> Iterator[None]:
    """Ask once per table and document: ``rehearse`` runs the map for its questions only."""
    if not lookups:
        yield
        return
    try:
        for one in lookups:
            one.gather()
        rehearse()
        for one in lookups:
            one.answer()
        yield
    finally:
        for one in lookups:
            one.forget()

"""What ``gateway check`` says of grammars, maps, guides, code lists and formats of the ERP.

Standards without a grammar (C202, C203), maps that are missing (C204) or do not compile (C205),
formats without a map (C206), guides (G4xx), and what contradicts each other (C210-C232). Many
agreements share a map and a guide: each pair is looked at once in each direction.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from gateway.config.contradictions import PartnerFiles, lists_of
from gateway.config.erpforms import forms
from gateway.config.mapcheck import exchanged
from gateway.config.models import Agreement, Partner
from gateway.config.validate import suggestion
from gateway.config.vaultcheck import house_text
from gateway.grammar.guide import Guide
from gateway.mapping import CompiledMap
from gateway.mapping.guideproblems import guide_problems
from gateway.problems import Place, Problem, errors, problem

if TYPE_CHECKING:
    from gateway.config.translation import Translation


_MANY = 200
"""Maps and guides that are kept for the next partner."""


class Checking:
    """One look at everything; each problem is told once, however many agreements have it."""

    def __init__(
        self, translation: Translation, same: Mapping[str, Container[int]] = MappingProxyType({})
    ) -> None:
        """``same``: by partner, agreements (from 0) of whom nothing is to be said."""
        self.translation = translation
        self._same = same
        self.workspace = translation.workspace
        self._files = PartnerFiles(self.workspace)
        self._shown: set[Problem] = set()
        self._guided: dict[tuple[int, int, str, bool], list[Problem]] = {}
        self._lists: dict[int, frozenset[str]] = {}
        self._kept: list[object] = []
        """What keys name by identity, so that no other object takes its place."""

    def problems(self) -> Iterator[Problem]:
        """All findings, partner by partner."""
        for partner in self.workspace.partners.values():
            yield from self._partner(partner)
        for document in exchanged(self.workspace):
            yield from self._erp(document, self.workspace.erp.formats.of(document), None)

    def of_partner(self, partner: Partner) -> tuple[list[Problem], bool]:
        """All findings of one partner, and whether his maps ask tables. Nothing of his is kept."""
        self._shown = set()
        found = list(self._partner(partner))
        maps = [self.translation.partner_map(partner, each)[0] for each in self._open(partner)]
        asks = any(each is not None and each.lookups for each in maps)
        self.translation.forget(partner)
        if len(self._kept) > _MANY:
            self._guided, self._lists, self._kept = {}, {}, []
        return found, asks

    def of_house(self) -> list[Problem]:
        """All findings of the formats of the ERP."""
        self._shown = set()
        found: list[Problem] = []
        for document in exchanged(self.workspace):
            found += self._erp(document, self.workspace.erp.formats.of(document), None)
        return found

    def _partner(self, partner: Partner) -> Iterator[Problem]:
        asked: set[str] | None = set()
        for agreement in self._open(partner):
            compiled, found = self._agreement(partner, agreement)
            yield from self._new(found)
            if compiled is None:
                asked = None
            elif asked is not None:
                asked |= self._asked(compiled)
        yield from self._new(self._files.problems(partner, asked))

    def _open(self, partner: Partner) -> list[Agreement]:
        """The agreements to look at: all of whoever has code lists, which any map may ask."""
        same = () if partner.codes else self._same.get(partner.partner, ())
        return [each for at, each in enumerate(partner.agreements) if at not in same]

    def _agreement(
        self, partner: Partner, agreement: Agreement
    ) -> tuple[CompiledMap | None, list[Problem]]:
        lacking = self._grammar(partner, agreement)
        if lacking is not None:
            return None, [lacking]
        guide, problems = self.translation.guide(partner, agreement)
        compiled, found = self.translation.partner_map(partner, agreement)
        problems = list(problems)
        if compiled is None:
            base, overlay = self.workspace.map_file(partner, agreement)
            found = [each for each in found if not _told(partner, agreement, base, overlay, each)]
            if base is not None and errors(found):
                problems.append(self._broken(partner, agreement, overlay or base, found))
        problems += found
        if compiled is not None and guide is not None:
            problems += self._contradictions(partner, agreement, compiled, guide)
        if agreement.format is not None:
            place = self.workspace.place(partner, agreement, "format")
            problems += self._erp(agreement.document, agreement.format, place)
        return compiled, problems

    def _broken(
        self, partner: Partner, agreement: Agreement, path: Path, found: list[Problem]
    ) -> Problem:
        count = len(errors(found))
        return problem(
            "C205",
            self.workspace.place(partner, agreement, "mapping"),
            value=path.name,
            document=agreement.document,
            direction=agreement.direction,
            count=f"{count} problem{'' if count == 1 else 's'}",
        )

    def _contradictions(
        self, partner: Partner, agreement: Agreement, compiled: CompiledMap, guide: Guide
    ) -> list[Problem]:
        """What map and guide say differently; found once for all that share both."""
        folder = self.workspace.partner_folder(partner.partner)
        own = Path(compiled.file).is_relative_to(folder)
        key = (id(compiled), id(guide), agreement.direction, own)
        if key not in self._guided:
            self._guided[key] = guide_problems(compiled, guide, agreement.direction, own=own)
            self._kept += [compiled, guide]
        return self._guided[key]

    def _asked(self, compiled: CompiledMap) -> frozenset[str]:
        """The code lists that a map asks."""
        if id(compiled) not in self._lists:
            self._lists[id(compiled)] = lists_of(compiled)
            self._kept.append(compiled)
        return self._lists[id(compiled)]

    def _grammar(self, partner: Partner, agreement: Agreement) -> Problem | None:
        standard = agreement.standard
        place = self.workspace.place(partner, agreement, "standard")
        library = self.translation.library
        known = library.directories(standard.syntax)
        if standard.directory not in known:
            return problem(
                "C202",
                place,
                value=standard,
                standard=standard.syntax.upper(),
                directory=standard.directory,
                known=", ".join(difflib.get_close_matches(standard.directory, known, 8, 0.0)),
                hint=suggestion(standard.directory, known),
            )
        if library.message(standard.syntax, standard.directory, agreement.message) is None:
            message, directory = agreement.message, standard.directory
            return problem("C203", place, value=standard, directory=directory, message=message)
        return None

    def _erp(self, document: str, form: str, place: Place | None) -> Iterator[Problem]:
        place = place or house_text(self.workspace).place(("erp", "formats", document))
        if self.workspace.erp_map_file(document, form) is None:
            facts = {
                "value": form,
                "wanted": f"mappings/{form}/{document}.map",
                "known": ", ".join(forms(self.workspace, document)) or "(none)",
            }
            yield from self._new([Problem("C206", place, facts)])
            return
        _, found = self.translation.erp_map(document, form)
        here = {"file": place.file, "line": place.line, "column": place.column, "path": place.path}
        yield from self._new([each.at(**here) if each.code == "C204" else each for each in found])

    def _new(self, found: Iterable[Problem]) -> Iterator[Problem]:
        """Each problem once: many agreements share a map."""
        for each in found:
            if each not in self._shown:
                self._shown.add(each)
                yield each


def _told(
    partner: Partner, agreement: Agreement, base: Path | None, overlay: Path | None, found: Problem
) -> bool:
    """Whether the settings were told already that a file they name is not there (C201)."""
    if found.code == "C204":
        return agreement.mapping is not None and base is None and overlay is None
    if found.facts.get("value") != "no such file":
        return False
    file = found.facts.get("file", "") if found.code == "M105" else found.facts.get("name", "")
    named = [*partner.codes.values(), partner.functions or ""]
    return found.code in ("M105", "M109") and any(each and file.endswith(each) for each in named)

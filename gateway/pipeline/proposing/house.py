"""What a proposal is made with, from a workspace."""

from __future__ import annotations

from functools import cache

from gateway.config import Workspace
from gateway.config.proposal import House
from gateway.config.translation import Translation
from gateway.mapping.codes import code_list, parse_codes


def house_of(translation: Translation) -> House:
    """Our side, the grammars and the maps of a workspace."""
    workspace = translation.workspace

    def map_file(standard: str, directory: str, message: str) -> str | None:
        name = f"{message.lower()}.map"
        found = (f"{standard}/{directory}/{name}", f"{standard}/{name}")
        return next((one for one in found if workspace.find("mappings", one)), None)

    @cache
    def words(name: str, standard: str) -> dict[str, str]:
        path = workspace.find("mappings", f"codes/{name}.csv")
        if path is None:
            return {}
        rows, _ = parse_codes(path.read_text(encoding="utf-8"), path.name)
        return dict(code_list(name, rows, standard).to_canonical)

    return House(
        own=workspace.own.identities,
        library=translation.library,
        guides=translation.guides,
        maps=translation.maps,
        map_file=map_file,
        names=lambda name, standard, code: words(name, standard).get(code, ""),
        owner=lambda standard, qualifier, id_: _owner(workspace, standard, qualifier, id_),
    )


def _owner(workspace: Workspace, standard: str, qualifier: str, id_: str) -> str:
    partner = workspace.partner_by_identity(standard, qualifier, id_)
    return "" if partner is None else partner.partner

"""A proposal as JSON: everything that was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.config.proposal.kinds import Kind
from gateway.config.proposal.proposal import Proposal


def summary(made: Proposal) -> dict[str, Any]:
    """Everything, for ``--json``."""
    return {
        "partner": made.name,
        "identities": {
            standard: {
                "id": one.id,
                "qualifier": one.qualifier,
                "test_id": one.test_id or None,
                "group": one.group or None,
                "ours": {"id": one.ours[1], "qualifier": one.ours[0]},
            }
            for standard, one in made.sides.envelopes.items()
        },
        "gln": made.parties.gln or None,
        "charsets": made.samples.codecs,
        "messages": [_kind_json(one) for one in made.kinds],
        "decide": [{"file": one.file, "line": one.line, "what": one.what} for one in made.marks],
        "ask": made.asked,
        "files": sorted(made.files),
        "problems": [one.as_json() for one in made.problems],
    }


def _kind_json(kind: Kind) -> Mapping[str, Any]:
    return {
        "message": kind.message,
        "standard": kind.standard,
        "directory": kind.directory,
        "association": kind.association or None,
        "document": kind.document,
        "direction": kind.direction,
        "samples": len(kind.seen),
        "sound": sum(1 for _, one in kind.seen if one.sound),
        "extends": kind.extends or None,
        "segments": [one.name for one in kind.shape],
        "rows": [one.row for one in kind.overlay.rows],
        "unread": kind.overlay.unread,
        "unknown_codes": {name: list(codes) for name, codes in kind.overlay.unknown.items()},
    }

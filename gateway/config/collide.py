"""Two that claim the same: identities (C301, C304), agreements (C302), folders (C303), AS2 (C450).

What channels claim on servers is compared in :mod:`.rivals`.

Both sides are named with file and line, because only a person knows which one is right. An
identity that two partners claim is taken from both: the gateway refuses rather than guesses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.config.models import Identities, Own, Partner, Settings
from gateway.config.rivals import rivals
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

Key = tuple[str, str, str]
Read = Mapping[str, tuple[Partner, YamlText]]


def collisions(
    root: Path, settings: Settings, own: tuple[Own, YamlText], partners: Read
) -> tuple[dict[Key, str], list[Problem]]:
    """(who owns which identity, problems)."""
    by_identity, problems = _identities(own, partners)
    for partner, text in partners.values():
        problems += _agreements(partner, text)
    problems += _folders(root, settings, partners)
    problems += _as2_pairs(own[0], partners)
    problems += rivals(partners)
    return by_identity, problems


def _claims(identities: Identities) -> Iterator[tuple[Key, Path_]]:
    """Each identity with the place where it is written."""
    if identities.gln is not None:
        yield ("gln", "", identities.gln), ("identities", "gln")
    for syntax in ("edifact", "x12"):
        identity = identities.of(syntax)
        if identity is None:
            continue
        yield (syntax, identity.qualifier, identity.id), ("identities", syntax, "id")
        if identity.test_id is not None and identity.test_id != identity.id:
            yield (
                (syntax, identity.qualifier, identity.test_id),
                ("identities", syntax, "test_id"),
            )
    if identities.erp.customer is not None:
        yield ("erp", "", identities.erp.customer), ("identities", "erp", "customer")


def _identities(own: tuple[Own, YamlText], partners: Read) -> tuple[dict[Key, str], list[Problem]]:
    ours = {key: own[1].place(path) for key, path in _claims(own[0].identities)}
    owner: dict[Key, str] = {}
    first: dict[Key, Place] = {}
    contested: set[Key] = set()
    problems: list[Problem] = []
    for name, (partner, text) in partners.items():
        for key, path in _claims(partner.identities):
            place = text.place(path)
            facts: dict[str, Any] = {"partner": name, "identity": _shown(key)}
            if key in ours:
                problems.append(problem("C304", place, **facts, **_other(ours[key])))
            elif key in owner:
                contested.add(key)
                problems.append(
                    problem("C301", place, **facts, other=owner[key], **_other(first[key]))
                )
            else:
                owner[key], first[key] = name, place
    return {key: name for key, name in owner.items() if key not in contested}, problems


def _agreements(partner: Partner, text: YamlText) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], Place] = {}
    for index, agreement in enumerate(partner.agreements):
        standard = agreement.standard
        key = (agreement.document, agreement.direction, f"{standard.syntax} {standard.directory}")
        place = text.place(("agreements", index, "document"))
        if key in seen:
            yield problem(
                "C302",
                place,
                document=agreement.document,
                direction=agreement.direction,
                standard=standard,
                other_line=seen[key].line,
            )
        seen.setdefault(key, place)


def _folders(root: Path, settings: Settings, partners: Read) -> Iterator[Problem]:
    """A folder is read for one purpose only, and not written to by another."""
    seen: dict[str, tuple[str, Place]] = {}
    for side in ("receive", "send"):
        folder = getattr(settings.erp, side).folder
        seen[_normal(root, folder)] = (
            "the ERP",
            Place(file="gateway.yaml", line=1, path=f"erp.{side}.folder"),
        )
    for name, (partner, text) in partners.items():
        for channel_name, channel in partner.channels.items():
            for side, setting in (("receive", channel.receive), ("send", channel.send)):
                if setting is None:
                    continue
                path: Path_ = ("channels", channel_name, side, "folder")
                place, folder = text.place(path), _normal(root, setting.folder)
                if folder in seen:
                    other, where = seen[folder]
                    facts: dict[str, Any] = {
                        "setting": "folder",
                        "value": setting.folder,
                        "other": other,
                    }
                    yield problem("C303", place, **facts, **_other(where))
                seen.setdefault(folder, (f"{name}, channel {channel_name}, {side}", place))


def _as2_pairs(own: Own, partners: Read) -> Iterator[Problem]:
    """A pair of AS2 ids says whose message it is."""
    seen: dict[tuple[str, str], tuple[str, Place]] = {}
    for name, (partner, text) in partners.items():
        for channel_name, channel in partner.channels.items():
            as2 = channel.as2
            our_id = None if as2 is None else as2.our_id or (own.as2.id if own.as2 else None)
            if as2 is None or our_id is None:
                continue
            place = text.place(("channels", channel_name, "as2", "id"))
            pair = (our_id, as2.id)
            if pair in seen:
                other, where = seen[pair]
                facts: dict[str, Any] = {"our_id": our_id, "their_id": as2.id, "other": other}
                yield problem("C450", place, **facts, **_other(where))
            seen.setdefault(pair, (f"{name}, channel {channel_name}", place))


def _normal(root: Path, written: str) -> str:
    return os.path.normpath(root / written)


def _shown(key: Key) -> str:
    kind, qualifier, id_ = key
    return f"{kind} {id_}" + (f" with qualifier {qualifier}" if qualifier else "")


def _other(place: Place) -> dict[str, Any]:
    return {"other_file": place.file or "", "other_line": str(place.line or 1)}

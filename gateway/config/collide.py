"""Two that claim the same: identities (C301, C304), agreements (C302, C160), folders (C303), AS2.

What channels claim on servers is compared in :mod:`.rivals`.

Both sides are named with file and line, because only a person knows which one is right. An
identity that two partners claim is taken from both: the gateway refuses rather than guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gateway.config.identity import ROUTED
from gateway.config.matching import ambiguous
from gateway.config.models import Agreement, Identities, Own, Partner, Settings
from gateway.config.realfolders import Real
from gateway.config.rivals import rivals
from gateway.config.settingsfile import SETTINGS, read_settings
from gateway.config.testing import folders_of
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

Key = tuple[str, str, str]
_KINDS = {
    "gln": "the GLN",
    "edifact": "the EDIFACT id",
    "x12": "the X12 id",
    "erp": "the customer number",
}
Read = Mapping[str, tuple[Partner, YamlText]]


def collisions(
    root: Path, settings: Settings, own: tuple[Own, YamlText], partners: Read
) -> tuple[dict[Key, str], list[Problem]]:
    """(who owns which identity, problems)."""
    by_identity, problems = _identities(own, partners)
    for partner, text in partners.values():
        problems += _agreements(partner, text)
    problems += _folders(root, settings, partners)
    problems += _as2_pairs(own, partners)
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
        for one in identity.spellings():
            yield (syntax, one.qualifier, one.key), ("identities", syntax, *one.setting)
    if identities.erp.customer is not None:
        yield ("erp", "", identities.erp.customer), ("identities", "erp", "customer")


def _identities(own: tuple[Own, YamlText], partners: Read) -> tuple[dict[Key, str], list[Problem]]:
    ours = {key: own[1].place(path) for key, path in _claims(own[0].identities)}
    owner: dict[Key, str] = {}
    first: dict[Key, Path_] = {}
    contested: set[Key] = set()
    problems: list[Problem] = []
    for name, (partner, text) in partners.items():
        for key, path in _claims(partner.identities):
            if key not in ours and key not in owner:
                owner[key], first[key] = name, path
                continue
            place = text.place(path)
            facts: dict[str, Any] = {"partner": name, "identity": _shown(key)}
            if key in ours:
                problems.append(problem("C304", place, **facts, **_other(ours[key])))
                continue
            contested.add(key)
            other = owner[key]
            where = partners[other][1].place(first[key])
            problems.append(problem("C301", place, **facts, other=other, **_other(where)))
    return {key: name for key, name in owner.items() if key not in contested}, problems


def _agreements(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Two agreements for the same messages; a test one may stand beside another."""
    seen: dict[tuple[str, ...], list[tuple[int, Agreement]]] = {}
    for index, agreement in enumerate(partner.agreements):
        standard, kind = agreement.standard, "test" if agreement.mode == "test" else ""
        directory = f"{standard.syntax} {standard.directory}"
        key = (agreement.document, agreement.direction, directory, kind)
        before = seen.setdefault(key, [])
        for other in before:
            found = _rivals(text, (index, agreement), other)
            if found is not None:
                yield found
                break
        before.append((index, agreement))


def _rivals(
    text: YamlText, one: tuple[int, Agreement], other: tuple[int, Agreement]
) -> Problem | None:
    agreement, before = one[1], other[1]
    inbound = agreement.direction == "inbound"
    if inbound and not ambiguous(agreement, before):
        return None
    first = text.place(("agreements", other[0], "document"))
    if inbound and (agreement.match.asked or before.match.asked):
        place = text.place(("agreements", one[0], "match"))
        facts: dict[str, Any] = {"match": agreement.match, "other": before.match}
        return problem("C160", place, message=agreement.message, **facts, **_other(first))
    return problem(
        "C302",
        text.place(("agreements", one[0], "document")),
        document=agreement.document,
        direction=agreement.direction,
        standard=agreement.standard,
        other_line=first.line,
    )


def _folders(root: Path, settings: Settings, partners: Read) -> Iterator[Problem]:
    """A folder is read for one purpose only, and not written to by another."""
    seen: dict[str, tuple[str, YamlText, Path_]] = {}
    house = read_settings(root, Path(SETTINGS), []) or YamlText(SETTINGS)
    really = Real(root)
    for named, folder in folders_of(settings.erp).items():
        seen[really.of(folder)] = ("the ERP", house, ("erp", *named.split(".")))
    for name, (partner, text) in partners.items():
        for channel_name, channel in partner.channels.items():
            for side, setting in (("receive", channel.receive), ("send", channel.send)):
                if setting is None:
                    continue
                path: Path_ = ("channels", channel_name, side, "folder")
                folder = really.of(setting.folder)
                if folder not in seen:
                    seen[folder] = (f"{name}, channel {channel_name}, {side}", text, path)
                    continue
                other, there, inside = seen[folder]
                facts: dict[str, Any] = {
                    "setting": "folder",
                    "value": setting.folder,
                    "other": other,
                }
                yield problem("C303", text.place(path), **facts, **_other(there.place(inside)))


def _as2_pairs(ours: tuple[Own, YamlText], partners: Read) -> Iterator[Problem]:
    """A pair of AS2 ids says whose message it is; ours is nobody else's."""
    own = ours[0]
    seen: dict[tuple[str, str], tuple[str, Place]] = {}
    for name, (partner, text) in partners.items():
        for channel_name, channel in partner.channels.items():
            as2 = channel.as2
            our_id = None if as2 is None else as2.our_id or (own.as2.id if own.as2 else None)
            if as2 is None or our_id is None:
                continue
            place = text.place(("channels", channel_name, "as2", "id"))
            pair = (our_id, as2.id)
            if own.as2 is not None and as2.id == own.as2.id:
                where = ours[1].place(("as2", "id"))
                claim = f"the AS2 id {as2.id}"
                yield problem("C304", place, partner=name, identity=claim, **_other(where))
            if pair in seen:
                other, where = seen[pair]
                facts: dict[str, Any] = {"our_id": our_id, "their_id": as2.id, "other": other}
                yield problem("C450", place, **facts, **_other(where))
            seen.setdefault(pair, (f"{name}, channel {channel_name}", place))


def _shown(key: Key) -> str:
    kind, qualifier, named = key
    id_, _, routing = named.partition(ROUTED)
    more = f" with qualifier {qualifier}" if qualifier else ""
    return f"{_KINDS[kind]} {id_}{more}" + (f" and routing {routing}" if routing else "")


def _other(place: Place) -> dict[str, Any]:
    return {"other_file": place.file or "", "other_line": str(place.line or 1)}

"""What an agreement refers to: channel, identities, acknowledgement, map, code lists."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.config.acknowledging import acknowledge_problems, answers_differ
from gateway.config.models import Agreement, Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_LACKS = {"folder": "C112", "as2": "C453"}
"""By kind of channel: what is said when it cannot do what it is needed for; C495 of any other."""


def agreement_problems(
    workspace: Workspace, partner: Partner, text: YamlText, own_file: str
) -> Iterator[Problem]:
    """Everything the partner's file names that is not there."""
    for index, agreement in enumerate(partner.agreements):
        path: Path_ = ("agreements", index)
        yield from _channel(partner, agreement, text, path)
        yield from _identities(workspace, partner, agreement, text, path, own_file)
        yield from acknowledge_problems(workspace, agreement, text, path)
        yield from _mapping(workspace, partner, agreement, text, path)
    yield from answers_differ(partner, text)
    for name, written in partner.codes.items():
        folder = workspace.partner_folder(partner.partner)
        if not (folder / written).is_file():
            yield _no_file(workspace, partner, text, ("codes", name), written)


def _channel(
    partner: Partner, agreement: Agreement, text: YamlText, path: Path_
) -> Iterator[Problem]:
    channel = partner.channel(agreement)
    name = agreement.channel or partner.channel_name(agreement)
    if channel is None:
        yield problem(
            "C111",
            text.place((*path, "channel")),
            value=name or "(none named)",
            partner=partner.partner,
            known=", ".join(partner.channels),
            hint=suggestion(name or "", partner.channels),
        )
        return
    needed = {"receive": channel.receives, "send": channel.sends}
    if agreement.direction == "outbound" or agreement.answer == "none":
        needed.pop("receive" if agreement.direction == "outbound" else "send")
    for side, there in needed.items():
        if not there:
            yield problem(
                _LACKS.get(channel.kind, "C495"),
                text.place((*path, "direction")),
                channel=name,
                kind=channel.kind,
                needed=side,
                document=agreement.document,
                direction=agreement.direction,
            )


def _identities(
    workspace: Workspace,
    partner: Partner,
    agreement: Agreement,
    text: YamlText,
    path: Path_,
    own_file: str,
) -> Iterator[Problem]:
    syntax = agreement.standard.syntax
    sides = (
        (partner.partner, partner.identities, text.file),
        ("our side", workspace.own.identities, own_file),
    )
    for owner, identities, file in sides:
        if identities.of(syntax) is None:
            yield problem(
                "C113",
                text.place((*path, "standard")),
                owner=owner,
                needed=syntax,
                document=agreement.document,
                direction=agreement.direction,
                partner=partner.partner,
                standard=agreement.standard,
                file=file,
            )


def _mapping(
    workspace: Workspace, partner: Partner, agreement: Agreement, text: YamlText, path: Path_
) -> Iterator[Problem]:
    base, overlay = workspace.map_file(partner, agreement)
    if agreement.mapping is not None and base is None and overlay is None:
        yield _no_file(workspace, partner, text, (*path, "mapping"), agreement.mapping)


def _no_file(
    workspace: Workspace, partner: Partner, text: YamlText, path: Path_, written: str
) -> Problem:
    folder = workspace.partner_folder(partner.partner)
    near = sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )
    tried = [f"{workspace.settings.partners}/{partner.partner}/"]
    if path[-1] == "mapping":
        tried.append("mappings/")
    return problem(
        "C201",
        text.place(path),
        setting=str(path[-1]),
        value=written,
        tried=", ".join(tried),
        hint=suggestion(written, near),
    )

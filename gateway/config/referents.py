"""What an agreement refers to: channel, identities, acknowledgement, map, code lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config.acknowledging import acknowledge_problems, answers_differ
from gateway.config.data import is_beside
from gateway.config.models import Agreement, Partner
from gateway.config.termscheck import terms_problems
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.inside import leads_out
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
    yield from terms_problems(workspace.settings, partner, text)
    if partner.functions and workspace.partner_file(partner, partner.functions) is None:
        yield _no_file(workspace, partner, text, ("functions",), partner.functions)
    for name, written in partner.codes.items():
        if workspace.partner_file(partner, written) is None:
            yield _no_file(workspace, partner, text, ("codes", name), written)


def _channel(
    partner: Partner, agreement: Agreement, text: YamlText, path: Path_
) -> Iterator[Problem]:
    channel = partner.channel(agreement)
    name = agreement.channel or partner.channel_name(agreement)
    if channel is None and name is None:
        yield problem(
            "C236",
            text.place(path),
            partner=partner.partner,
            document=agreement.document,
            direction=agreement.direction,
            known=", ".join(partner.channels),
        )
        return
    if channel is None:
        yield problem(
            "C111",
            text.place((*path, "channel")),
            value=name,
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
    if agreement.mapping is None:
        return
    base, overlay = workspace.map_file(partner, agreement)
    if base is None and overlay is None:
        yield _no_file(workspace, partner, text, (*path, "mapping"), agreement.mapping)


def _no_file(
    workspace: Workspace, partner: Partner, text: YamlText, path: Path_, written: str
) -> Problem:
    folder = workspace.partner_folder(partner.partner)
    near = sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()
    )
    tried = [f"{workspace.settings.partners}/{partner.partner}/"]
    if partner.like is not None:
        tried.append(f"{workspace.settings.partners}/_like/{partner.like}/")
    if path[-1] == "mapping":
        tried.append("mappings/")
    hint = suggestion(written, near)
    if not leads_out(written) and any(map(is_beside, Path(written).parts)):
        hint = "; what lies in samples or tables, or is hidden, is no setting"
    elif leads_out(written):
        hint = "; a path never leads out of the folder"
    return problem(
        "C201",
        text.place(path),
        setting=str(path[-1]),
        value=written,
        tried=", ".join(tried),
        hint=hint,
    )

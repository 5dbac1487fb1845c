"""What ``gateway check`` says of certificates and keys: all are read, nothing is called."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.backends.openssl.backend import backend

from gateway.channels.as2.certificates.examine import examine, link_problems
from gateway.channels.as2.cms.keytransport import rejects_implicitly
from gateway.channels.as2.link import Link
from gateway.config import Workspace
from gateway.pipeline.as2.links import links_for
from gateway.pipeline.remote import certificates as connections
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_


def certificate_problems(workspace: Workspace, at: datetime) -> list[Problem]:
    """Of all partners and of ours, each with the place of the setting. ``at``: now."""
    links = links_for(workspace)
    own = f"{workspace.settings.partners}/_own.yaml"
    found = [each.at(file=own, path="as2.keys") for each in links.own_problems()]
    for credential in links.ours():
        found += [each.at(file=own, path="as2.keys") for each in examine(credential, "us", at)]
    for link in links.all():
        found += _of(workspace, link, links.problems_of(link), at)
    for each in connections.named(workspace):
        read = connections.read(workspace, each)
        if isinstance(read, Problem):
            found.append(_at_channel(workspace, each, read))
    if links.ours() and not rejects_implicitly():
        found.append(problem("C475", version=backend.openssl_version_text()))
    return found


def _of(
    workspace: Workspace, link: Link, known: tuple[Problem, ...], at: datetime
) -> Iterator[Problem]:
    for each in known:
        yield _placed(workspace, link, each)
    for credential in link.theirs:
        for each in examine(credential, link.partner, at):
            yield _placed(workspace, link, each)
    for each in link_problems(link, at):
        # without any key of ours, C452 has said so already
        if link.ours or each.code not in ("C466", "C467"):
            yield _placed(workspace, link, each)


def _at_channel(workspace: Workspace, each: connections.Named, found: Problem) -> Problem:
    """With the line of the channel that names the file."""
    text = workspace.texts.get(each.partner)
    if text is None:
        return found
    kind = workspace.partners[each.partner].channels[each.channel].kind
    place = text.place(("channels", each.channel, kind), key=True)
    return Problem(found.code, place, found.facts, found.severity)


def _placed(workspace: Workspace, link: Link, found: Problem) -> Problem:
    """With the line of the file that it is about, or of the group."""
    text = workspace.texts.get(link.partner)
    channel = workspace.partners[link.partner].channels[link.channel]
    if text is None or channel.as2 is None:
        return found
    path: Path_ = ("channels", link.channel, "as2", "certificates")
    name = found.facts.get("name")
    for index, each in enumerate(channel.as2.certificates):
        if each.file == name:
            path = (*path, index, "file")
    place: Place = text.place(path)
    return Problem(found.code, place, found.facts, found.severity)

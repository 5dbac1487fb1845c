"""The test of a mailbox on our own server: what the partner needs to get in, and the server."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from gateway.channels.remote.step import Step
from gateway.pipeline.remote.check import channel_problems
from gateway.pipeline.remote.trial.terms import Terms, failed
from gateway.problems import Problem, problem

_PATIENCE = 5.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "*": "127.0.0.1"}


def try_mailbox(terms: Terms) -> Iterator[Step]:
    """Logging in is the partner's part; from here it is tried whether the server is there."""
    found = _unusable(terms)
    if found is not None:
        yield failed("settings", found)
        return
    yield terms.described()
    settings = terms.workspace.settings.mailboxes
    assert settings is not None
    host, _, port = settings.listen.rpartition(":")
    address = (_ANY.get(host.strip("[]"), host.strip("[]")), int(port))
    try:
        with socket.create_connection(address, _PATIENCE) as connection:
            connection.settimeout(_PATIENCE)
            greeting = connection.recv(255).decode("ascii", "replace").strip()
    except OSError as failure:
        reason = f"{failure.strerror or failure}; it is there while `gateway serve` runs"
        yield failed("tcp", problem("T362", address=settings.listen, reason=reason))
        return
    shown = "".join(sign for sign in greeting if sign.isprintable())
    yield Step("tcp", f"our server answers at {settings.listen}: {shown}")
    yield Step("login", "only the partner can log in")


def _unusable(terms: Terms) -> Problem | None:
    mailbox, settings = terms.channel.mailbox, terms.workspace.settings.mailboxes
    assert mailbox is not None
    if settings is None:
        return problem("T363", setting="mailbox", reason="gateway.yaml has no group mailboxes")
    folder = terms.workspace.partner_folder(terms.partner)
    for key in mailbox.keys:
        if not (folder / key.file).is_file():
            return problem("T363", setting=f"keys: {key.file}", reason="the file is not there")
    at = terms.clock()
    found = channel_problems(terms.workspace, terms.partner, terms.name, terms.channel, at)
    return found[0] if found else None

"""Why nobody was logged in: what the library says, and what was seen, as one problem."""

from __future__ import annotations

import re

import asyncssh

from gateway.channels.remote.failure import RemoteError
from gateway.channels.sftp.failure import reason_of, said_by
from gateway.channels.sftp.host_keys import fingerprint
from gateway.channels.sftp.login import Login
from gateway.channels.sftp.offered import nothing_in_common
from gateway.problems import Problem, problem

_UNMATCHED = re.compile(r"No matching ([\w ]+?) algorithm found, sent \S* and received (\S*)")
_KINDS = {
    "key exchange": "key exchange",
    "server host key": "kind of host key",
    "encryption": "cipher",
    "MAC": "message code (MAC)",
}
_OF_LOGIN = re.compile(r"authentication|auth fail|too many fail", re.IGNORECASE)


def explain(failure: Exception, login: Login) -> RemoteError:
    """What an exception while connecting means."""
    if isinstance(failure, asyncssh.HostKeyNotVerifiable):
        return RemoteError("identity", _unrecognised(failure, login))
    if isinstance(failure, asyncssh.PermissionDenied):
        return RemoteError("login", _not_let_in(login))
    if isinstance(failure, asyncssh.KeyExchangeFailed):
        found = _UNMATCHED.search(failure.reason)
        what = "algorithm" if found is None else _KINDS.get(found[1], "algorithm")
        theirs = [] if found is None else found[2].split(",")
        return RemoteError("settings", nothing_in_common(login.server, what, theirs))
    reason = reason_of(failure)
    strange = isinstance(failure, asyncssh.ProtocolNotSupported | asyncssh.ProtocolError)
    if strange and login.shown is None:
        other = problem("T307", server=login.server.name, reason=said_by(reason))
        return RemoteError("reach", other)
    if login.verdict == "pinned" and _OF_LOGIN.search(reason):
        return RemoteError("login", _not_let_in(login, reason))
    ended = problem("T316", server=login.server.name, step=login.step, reason=said_by(reason))
    return RemoteError("reach", ended)


def _unrecognised(failure: asyncssh.HostKeyNotVerifiable, login: Login) -> Problem:
    server, pins = login.server.name, login.server.pins
    if "revoked" in failure.reason:
        # The library tells no fingerprint; there is seldom more than one revoked key of a server.
        found = " or ".join(sorted(fingerprint(each) for each in login.known.revoked))
        return problem("T311", server=server, found=found, file=pins.file)
    if login.verdict == "pinned":
        return problem("T312", server=server, reason=said_by(failure.reason))
    key = login.shown
    found = "no key" if key is None else f"{fingerprint(key)} ({key.get_algorithm()})"
    return problem("T310", server=server, found=found, expected=login.known.listed)


def _not_let_in(login: Login, said: str = "") -> Problem:
    server, user = login.server, login.server.login.user
    words = " ".join(filter(None, (said_by(said), login.banner)))
    banner = f"; it says “{words}”" if words else ""
    if login.outdated:
        return problem("T315", server=server.name, user=user, host=server.host, banner=banner)
    if login.unanswered:
        return problem("T314", server=server.name, user=user, prompt=login.unanswered)
    return problem(
        "T313",
        server=server.name,
        user=user,
        tried=", ".join(login.tried) or "nothing",
        accepted=", ".join(login.accepted) or "none of the ways we know",
        banner=banner,
    )

"""``gateway channel hostkey show``: what a server shows beside what is pinned."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.channels.remote.failure import RemoteError
from gateway.cli.command import Command
from gateway.cli.output import FOUND, OK, cannot, coloured, json_option, open_workspace, print_json

if TYPE_CHECKING:
    from asyncssh import SSHKey

    from gateway.channels.sftp.endpoint import Server
    from gateway.channels.sftp.host_keys import Known, Verdict

_VERDICTS = {
    "pinned": "pinned",
    "revoked": "marked as revoked",
    "strange": "not pinned",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A key that the server showed."""

    kind: str
    fingerprint: str
    line: str
    """As it is written into ``host_keys``."""
    verdict: Verdict


@click.command("show", cls=Command)
@click.argument("name", required=False)
@click.argument("channel", required=False)
@click.option("--host", metavar="H", help="A server that is in no settings yet.")
@click.option("--port", type=click.IntRange(1, 65535), default=22, show_default=True)
@json_option
@click.pass_obj
def show(
    root: Path, name: str | None, channel: str | None, host: str | None, port: int, as_json: bool
) -> None:
    """Show the host keys of a partner's server, and which of them are pinned.

    Nobody logs in for that, and nothing is trusted by it: compare a fingerprint with what the
    partner tells by telephone or letter, then write the key into host_keys of the channel. Exit
    code 1 when the server shows none of the keys that are pinned.

    Example:
        gateway channel hostkey acme-retail
        gateway channel hostkey acme-retail main --json
        gateway channel hostkey --host sftp.example.com --port 2222

    """
    from gateway.channels.sftp import host_keys, probe  # noqa: PLC0415 (slow to load)

    if (name is None) == (host is None):
        cannot("name a partner, or a server with --host")
    server = _bare(host, port) if host else _pinned(root, name or "", channel, as_json=as_json)
    try:
        known = probe.NOTHING if host else host_keys.known(server)
        found = [_seen(each, known) for each in asyncio.run(probe.shown(server))]
    except RemoteError as failure:
        if as_json:
            print_json({"server": server.name, "problem": failure.problem.as_json()})
        else:
            click.echo(coloured(failure.problem, None))
        sys.exit(FOUND)
    if as_json:
        print_json(_as_json(server, found, known))
    else:
        _print(server, found, known)
    sys.exit(OK if host or any(each.verdict == "pinned" for each in found) else FOUND)


def _seen(key: SSHKey, known: Known) -> _Seen:
    line = key.export_public_key().decode("ascii").strip()
    return _Seen(key.get_algorithm(), key.get_fingerprint(), line, known.judge(key))


def _print(server: Server, found: Sequence[_Seen], known: Known) -> None:
    click.echo(f"{server.name} shows\n")
    for each in found:
        click.echo(f"  {each.fingerprint}  {each.kind}  {_VERDICTS[each.verdict]}")
    missing = sorted(known.fingerprints - {each.fingerprint for each in found})
    for fingerprint in missing:
        click.echo(f"  {fingerprint}  pinned, and not shown")
    strange = [each for each in found if each.verdict == "strange"]
    if not strange or any(each.verdict == "pinned" for each in found):
        return
    click.echo(
        "\nAsk the partner for the fingerprint by a way that is not this connection. When it is"
        "\nthe same, add it to the channel:\n"
    )
    click.echo("host_keys:")
    for each in strange:
        click.echo(f"  - {each.line}")


def _as_json(server: Server, found: Sequence[_Seen], known: Known) -> dict[str, Any]:
    return {
        "server": server.name,
        "shown": [
            {
                "kind": each.kind,
                "fingerprint": each.fingerprint,
                "key": each.line,
                "verdict": each.verdict,
            }
            for each in found
        ],
        "pinned": sorted(known.fingerprints),
    }


def _bare(host: str, port: int) -> Server:
    from gateway.channels.sftp.endpoint import Login, Pins, Server  # noqa: PLC0415 (slow to load)

    return Server(host, port, Pins(), Login(""))


def _pinned(root: Path, name: str, wanted: str | None, *, as_json: bool) -> Server:
    """The server of the channel that is meant."""
    from gateway.pipeline.remote.kinds import sftp  # noqa: PLC0415 (slow to load)

    workspace = open_workspace(root, as_json=as_json)
    partner = workspace.partners.get(name)
    if partner is None:
        cannot(f"there is no partner {name}; there are {', '.join(workspace.partners) or 'none'}")
    known = [key for key, each in partner.channels.items() if each.sftp is not None]
    if not known or (wanted is not None and wanted not in known):
        cannot(f"{name} has no such channel by SFTP; there is {', '.join(known) or 'none'}")
    if wanted is None and len(known) > 1:
        cannot(f"{name} has several channels by SFTP, name one: {', '.join(known)}")
    settings = partner.channels[wanted or known[0]].sftp
    assert settings is not None
    try:
        return sftp.recognisable(workspace, name, settings)
    except RemoteError as failure:
        cannot(f"{failure}\n  = {failure.problem.remedy}")

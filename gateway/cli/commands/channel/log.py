"""``gateway channel log``: what a partner did in his mailbox, and what was refused to him."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.channels.folder.names import shown
from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.store.mailbox import actions
from gateway.store.mailbox.actions import Done

_LOOKING = ("list", "end")
"""What every program does each minute; it would hide what was put and fetched."""
COLUMNS = ("At", "Channel", "Session", "User", "From", "Action", "What", "Bytes", "Outcome")


@click.command(cls=Command)
@click.argument("name", required=False)
@click.argument("channel", required=False)
@click.option("--refused", is_flag=True, help="Only what was not done.")
@click.option("--strangers", is_flag=True, help="Logins of users that no partner has.")
@click.option("--all", "everything", is_flag=True,
              help="Also listings of folders and ends of sessions.")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most.")
@json_option
@click.pass_obj
def log(
    root: Path,
    name: str | None,
    channel: str | None,
    refused: bool,
    strangers: bool,
    everything: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List what a partner did in his mailbox on our SFTP server, newest first.

    Logins, files put and fetched, names changed, what was refused and why; and what the gateway
    made of it: take (a file became a message), wait (it waits for its final name), cut off,
    fetched (a file is delivered), expire. How long that is kept says mailboxes.log.

    Example:
        gateway channel log acme-retail
        gateway channel log acme-retail --refused --limit 20
        gateway channel log acme-retail --all --json
        gateway channel log --strangers

    """
    workspace = open_running(root, as_json=as_json)
    partner = _partner(workspace, name, strangers=strangers)
    with open_gateway(workspace) as gateway, gateway.house.store.read() as connection:
        found = actions.of(
            connection, partner, channel, limit=limit, refused=refused,
            without=() if everything else _LOOKING,
        )  # fmt: skip
    if as_json:
        print_json([one.as_json() for one in found])
    elif found:
        print_table(COLUMNS, [_cells(one) for one in found])
    else:
        click.echo("nothing is on record" + _no_mailbox(workspace, partner))


def _partner(workspace: Workspace, name: str | None, *, strangers: bool) -> str:
    """Whose record it is; nobody's is that of strangers."""
    if strangers == (name is not None):
        cannot("name a partner, or ask for --strangers")
    if name is None:
        return ""
    if name not in workspace.partners:
        cannot(f"there is no partner {name}; known are {', '.join(workspace.partners) or 'none'}")
    return name


def _no_mailbox(workspace: Workspace, partner: str) -> str:
    """Why there will never be anything on record, if that is so."""
    if not partner or any(
        each.mailbox is not None for each in workspace.partners[partner].channels.values()
    ):
        return ""
    return f": {partner} has no mailbox"


def _cells(one: Done) -> tuple[str, ...]:
    what = f"{one.path} -> {one.target}" if one.target else one.path
    outcome = one.outcome or ("" if one.message is None else f"message {one.message}")
    return (
        f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}",
        one.channel,
        one.session,
        shown(one.user),
        one.address,
        one.action,
        shown(what),
        "" if one.size is None else str(one.size),
        shown(outcome),
    )

"""``gateway channel hostkey``: the keys by which SFTP servers are recognised."""

from __future__ import annotations

import click

from gateway.cli.command import Group

COMMANDS = {
    "show": "gateway.cli.commands.channel.hostkey.show:show",
    "new": "gateway.cli.commands.channel.hostkey.new:new",
}


class _ShowUnlessTold(Group):
    """``hostkey NAME`` is ``hostkey show NAME``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        words = {*COMMANDS, "-h", "--help"}
        return super().parse_args(ctx, args if not args or args[0] in words else ["show", *args])


@click.group(cls=_ShowUnlessTold, modules=COMMANDS)
def hostkey() -> None:
    """See which host key a server shows and what is pinned, or make a host key for ours.

    `gateway channel hostkey NAME` is `gateway channel hostkey show NAME`.

    Example:
        gateway channel hostkey acme-retail
        gateway channel hostkey --host sftp.example.com --port 2222
        gateway channel hostkey new secrets/sftp-host.key

    """

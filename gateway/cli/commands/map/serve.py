"""``gateway map serve``: a language server for maps, on standard input and output."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known
from gateway.cli.languageserver import BrokenStreamError, Server
from gateway.cli.languageserver import serve as serve_client
from gateway.cli.output import cannot


@click.command(cls=Command)
@click.pass_obj
def serve(root: Path) -> None:
    """Serve an editor: findings while a map is written, and completion of fields and paths.

    Speaks the Language Server Protocol on standard input and output; editors start it themselves.
    How to set them up, and the colours of maps, are told in docs/howto/edit-maps.md.

    Example:
        gateway --workspace shop map serve

    """
    try:
        serve_client(Server(Known(root).desk()), sys.stdin.buffer, sys.stdout.buffer)
    except BrokenStreamError as broken:
        cannot(f"the client sent {broken}")

"""``gateway channel hostkey new``: a host key for our own SFTP server."""

from __future__ import annotations

import os
from pathlib import Path

import asyncssh
import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, print_json
from gateway.telemetry.secrets import clean


@click.command("new", cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
@click.pass_obj
def new(root: Path, file: Path, as_json: bool) -> None:
    """Make an Ed25519 host key for our SFTP server, and print what partners compare.

    FILE lies in the workspace unless its path begins with /. The private key is written for its
    owner only (mode 0600) and never over a file that is there; the public one goes to FILE.pub.
    Nothing uses it before the settings name it. Keep the old key beside a new one until all
    partners have the new fingerprint.

    Example:
        gateway channel hostkey new secrets/sftp-host.key

    """
    key = asyncssh.generate_private_key("ssh-ed25519", comment="gateway")
    public = key.export_public_key().decode("ascii").strip()
    target = root / file
    _write(target, key.export_private_key(), public)
    told = {
        "key": str(target),
        "public_key": public,
        "fingerprint": key.get_fingerprint(),
        "settings": f"${{file:{file}}}",
    }
    if as_json:
        print_json(told)
        return
    click.echo(f"written      {clean(str(target))}, and its public key beside it")
    click.echo(f"Fingerprint  {told['fingerprint']}")
    click.echo(f"Public key   {public}")
    click.echo("\nAdd to gateway.yaml:\n")
    click.echo(f'mailboxes:\n  host_keys: ["{told["settings"]}"]\n')
    click.echo("Send partners the fingerprint by a way that is not this server.")


def _write(target: Path, private: bytes, public: str) -> None:
    beside = target.with_name(f"{target.name}.pub")
    if there := [each for each in (target, beside) if each.exists()]:
        cannot(f"{there[0]} is there already; choose another name")
    try:
        if not target.parent.is_dir():
            target.parent.mkdir(parents=True, mode=0o700)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(private)
        beside.write_text(f"{public}\n", encoding="ascii")
    except OSError as error:
        cannot(f"{target} cannot be written: {error.strerror}")

"""``gateway channel password``: the hash of a password for a mailbox."""

from __future__ import annotations

import secrets
import sys

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot

SHORTEST = 12
"""Signs of a password that somebody thought out."""
_MADE = 24
"""Bytes of one that we make up."""


@click.command(cls=Command)
@click.option("--make", is_flag=True, help="Make up a password and show it, once.")
def password(*, make: bool) -> None:
    """Make the hash of a password with which a partner logs in to his mailbox.

    Asks for the password twice and prints its Argon2id hash, which goes into the file or the
    variable that `passwords` of the mailbox refers to. The password itself is kept nowhere. In a
    pipe the password is the first line of the input.

    Example:
        gateway channel password > secrets/acme-retail.hash
        gateway channel password --make

    """
    from gateway.channels.sftp.server.passwords import (  # noqa: PLC0415 (slow to load)
        LONGEST,
        hash_of,
    )

    word = secrets.token_urlsafe(_MADE) if make else _asked()
    if not SHORTEST <= len(word) <= LONGEST:
        cannot(f"a password has at least {SHORTEST} and at most {LONGEST} signs; --make makes one")
    try:
        hash_ = hash_of(word)
    except ValueError:
        cannot("the password has signs that no keyboard has")
    if make:
        click.echo(f"password: {word}", err=True)
        click.echo("give it to the partner by a safe way; it is not kept anywhere", err=True)
    click.echo(hash_)


def _asked() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    return str(click.prompt("password", hide_input=True, confirmation_prompt=True, err=True))

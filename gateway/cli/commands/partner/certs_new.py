"""``gateway partner certs new``: a key and a self-signed certificate of ours."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import click

from gateway.channels.as2.certificates import issue
from gateway.channels.as2.certificates.sheet import Side, as_text
from gateway.channels.as2.credentials import Credential, Use
from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_workspace, print_json
from gateway.config import Workspace
from gateway.config.secrets import PlainSecretError, SecretError, parse, resolve

FOLDER = "secrets"


@click.command("new", cls=Command)
@click.option("--years", type=click.IntRange(1, 10), default=3, show_default=True, help="Valid.")
@click.option(
    "--kind",
    type=click.Choice(get_args(issue.Kind)),
    default="rsa-3072",
    show_default=True,
    help="Kind of the key; EC only signs.",
)
@click.option("--name", help="Name of the files.  [default: as2-<year>]")
@click.option("--common-name", help="Common name.  [default: our AS2 id, or our name]")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder for the files.  [default: {FOLDER}/ in the workspace]",
)
@click.option("--password", metavar="REF", help="${env:NAME} or ${file:PATH}: encrypt the key.")
@json_option
@click.pass_obj
def certs_new(
    root: Path,
    years: int,
    kind: issue.Kind,
    name: str | None,
    common_name: str | None,
    folder: Path | None,
    password: str | None,
    as_json: bool,
) -> None:
    """Make a key and a self-signed certificate for us, and print the settings to paste.

    The key is written for its owner only (mode 0600) and never over a file that is there. Nothing
    uses them before the settings name them.

    Example:
        gateway partner certs new
        gateway partner certs new --years 5 --kind rsa-4096 --password '${env:AS2_KEY_PASSWORD}'

    """
    workspace = open_workspace(root, as_json=as_json)
    at = datetime.now(UTC)
    own = workspace.own.as2
    key = issue.new_key(kind)
    certificate = issue.self_signed(
        key,
        common_name or (own.id if own else workspace.own.name),
        workspace.own.name,
        at=at,
        years=years,
        entropy=secrets.token_bytes,
    )
    base = (folder or root / FOLDER) / (name or f"as2-{at:%Y}")
    files = base.with_name(f"{base.name}.key"), base.with_name(f"{base.name}.pem")
    _write(
        files,
        issue.key_pem(key, _password(workspace, password)),
        issue.certificate_pem(certificate),
    )
    use: frozenset[Use] = frozenset({"sign"} if kind == "ec-p256" else {"sign", "encrypt"})
    credential = Credential(certificate, str(files[1]), use)
    settings = _settings(workspace, files, password, signs_only=kind == "ec-p256")
    if as_json:
        print_json(
            {
                "key": str(files[0]),
                "certificate": str(files[1]),
                "fingerprint": credential.fingerprint,
                "not_after": certificate.not_valid_after_utc.isoformat(),
                "settings": settings,
            }
        )
        return
    side = Side(
        workspace.own.name, own.id if own else "", own.url or "" if own else "", [credential]
    )
    click.echo(as_text([side], at))
    click.echo(f"Add to as2.keys of {workspace.settings.partners}/_own.yaml:\n")
    click.echo(settings)
    click.echo("Send partners the certificate only. send_from: the day on which all have it.")


def _password(workspace: Workspace, written: str | None) -> bytes | None:
    if written is None:
        return None
    try:
        return resolve(parse(written), workspace.base).encode()
    except (PlainSecretError, SecretError) as error:
        cannot(str(error))


def _write(files: tuple[Path, Path], key: bytes, certificate: bytes) -> None:
    there = [each for each in files if each.exists()]
    if there:
        cannot(f"{there[0]} is there already; choose another --name")
    try:
        if not files[0].parent.is_dir():
            files[0].parent.mkdir(parents=True, mode=0o700)
            # settings are kept in version control, keys never
            (files[0].parent / ".gitignore").write_text("*.key\n", encoding="utf-8")
        descriptor = os.open(files[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key)
        files[1].write_bytes(certificate)
    except OSError as error:
        cannot(f"{files[0].parent} cannot be written: {error.strerror}")


def _settings(
    workspace: Workspace, files: tuple[Path, Path], password: str | None, *, signs_only: bool
) -> str:
    key, certificate = (_shown(workspace, each) for each in files)
    lines = [f"    - certificate: {certificate}", f"      key: ${{file:{key}}}"]
    if password is not None:
        lines.append(f"      password: {password}")
    if signs_only:
        lines.append("      use: [sign]")
    return "\n".join(lines) + "\n"


def _shown(workspace: Workspace, path: Path) -> str:
    """Relative to the workspace, where it is inside."""
    whole = path.absolute()
    inside = whole.is_relative_to(workspace.base)
    return str(whole.relative_to(workspace.base) if inside else whole)

"""Secrets in settings: a reference to where one is kept, never the secret itself.

``${env:NAME}`` is an environment variable, ``${file:PATH}`` a file (relative to ``gateway.yaml``)
that holds the secret and at most one line break after it. A reference is resolved when it is used
and the secret is not kept, so settings, snapshots, logs and ``--json`` only ever hold the
reference. A secret written into a settings file is refused, and the refusal does not repeat it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeGuard, get_args

from pydantic import BeforeValidator, PlainSerializer

Kept = Literal["env", "file"]
WRITTEN = "a secret is a reference, ${env:NAME} or ${file:PATH}; it is never written here itself"
MOST_BYTES = 64 * 1024
"""Of a file with a secret."""
_REFERENCE = re.compile(r"\$\{(env|file):([^{}\0]+)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class PlainSecretError(ValueError):
    """A secret, or something that may be one, stands in a settings file: do not show it."""


class SecretError(OSError):
    """A secret is not where its reference says; an administrator can mend that at any time."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference. It may be shown; what it refers to may not."""

    kept: Kept
    where: str
    """The name of the variable, or the path of the file."""

    def __str__(self) -> str:
        """As it is written in settings."""
        return f"${{{self.kept}:{self.where}}}"


def parse(value: Any) -> Secret:
    """The reference a setting holds. Raises :class:`PlainSecretError`."""
    if isinstance(value, Secret):
        return value
    found = _REFERENCE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not _is_kept(found[1]):
        raise PlainSecretError(WRITTEN)
    if found[1] == "env" and not _VARIABLE.fullmatch(found[2]):
        raise PlainSecretError("the name of an environment variable: letters, digits and _")
    return Secret(found[1], found[2])


def resolve(secret: Secret, root: Path) -> str:
    """The secret itself, for immediate use. Raises :class:`SecretError`, which does not tell it.

    ``root``: the folder that paths of files are relative to.
    """
    found = _variable(secret) if secret.kept == "env" else _file(secret, root)
    if not found:
        raise SecretError(f"{secret}: it is empty")
    return found


def _variable(secret: Secret) -> str:
    found = os.environ.get(secret.where)
    if found is None:
        raise SecretError(f"{secret}: this environment variable is not set")
    return found


def _file(secret: Secret, root: Path) -> str:
    try:
        with (root / secret.where).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SecretError(f"{secret}: {error.strerror or 'the file cannot be read'}") from None
    if len(data) > MOST_BYTES:
        raise SecretError(f"{secret}: the file is larger than {MOST_BYTES // 1024} kB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretError(f"{secret}: the file is not UTF-8 text") from None
    return text.removesuffix("\n").removesuffix("\r")


def _is_kept(word: str) -> TypeGuard[Kept]:
    return word in get_args(Kept)


SecretText = Annotated[Secret, BeforeValidator(parse), PlainSerializer(str)]
"""The type of a setting that refers to a secret."""

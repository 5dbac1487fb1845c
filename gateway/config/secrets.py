"""Secrets in settings: a reference to where one is kept, never the secret itself.

``${env:NAME}`` is an environment variable, ``${file:PATH}`` a file (relative to ``gateway.yaml``)
that holds the secret and at most one line break after it, ``${keyring:NAME}`` an entry in the
keyring of the machine (:mod:`.systemkeyring`). Any other word is the name of a vault that
``gateway.yaml`` defines (:mod:`.vault`).

A reference is resolved when it is used and the secret is not kept, so settings, snapshots, logs
and ``--json`` only ever hold the reference. A secret written into a settings file is refused, and
the refusal does not repeat it.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, ValidationInfo

from gateway.config import systemkeyring

BUILT_IN = ("env", "file", "keyring")
"""What stands before the colon; anything else is the name of a vault."""
WRITTEN = (
    "a secret is a reference, ${env:NAME}, ${file:PATH} or ${keyring:NAME}; it is never written "
    "here itself"
)
MOST_BYTES = 64 * 1024
"""Of a secret."""
VAULTS = "vaults"
"""Under this name the context of a validation holds the vaults that may be named."""
_REFERENCE = re.compile(r"\$\{([a-z0-9][a-z0-9-]{0,39}):([^{}\0]+)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SIMILAR = 0.6


@runtime_checkable
class Vault(Protocol):
    """Something that can be asked for secrets."""

    def read(self, where: str, root: Path) -> str:
        """The secret. Raises :class:`SecretError` with what was tried, which never tells it."""


_NONE: Mapping[str, Vault] = MappingProxyType({})


class PlainSecretError(ValueError):
    """A secret, or something that may be one, stands in a settings file: do not show it."""


class SecretError(OSError):
    """A secret is not where its reference says; an administrator can mend that at any time."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A reference. It may be shown; what it refers to may not."""

    kept: str
    """``env``, ``file``, ``keyring``, or the name of a vault."""
    where: str
    """The name of the variable, the path of the file, the user name in the keyring; what a vault
    is asked for."""
    vault: InstanceOf[Vault] | None = field(default=None, compare=False, repr=False)
    """The vault that ``kept`` names, as the settings had it when this was read."""

    @property
    def local(self) -> bool:
        """Whether it can be looked up without calling anything or asking anybody."""
        return self.kept in ("env", "file")

    def __str__(self) -> str:
        """As it is written in settings."""
        return f"${{{self.kept}:{self.where}}}"


def parse(value: Any, vaults: Mapping[str, Vault] = _NONE) -> Secret:
    """The reference a setting holds; ``vaults`` that it may name.

    Raises :class:`PlainSecretError`.
    """
    if isinstance(value, Secret):
        return value
    found = _REFERENCE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise PlainSecretError(WRITTEN)
    kept, where = found[1], found[2]
    if kept not in BUILT_IN and kept not in vaults:
        known = [*BUILT_IN, *vaults]
        near = difflib.get_close_matches(kept, known, 1, _SIMILAR)
        hint = f"; did you mean ${{{near[0]}:…}}?" if near else ""
        raise PlainSecretError(
            f"${{{kept}:…}} is none of {', '.join(known)}; further ones are vaults that "
            f"gateway.yaml defines{hint}"
        )
    if kept == "env" and not _VARIABLE.fullmatch(where):
        raise PlainSecretError(
            "behind ${env: stands the name of an environment variable: letters, digits and _"
        )
    return Secret(kept, where, vaults.get(kept))


def resolve(secret: Secret, root: Path) -> str:
    """The secret itself, for immediate use. Raises :class:`SecretError`, which does not tell it.

    ``root``: the folder that paths of files are relative to.
    """
    if secret.kept == "env":
        found = _variable(secret)
    elif secret.kept == "file":
        found = _file(secret, root)
    elif secret.kept == "keyring":
        found = _in_keyring(secret)
    else:
        found = _in_vault(secret, root)
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
        reason = error.strerror or "the file cannot be read"
        tried = "" if Path(secret.where).is_absolute() else f" ({root / secret.where})"
        raise SecretError(f"{secret}: {reason}{tried}") from None
    if len(data) > MOST_BYTES:
        raise SecretError(f"{secret}: the file is larger than {MOST_BYTES // 1024} kB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SecretError(f"{secret}: the file is not UTF-8 text") from None
    return text.removesuffix("\n").removesuffix("\r")


def _in_keyring(secret: Secret) -> str:
    try:
        return systemkeyring.read(secret.where)
    except systemkeyring.NoAnswerError as failure:
        raise SecretError(f"{secret}: {failure}") from None


def _in_vault(secret: Secret, root: Path) -> str:
    if secret.vault is None:
        raise SecretError(f"{secret}: there is no vault {secret.kept} under vaults in gateway.yaml")
    try:
        return secret.vault.read(secret.where, root)
    except SecretError as failure:
        raise SecretError(f"{secret}: {failure}") from None


def vaults_of(info: ValidationInfo) -> Mapping[str, Vault]:
    """The vaults that references may name, from the context of a validation."""
    found: Mapping[str, Vault] = (info.context or {}).get(VAULTS, _NONE)
    return found


def _parsed(value: Any, info: ValidationInfo) -> Secret:
    return parse(value, vaults_of(info))


SecretText = Annotated[Secret, BeforeValidator(_parsed), PlainSerializer(str)]
"""The type of a setting that refers to a secret."""

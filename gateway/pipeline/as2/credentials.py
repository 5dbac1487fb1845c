"""The files of certificates and keys that the settings name, read into credentials.

What cannot be read is left out and is a problem; the others count. Secrets are resolved here and
kept only inside of the keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.channels.as2.certificates import load
from gateway.channels.as2.credentials import Credential, OwnCredential, PrivateKey, Use
from gateway.channels.as2.refusal import RefusedError
from gateway.config import Workspace
from gateway.config.as2 import TheirCertificate, Trust
from gateway.config.as2own import KeySource, OwnKey
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.problems import Problem, problem


@dataclass(frozen=True, slots=True)
class Tls:
    """What the files of ``http`` hold, or why they cannot be used."""

    client: OwnCredential | Problem | None
    """What we show the partner's server."""
    authorities: str | Problem | None
    """Whom we trust to name it, in PEM."""

    @property
    def problems(self) -> list[Problem]:
        """Why something of it cannot be used."""
        both = (self.client, self.authorities)
        return [each for each in both if isinstance(each, Problem)]


def theirs(
    workspace: Workspace, partner: str, written: tuple[TheirCertificate, ...]
) -> tuple[tuple[Credential, ...], list[Problem]]:
    """The certificates of a partner, in the order they are written."""
    found: list[Credential] = []
    problems: list[Problem] = []
    for each in written:
        try:
            loaded = load.leaves(certificates(workspace, partner, each.file))
        except RefusedError as refused:
            problems.append(refused.problem)
            continue
        found += [
            Credential(
                one,
                each.file,
                frozenset(each.use),
                each.accept_from,
                each.accept_until,
                each.send_from,
                each.accept_expired_until,
            )
            for one in loaded
        ]
    return tuple(found), problems


def authorities(
    workspace: Workspace, partner: str, trust: Trust | None
) -> tuple[tuple[Credential, ...], tuple[x509.CertificateRevocationList, ...], list[Problem]]:
    """The authorities that are trusted for a partner, and their lists of revoked certificates."""
    found: list[Credential] = []
    lists: list[x509.CertificateRevocationList] = []
    problems: list[Problem] = []
    for name in trust.authorities if trust is not None else ():
        try:
            loaded = certificates(workspace, partner, name)
            found += [Credential(each, name, frozenset()) for each in loaded]
        except RefusedError as refused:
            problems.append(refused.problem)
    for name in trust.revocations if trust is not None else ():
        path = partner_file(workspace, partner, name)
        try:
            lists += load.revocations(_read(path), name)
        except RefusedError as refused:
            problems.append(refused.problem)
    return tuple(found), tuple(lists), problems


def ours(workspace: Workspace) -> tuple[list[tuple[OwnKey, OwnCredential]], list[Problem]]:
    """All keys of ours with their settings, in the order they are written."""
    found: list[tuple[OwnKey, OwnCredential]] = []
    problems: list[Problem] = []
    for each in workspace.own.as2.keys if workspace.own.as2 is not None else ():
        try:
            certificate, key, chain = own(workspace, each)
        except RefusedError as refused:
            problems.append(refused.problem)
            continue
        credential = OwnCredential(
            certificate,
            each.shown,
            frozenset(each.use),
            each.accept_from,
            each.accept_until,
            each.send_from,
            key=key,
            chain=tuple(chain),
        )
        found.append((each, credential))
    return found, problems


class Connecting(Protocol):
    """Settings of a connection with TLS, whatever goes over it."""

    @property
    def ca(self) -> str | None:
        """File in the partner's folder."""

    @property
    def client(self) -> KeySource | None:
        """Certificate and key of ours."""


def tls(workspace: Workspace, partner: str, http: Connecting) -> Tls:
    """What the connection to a partner's server needs."""
    client: OwnCredential | Problem | None = None
    authorities: str | Problem | None = None
    if http.client is not None:
        try:
            certificate, key, chain = own(workspace, http.client)
            use: frozenset[Use] = frozenset({"tls"})
            shown = http.client.shown
            client = OwnCredential(certificate, shown, use, key=key, chain=tuple(chain))
        except RefusedError as refused:
            client = refused.problem
    if http.ca is not None:
        try:
            found = certificates(workspace, partner, http.ca)
            pem = (each.public_bytes(Encoding.PEM).decode("ascii") for each in found)
            authorities = "".join(pem)
        except RefusedError as refused:
            authorities = refused.problem
    return Tls(client, authorities)


def url(workspace: Workspace, written: str | Secret | None) -> tuple[str, list[Problem]]:
    """The partner's address; one that is a secret is looked up."""
    if not isinstance(written, Secret):
        return written or "", []
    try:
        return resolve(written, workspace.base), []
    except SecretError as error:
        where = "the environment" if written.kept == "env" else str(workspace.base)
        facts = {"setting": "url", "value": str(written), "reason": str(error), "hint": ""}
        return "", [Problem("C451", facts=facts | {"tried": where})]


def own(
    workspace: Workspace, source: KeySource
) -> tuple[x509.Certificate, PrivateKey, list[x509.Certificate]]:
    """Certificate, key and chain of one source. Raises ``RefusedError`` (C460-C462, C469)."""
    name = source.shown
    password = _secret(workspace, source.password, name)
    if source.pkcs12 is not None:
        return load.from_pkcs12(_read(workspace.path(source.pkcs12)), password, name)
    found = _certificates(workspace.path(source.certificate or ""))
    if source.pkcs11 is not None:
        key = _in_device(source.pkcs11, password, found)
    else:
        pem = _secret(workspace, source.key, name) or b""
        key = load.private_key(pem, password, name)
    certificate, chain = load.fitting(found, key, name)
    return certificate, key, chain


def files(workspace: Workspace, source: KeySource) -> Iterator[Path]:
    """The files that a key of ours is made of."""
    for written in (source.certificate, source.pkcs12):
        if written is not None:
            yield workspace.path(written)
    for secret in (source.key, source.password):
        if secret is not None and secret.kept == "file":
            yield workspace.base / secret.where


def partner_file(workspace: Workspace, partner: str, written: str) -> Path:
    """A file in the partner's folder. Raises ``RefusedError`` (C460) where a link leads out."""
    folder = workspace.partner_folder(partner).resolve()
    path = (folder / written).resolve()
    if not path.is_relative_to(folder):
        raise RefusedError(problem("C460", name=written, reason="it lies outside of the folder"))
    return path


def certificates(workspace: Workspace, partner: str, written: str) -> list[x509.Certificate]:
    """Those of a file in the partner's folder. Raises ``RefusedError`` (C460, C469)."""
    return load.certificates(_read(partner_file(workspace, partner, written)), written)


def _certificates(path: Path) -> list[x509.Certificate]:
    return load.certificates(_read(path), path.name)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(load.LARGEST + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise RefusedError(problem("C460", name=path.name, reason=reason)) from None


def _secret(workspace: Workspace, secret: Secret | None, name: str) -> bytes | None:
    if secret is None:
        return None
    try:
        return resolve(secret, workspace.base).encode()
    except SecretError as error:
        raise RefusedError(problem("C461", name=name, reason=str(error))) from None


def _in_device(uri: str, pin: bytes | None, found: list[x509.Certificate]) -> PrivateKey:
    """The extra ``pkcs11`` is needed only where a setting names a device."""
    from gateway.channels.as2.certificates.pkcs11 import open_key  # noqa: PLC0415

    return open_key(uri, None if pin is None else pin.decode(), found[0])

"""A server that we log in to, as plain values: everything resolved, no settings, no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pins:
    """What the server has to show."""

    keys: tuple[str, ...] = ()
    """Fingerprints (``SHA256:…``) and public keys (``ssh-ed25519 AAAA…``)."""
    known_hosts: str = ""
    """The text of a file ``known_hosts``."""
    file: str = "known_hosts"
    """How that file is called."""


@dataclass(frozen=True, slots=True)
class Key:
    """A private key of ours."""

    name: str
    """How it is called in the settings: ``${file:secrets/acme.key}``."""
    text: str = field(repr=False)
    """As OpenSSH or PEM writes it."""
    passphrase: str | None = field(default=None, repr=False)
    certificate: str | None = None
    """The text of the certificate (``…-cert.pub``)."""
    certificate_name: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """An answer to a question that contains ``ask``, whatever its case."""

    ask: str
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are; what is given is tried as the server wants it."""

    user: str
    keys: tuple[Key, ...] = ()
    password: str | None = field(default=None, repr=False)
    prompts: Sequence[Prompt] = ()
    agent: bool = False
    """The keys of a running ``ssh-agent``, too."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, how it is recognised, how we log in, how long it may take. Times in seconds."""

    host: str
    port: int
    pins: Pins
    login: Login
    legacy: tuple[str, ...] = ()
    """Outdated algorithms that are allowed (:mod:`gateway.config.sshlegacy`)."""
    jump: Server | None = None
    """A server that the way leads through; its own times count for nothing."""
    proxy: str | None = None
    """``http://host:port`` or ``socks5://host:port``, before the jump host where there is one."""
    transfers: int = 4
    connect_timeout: float = 15.0
    """For connecting and logging in, all together."""
    timeout: float = 60.0
    """For each answer."""
    keepalive: float = 15.0

    @property
    def name(self) -> str:
        """``host:port``, as it stands in problems."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

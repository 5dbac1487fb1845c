"""Settings of a channel by SFTP where the partner has the server: ``channels.<name>.sftp``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.config.as2values import Inside
from gateway.config.closed import Closed, Text
from gateway.config.remote import Host, Port, RemoteReceive, RemoteSend
from gateway.config.secrets import SecretText
from gateway.config.values import Duration

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_PUBLIC = re.compile(r"(ssh|ecdsa|sk)-[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( .*)?")


def _host_key(value: str) -> str:
    found = value.strip().removesuffix("=")
    if _FINGERPRINT.fullmatch(found):
        return found
    if _PUBLIC.fullmatch(value.strip()):
        return value.strip()
    raise ValueError(
        "a fingerprint as ssh-keygen -l writes it (SHA256:…), or a key like ssh-ed25519 AAAA…"
    )


HostKey = Annotated[str, AfterValidator(_host_key)]


class SshKey(Closed):
    """A private key of ours, with which we log in."""

    key: SecretText = Field(
        description="the private key (OpenSSH or PEM), a reference: ${file:PATH} or ${env:NAME}"
    )
    passphrase: SecretText | None = Field(
        default=None, description="what the key is protected with, a reference"
    )
    certificate: Inside | None = Field(
        default=None, description="file in the partner's folder: the OpenSSH certificate of the key"
    )


class Prompt(Closed):
    """An answer to a question of the server (keyboard-interactive)."""

    ask: Text = Field(description="part of the question, whatever its case: password, token")
    answer: SecretText = Field(description="a reference, never the answer itself")


class SshLogin(Closed):
    """How we log in; what is given is tried in the order the server wants."""

    user: Text = Field(description="our user name at the server")
    keys: tuple[SshKey, ...] = Field(default=(), description="our keys, several beside each other")
    password: SecretText | None = Field(
        default=None, description="a reference, never the password: ${env:NAME} or ${file:PATH}"
    )
    prompts: tuple[Prompt, ...] = Field(
        default=(), description="answers to questions of the server (keyboard-interactive)"
    )
    agent: bool = Field(default=False, description="use the keys of a running ssh-agent, too")

    @model_validator(mode="after")
    def _some_way(self) -> Self:
        if not (self.keys or self.password or self.prompts or self.agent):
            raise ValueError("one of keys, password, prompts and agent is needed")
        return self


class SshServer(Closed):
    """A server, and how we know that it is the right one."""

    host: Host = Field(description="name or address of the server")
    port: Port = Field(default=22, description="its port")
    host_keys: tuple[HostKey, ...] = Field(
        default=(), description="its keys or their fingerprints, old and new ones together"
    )
    known_hosts: Inside | None = Field(
        default=None, description="file in the partner's folder with its keys (known_hosts)"
    )
    login: SshLogin = Field(description="how we log in")
    legacy: tuple[Text, ...] = Field(
        default=(),
        description="outdated algorithms that are allowed for this server, by their names",
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        if not self.host_keys and self.known_hosts is None:
            raise ValueError(
                "host_keys or known_hosts is needed: gateway channel hostkey shows the key to "
                "compare with what the partner says"
            )
        return self


class Sftp(SshServer):
    """The partner's server, its folders, and the way to it."""

    jump: SshServer | None = Field(default=None, description="a host that the way leads through")
    proxy: Text | None = Field(
        default=None,
        description="a proxy the way leads through: http://host:port or socks5://host:port",
        pattern=r"^(http|socks5)://[^\s/@]+:\d{1,5}$",
    )
    receive: RemoteReceive | None = Field(default=None, description="where we take files from")
    send: RemoteSend | None = Field(default=None, description="where we put files")
    transfers: int = Field(
        default=32, ge=1, le=64, description="files on the way at the same time, on one connection"
    )
    connect_timeout: Duration = Field(
        default=timedelta(seconds=15), description="how long connecting and logging in may take"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="how long the server may not move"
    )
    keepalive: Duration = Field(
        default=timedelta(seconds=15), description="pause between signs of life"
    )
    idle: Duration = Field(
        default=timedelta(minutes=5), description="how long an unused connection is kept"
    )

"""Settings of a channel by FTP over TLS, to the partner's server: ``channels.<name>.ftps``."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from gateway.config.as2own import KeySource
from gateway.config.as2values import Fingerprint, Inside
from gateway.config.closed import Closed, Text
from gateway.config.remote import Host, Port, RemoteReceive, RemoteSend
from gateway.config.secrets import SecretText
from gateway.config.values import Duration


class Ftps(Closed):
    """The partner's server and its folders."""

    host: Host = Field(description="name or address of the server")
    port: Port | None = Field(default=None, description="its port; 21, or 990 where implicit")
    tls: Literal["explicit", "implicit"] = Field(
        default="explicit", description="TLS is asked for (AUTH TLS), or there from the start"
    )
    user: Text = Field(description="our user name at the server")
    password: SecretText = Field(
        description="a reference, never the password: ${env:NAME} or ${file:PATH}"
    )
    tls_min: Literal["1.2", "1.3"] = Field(default="1.2", description="least version of TLS")
    ca: Inside | None = Field(
        default=None,
        description="file in the partner's folder with the authorities of his server; without it, "
        "those of the operating system",
    )
    pins: tuple[Fingerprint, ...] = Field(
        default=(), description="SHA-256 fingerprints of his server's certificate"
    )
    client: KeySource | None = Field(
        default=None, description="our certificate and key for TLS, where he asks for one"
    )
    receive: RemoteReceive | None = Field(default=None, description="where we take files from")
    send: RemoteSend | None = Field(default=None, description="where we put files")
    connect_timeout: Duration = Field(
        default=timedelta(seconds=15), description="how long connecting and logging in may take"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="how long the server may not move"
    )
    idle: Duration = Field(
        default=timedelta(minutes=1), description="how long an unused connection is kept"
    )

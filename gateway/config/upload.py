"""Settings of a channel by plain HTTPS: files are posted, one per request: ``channels.*.https``."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.config.as2 import As2Http, Login
from gateway.config.as2values import MediaType
from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.values import Duration, NameTemplate, Size, WebAddress


class HttpsReceive(Closed):
    """``/in/PARTNER/CHANNEL`` on our web port: the partner's program posts a file."""

    tokens: tuple[SecretText, ...] = Field(
        description="references to bearer tokens, old and new ones beside each other", min_length=1
    )
    max_size: Size = Field(default=256_000_000, gt=0, description="bytes of a file")
    rate: int = Field(default=600, ge=1, le=100_000, description="files a minute")
    silent: Duration | None = Field(
        default=None, description="an alarm when no file has come for so long"
    )


class HttpsSend(Closed):
    """The partner's address that we post files to, each under a key of its own."""

    url: WebAddress = Field(description="http or https address (${env:NAME} where it is secret)")
    method: Literal["POST", "PUT"] = Field(
        default="POST", description="PUT adds the name of the file to the address"
    )
    name: NameTemplate = Field(
        default="{message}_{control}.{ext}", description="the template of file names"
    )
    content_types: dict[Text, MediaType] = Field(
        default={}, description="content type by syntax (edifact, x12), where it is another one"
    )
    http: As2Http = As2Http()

    @property
    def login(self) -> Login | None:
        """How we get in."""
        return self.http.login


class Https(Closed):
    """Files by HTTPS, without envelope or receipt."""

    receive: HttpsReceive | None = Field(default=None, description="what the partner posts to us")
    send: HttpsSend | None = Field(default=None, description="where we post files")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.receive is None and self.send is None:
            raise ValueError("receive or send is needed")
        return self

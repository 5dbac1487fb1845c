"""Settings of the running house: the web port, retries, alarms, retention, telemetry."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from gateway.config.closed import Closed, Text
from gateway.config.secrets import SecretText
from gateway.config.values import (
    ClockTime,
    Duration,
    MailAddress,
    MailServer,
    Size,
    WebAddress,
    Zone,
)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WORKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri")


class Retry(Closed):
    """How often something that may work later is tried again."""

    first: Duration = Field(default=timedelta(seconds=5), description="the first pause")
    factor: int = Field(default=2, ge=1, le=10, description="each pause is so much longer")
    ceiling: Duration = Field(default=timedelta(minutes=15), description="longest pause")
    attempts: int = Field(
        default=8, ge=1, le=1000, description="then it is given up, with an alarm"
    )
    give_up: Duration | None = Field(
        default=None, description="given up so long after the first failure, however few attempts"
    )
    jitter: int = Field(
        default=10, ge=0, le=50, description="percent by which a pause is varied at random"
    )


class Partners(Closed):
    """A port of its own for what partners and shops call, and nothing else."""

    listen: str = Field(description="address and port, like 0.0.0.0:8443", pattern=r"^.+:\d+$")
    certificate: Text | None = Field(
        default=None,
        description="file of the server's certificate and those above it (PEM): TLS; without it "
        "a reverse proxy has to do that",
    )
    key: Text | None = Field(default=None, description="file of its private key (PEM)")
    client_authorities: Text | None = Field(
        default=None,
        description="file of the authorities whose client certificates are asked for (PEM)",
    )
    clients: Literal["required", "optional"] = Field(
        default="required", description="whether a caller needs a client certificate"
    )
    connections: int = Field(
        default=256, ge=1, le=10_000, description="connections at the same time"
    )
    per_address: int = Field(
        default=64, ge=1, le=10_000, description="of them, those of one address"
    )
    proxies: tuple[Text, ...] = Field(
        default=(),
        description="addresses of reverse proxies in front: their X-Forwarded-For is believed",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key are given both, or neither of them")
        if self.client_authorities is not None and self.certificate is None:
            raise ValueError("client certificates need TLS: set certificate and key, too")
        return self


class HttpApi(Closed):
    """`/api/…` for the ERP: documents that it posts instead of dropping files."""

    keys: tuple[SecretText, ...] = Field(
        description="references to bearer keys, old and new ones beside each other", min_length=1
    )
    max_size: Size = Field(default=10_000_000, gt=0, description="bytes of a request")
    rate: int = Field(default=600, ge=1, le=100_000, description="requests a minute")


class Http(Closed):
    """The web port: health, readiness, metrics; what partners call, where it has no own port."""

    listen: str = Field(
        default="127.0.0.1:8480", description="address and port, or off", pattern=r"^(off|.+:\d+)$"
    )
    partners: Partners | None = Field(
        default=None,
        description="a port of its own for what partners and shops call (AS2, uploads, webhooks, "
        "the API)",
    )
    api: HttpApi | None = Field(
        default=None, description="documents that the ERP posts, and asks about"
    )


class Email(Closed):
    """Alarms by e-mail."""

    server: MailServer = Field(description="SMTP server: host or host:port")
    sender: MailAddress = Field(description="address the mails come from")
    to: tuple[MailAddress, ...] = Field(description="addresses the mails go to", min_length=1)
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="how the connection is protected"
    )
    user: Text | None = Field(default=None, description="user name at the server")
    password: SecretText | None = Field(
        default=None, description="a reference, never the password: ${env:NAME} or ${file:PATH}"
    )

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("user and password are given both, or neither of them")
        if self.password is not None and self.security == "none":
            raise ValueError("a password needs a protected connection: security starttls or tls")
        return self


class Webhook(Closed):
    """Alarms as JSON by HTTP POST."""

    url: WebAddress = Field(
        description="http or https address; ${env:NAME} or ${file:PATH} where it is a secret"
    )
    secret: SecretText | None = Field(
        default=None,
        description="signs the body (Standard Webhooks): ${env:NAME} or ${file:PATH}",
    )


class Alarms(Closed):
    """Who is told of alarms; they always stand in the log and in `gateway alarms`."""

    email: Email | None = Field(default=None, description="by e-mail")
    webhook: Webhook | None = Field(default=None, description="by HTTP")
    remind: Duration = Field(
        default=timedelta(days=1),
        description="an alarm that stays is told again after this",
        ge=timedelta(minutes=1),
        le=timedelta(days=366),
    )


class Retention(Closed):
    """How long payloads and rows are kept, by document, after the last thing that happened."""

    order: Duration = Field(default=timedelta(days=3653), description="orders")
    orderchange: Duration = Field(default=timedelta(days=3653), description="order changes")
    orderresponse: Duration = Field(default=timedelta(days=3653), description="order responses")
    despatch: Duration = Field(default=timedelta(days=3653), description="despatch advices")
    receipt: Duration = Field(default=timedelta(days=3653), description="receiving advices")
    invoice: Duration = Field(default=timedelta(days=3653), description="invoices: ten years")
    inventory: Duration = Field(default=timedelta(days=365), description="inventory reports")
    sales: Duration = Field(default=timedelta(days=365), description="sales reports")
    catalogue: Duration = Field(default=timedelta(days=3653), description="price catalogues")
    remittance: Duration = Field(default=timedelta(days=3653), description="remittance advices")
    parties: Duration = Field(default=timedelta(days=3653), description="party information")
    refund: Duration = Field(default=timedelta(days=3653), description="refunds of web shops")
    acknowledgement: Duration = Field(default=timedelta(days=365), description="acknowledgements")
    other: Duration = Field(
        default=timedelta(days=365), description="files in which no document was accepted"
    )


class Telemetry(Closed):
    """The log of `gateway serve` and `gateway work`, and traces for OpenTelemetry."""

    log: Literal["auto", "json", "text"] = Field(
        default="auto",
        description="form of the log on standard error; auto: text on a terminal, else JSON",
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="lowest level of what is logged"
    )

    otlp: Text | None = Field(
        default=None, description="address of a collector that takes OTLP over HTTP"
    )


class Expect(Closed):
    """When a document is missed: no order by noon on a working day is an alarm."""

    by: ClockTime = Field(description="time of day by which one should have come, like 12:00")
    days: tuple[Weekday, ...] = Field(default=WORKDAYS, description="days on which it is expected")
    zone: Zone = Field(default="UTC", description="time zone of that time, like Europe/Paris")


class Threads(Closed):
    """Order, response, despatch advices and invoices of one order, compared."""

    grace: Duration = Field(
        default=timedelta(hours=24),
        description="how long the despatch advice of an invoice, or the order of a document, "
        "may still come before it is an alarm",
    )

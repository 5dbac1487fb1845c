"""The only part of AS2 that talks: one POST of stored bytes, and what came back."""

from gateway.channels.as2.http.client import Client, Reply, Unanswered, Unsent
from gateway.channels.as2.http.endpoint import Endpoint, Tls

__all__ = ["Client", "Endpoint", "Reply", "Tls", "Unanswered", "Unsent"]

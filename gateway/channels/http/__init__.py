"""The one place that speaks HTTP as a client: one request with stored bytes, and what came back.

AS2, the upload of files and the calls of shops use it. Nothing of the environment (proxies,
passwords) counts here.
"""

from gateway.channels.http.client import Client, Reply, Unanswered, Unsent
from gateway.channels.http.endpoint import Endpoint
from gateway.channels.tls import Tls

__all__ = ["Client", "Endpoint", "Reply", "Tls", "Unanswered", "Unsent"]

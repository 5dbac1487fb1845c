"""A whole message: documents in layers of compression, signature and encryption, both ways.

``open`` takes the layers off in whatever order they come, ``build`` puts them on as agreed;
``opened`` is what comes out, ``outgoing`` what goes in. Both give the same digest (MIC, RFC 4130
§7.3.1) for the same bytes.
"""

from gateway.channels.as2.message.build import Built, build_message
from gateway.channels.as2.message.open import open_message
from gateway.channels.as2.message.opened import Layer, Mic, Opened, Payload
from gateway.channels.as2.message.outgoing import Outgoing

__all__ = [
    "Built",
    "Layer",
    "Mic",
    "Opened",
    "Outgoing",
    "Payload",
    "build_message",
    "open_message",
]

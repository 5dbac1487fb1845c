"""What is in a raw message or receipt, layer by layer, and why the gateway takes it or does not.

``raw`` reads files, ``walk`` takes the layers off and goes on where the gateway stops, ``known``
finds certificates among all that are configured, ``variants`` and ``mics`` try which bytes a digest
is over, ``explaining`` puts it together. No live path imports this.
"""

from gateway.channels.as2.explain.explaining import SentMessage, explain, sent_message
from gateway.channels.as2.explain.explanation import Cause, Explanation, Layer
from gateway.channels.as2.explain.mics import Bytes
from gateway.channels.as2.explain.raw import Raw, read_raw

__all__ = [
    "Bytes",
    "Cause",
    "Explanation",
    "Layer",
    "Raw",
    "SentMessage",
    "explain",
    "read_raw",
    "sent_message",
]

"""Send messages by AS2: built once, kept, and sent until a receipt says what became of them."""

from gateway.pipeline.as2.send.attempt import send

__all__ = ["send"]

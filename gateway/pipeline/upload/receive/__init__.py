"""What a partner's program posts: let in by its token, durable before it is told so.

:class:`~gateway.pipeline.upload.receive.receiver.Receiver` is what the web port uses.
"""

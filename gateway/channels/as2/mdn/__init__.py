"""The receipt of AS2 (RFC 4130 §7, RFC 3798): asked for, written, read, believed or not.

``request`` is what a message asks for, ``answers`` what it is told, ``write`` and ``read`` are the
two directions, ``report`` and ``disposition`` their words, ``verdict`` what a receipt means for a
message of ours. Nothing here imports ``message``, which reads what receipt is asked for.
"""

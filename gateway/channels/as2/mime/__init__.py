"""MIME (RFC 2045, 2046, 2183, 2231) as byte ranges: nothing is written anew that was received.

``headers`` and ``contenttype`` read what stands in front, ``identity`` the AS2 names, ``entity``
cuts head from body, ``multipart`` a body into parts, ``transfer`` takes encodings off and puts
them on, ``joined`` lays ranges end to end without copying them.
"""

from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.entity import Entity, read_entity, split_head
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.multipart import boundary_of, split_parts

__all__ = [
    "ContentType",
    "Entity",
    "Headers",
    "boundary_of",
    "read_entity",
    "split_head",
    "split_parts",
]

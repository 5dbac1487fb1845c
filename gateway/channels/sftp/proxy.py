"""Through a proxy to a server: HTTP (``CONNECT``, RFC 9110 §9.3.6) and SOCKS5 (RFC 1928).

The name of the server goes to the proxy, which looks it up: often it is the only one that knows
names outside.
"""

from __future__ import annotations

import asyncio
import re
import socket
from urllib.parse import urlsplit

from python_socks import ProxyError
from python_socks.async_.asyncio import Proxy

LONGEST_HEAD = 8 * 1024
"""Bytes of the answer of a proxy."""
_ANSWER = re.compile(rb"HTTP/1\.[01] (\d{3})([^\r\n]*)")


async def through(proxy: str, host: str, port: int) -> socket.socket:
    """A connection to ``host``. Raises ``OSError`` with a sentence why not."""
    if proxy.startswith("http://"):
        return await _by_http(proxy, host, port)
    try:
        made: socket.socket = await Proxy.from_url(proxy, rdns=True).connect(host, port)
    except ProxyError as failure:
        raise OSError(str(failure)) from None
    return made


async def _by_http(proxy: str, host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    where = urlsplit(proxy)
    family, _, _, _, address = (
        await loop.getaddrinfo(where.hostname, where.port, type=socket.SOCK_STREAM)
    )[0]
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        await loop.sock_connect(made, address)
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        request = f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"
        await loop.sock_sendall(made, request.encode("ascii"))
        head = await _head(made)
        answer = _ANSWER.match(head)
        if answer is None:
            raise OSError("it does not answer as an HTTP proxy")
        if not answer[1].startswith(b"2"):
            raise OSError((answer[1] + answer[2]).decode("latin-1"))
    except BaseException:
        made.close()
        raise
    return made


async def _head(made: socket.socket) -> bytes:
    """The answer of the proxy and not one byte more: what follows is said by the server itself."""
    loop = asyncio.get_running_loop()
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = await loop.sock_recv(made, 1)
        if not byte or len(head) >= LONGEST_HEAD:
            raise OSError("its answer does not end")
        head += byte
    return bytes(head)

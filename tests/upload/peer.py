"""A partner's server that files are posted to, on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Hook:
    """What came, and what is answered. Status 0: the file is taken, and the line goes dead."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def http_server(hook: Hook, tls: ssl.SSLContext | None = None) -> Iterator[Hook]:
    """Run it in a thread; its address stands in the hook."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            sent = {name.lower(): value for name, value in self.headers.items()}
            data = self.rfile.read(int(sent.get("content-length", 0)))
            hook.calls.append((self.path, sent, data))
            if hook.status == 0:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(hook.status)
            told = {"content-length": str(len(hook.body))} if hook.status != 204 else {}
            for name, value in (hook.headers | told).items():
                self.send_header(name, value)
            self.end_headers()
            if hook.status != 204:
                self.wfile.write(hook.body)

        do_PUT = do_POST  # noqa: N815 (the name is that of the library)

        def log_message(self, *_: object) -> None:
            return None

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            return None

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    hook.url = f"http{'' if tls is None else 's'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

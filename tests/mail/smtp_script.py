"""An SMTP server that follows a script: what no honest server does, at the line it is to happen."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SESSION = (b"220 hello", b"250 hello", b"250 ok", b"250 ok", b"354 go on")
"""Until the mail itself: greeting, EHLO, MAIL, RCPT, DATA."""


@contextmanager
def script(*answers: bytes) -> Iterator[int]:
    """Says these, one after each line (after 354: after a mail), and cuts the line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                for answer in answers:
                    connection.sendall(answer + b"\r\n")
                    if answer.startswith(b"354"):
                        while lines.readline() not in (b".\r\n", b""):
                            pass
                    else:
                        lines.readline()

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()

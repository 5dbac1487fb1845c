"""An SMTP server that goes on and on with one reply."""

from __future__ import annotations

import pytest

from gateway.channels.mail.server import MailServer
from gateway.channels.mail.smtp import MOST_LINES, connected, ready_for
from gateway.channels.remote.failure import RemoteError
from tests.mail.smtp_script import script


def lines(count: int) -> bytes:
    return b"\r\n".join([b"250-more"] * (count - 1) + [b"250 done"])


def ready(*answers: bytes) -> None:
    with script(*answers) as port:
        server = MailServer(host="127.0.0.1", port=port, security="none")
        with connected(server) as session:
            found = ready_for(
                session, "127.0.0.1", "acme-retail", "us@our.example", ["a@b.example"]
            )
            assert found is None


def test_a_long_reply_is_read() -> None:
    most = lines(MOST_LINES)
    ready(b"220 hello", most, most, most, b"250 forgotten", b"221 bye")


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_reply_without_end_ends_the_session(at: int) -> None:
    before = (b"220 hello", b"250 hello", b"250 ok", b"250 ok")[:at]
    with pytest.raises((RemoteError, OSError), match="reply without end"):
        ready(*before, lines(MOST_LINES + 1))

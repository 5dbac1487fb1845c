"""A mailbox is a folder with files: what is listed, read, and done to mails afterwards."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import pytest

from gateway.channels.mail import directory
from gateway.channels.mail.directory import MailDir
from gateway.channels.mail.imap import TAKEN, Imap
from gateway.channels.mail.mails import Rules
from gateway.channels.mail.server import MailServer
from gateway.channels.remote.directory import Entry, Leaving, Marking
from gateway.channels.remote.failure import RemoteError
from tests.mail.imap_peer import PASSWORD, USER, Post, imap_server
from tests.mail.letters import ORDER, SENDER, mail

T = TypeVar("T")
RULES = Rules(senders=("*@acme.example",))


def server(port: int, **more: Any) -> MailServer:
    values = {"host": "127.0.0.1", "security": "none", "user": USER, "password": PASSWORD}
    return MailServer(**(values | {"port": port, "seconds": 5.0} | more))


@asynccontextmanager
async def connected(post: Post, rules: Rules = RULES) -> AsyncIterator[MailDir]:
    thread = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    made = MailDir(await loop.run_in_executor(thread, Imap.open, server(post.port)), rules, thread)
    try:
        yield made
    finally:
        await made.close()


def with_mailbox(post: Post, work: Callable[[MailDir], Awaitable[T]], rules: Rules = RULES) -> T:
    """Do something over a connection of its own."""

    async def run() -> T:
        async with connected(post, rules) as made:
            return await work(made)

    return asyncio.run(run())


async def listed(box: MailDir, folder: str = "INBOX") -> list[Entry]:
    return [entry async for page in box.scan(folder) for entry in page]


async def content(box: MailDir, entry: Entry) -> bytes:
    """As the engine reads: one byte more than there should be."""
    got = b""
    with pytest.raises(RemoteError) as failure:
        async for piece in box.read(f"INBOX/{entry.name}", 0, (entry.size or 0) + 1):
            got += piece
    assert failure.value.trouble == "short"
    return got


def test_each_attachment_is_a_file(post: Post) -> None:
    post.put(mail(("a.edi", ORDER), ("b.edi", b"\x00\xff")))
    post.put(mail(("a.edi", b"other"), id_="<2@acme.example>"))

    async def work(box: MailDir) -> list[tuple[str, int | None, bytes]]:
        entries = await listed(box)
        assert len({each.name for each in entries}) == 3
        assert all("/" not in each.name and each.kind == "file" for each in entries)
        assert await box.stat(f"INBOX/{entries[0].name}") == entries[0]
        assert await box.stat("INBOX/nothing") is None
        return [(each.called, each.size, await content(box, each)) for each in entries]

    assert with_mailbox(post, work) == [
        ("a.edi", len(ORDER), ORDER),
        ("b.edi", 2, b"\x00\xff"),
        ("a.edi", 5, b"other"),
    ]


def test_what_is_not_kept_is_read_once_more(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "HELD", 10)
    post.put(mail(("a.edi", ORDER), ("b.edi", ORDER * 2)))

    async def work(box: MailDir) -> list[bytes]:
        return [await content(box, each) for each in await listed(box)]

    assert with_mailbox(post, work) == [ORDER, ORDER * 2]


def test_part_of_a_file(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> bytes:
        (entry,) = await listed(box)
        return b"".join([piece async for piece in box.read(f"INBOX/{entry.name}", 4, 6)])

    assert with_mailbox(post, work) == ORDER[4:10]


def test_names_are_the_same_whatever_numbers_the_server_gives(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))
    post.put(mail(("a.edi", ORDER), id_=None))
    before = with_mailbox(post, listed)
    post.renumber()
    assert with_mailbox(post, listed) == before


def test_names_tell_mails_and_contents_apart(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))
    post.put(mail(("a.edi", ORDER), id_="<2@acme.example>"))
    post.put(mail(("a.edi", ORDER + b"\n")))  # a program that gives all mails the same id
    post.put(mail(("a.edi", ORDER), ("a.edi", ORDER), id_="<3@acme.example>"))
    assert len({each.name for each in with_mailbox(post, listed)}) == 5


def test_the_same_mail_twice_is_listed_once_and_goes_twice(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> None:
        (entry,) = await listed(box)
        await box.remove(f"INBOX/{entry.name}")

    with_mailbox(post, work)
    assert post.flags() == []


def test_a_renumbering_in_the_middle_of_a_connection(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> bytes:
        before = await listed(box)
        post.renumber()
        after = await listed(box)
        assert after == before
        found = await content(box, after[0])
        await box.remove(f"INBOX/{after[0].name}")
        return found

    assert with_mailbox(post, work) == ORDER
    assert post.flags() == []


def test_a_number_that_means_another_mail_by_now_is_not_used(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> str:
        (entry,) = await listed(box)
        box._thread.submit(box._forget)  # a look found the folder numbered anew
        with pytest.raises(RemoteError) as failure:
            await box.remove(f"INBOX/{entry.name}")
        return failure.value.trouble

    assert with_mailbox(post, work) in ("changed", "missing")
    assert post.flags() == [[]]


def test_mails_of_others_and_patterns(post: Post) -> None:
    post.put(mail(("a.edi", ORDER), sender="mallory@evil.example"))
    post.put(mail(("a.edi", ORDER), ("logo.png", b"png"), ("b.edi.tmp", b"x"), id_="<2@a>"))
    rules = Rules(senders=(SENDER,), wanted=lambda name: not name.endswith(".png"))

    async def work(box: MailDir) -> list[str]:
        found = [each.called for each in await listed(box)]
        assert box.left() == {}
        return found

    assert with_mailbox(post, work, rules) == ["a.edi"]


def test_what_is_left_is_told(post: Post) -> None:
    post.put(mail())
    post.put(mail(("winmail.dat", b"x"), id_="<2@a>"))
    post.put(mail(("o.zip", b"PK"), ("a.edi", ORDER), id_="<3@a>"))
    post.put(mail(("a.edi", ORDER * 200), id_="<4@a>"))
    post.put(mail(("a.edi", ORDER), id_="<5@a>")[:-20])
    post.put(mail(("a.edi", ORDER), id_="<6@a>", sender=f"{SENDER}, x@evil.example"))
    post.put(b"Subject: no sender\r\n\r\n")

    async def work(box: MailDir) -> dict[str, str]:
        assert [each.called for each in await listed(box)] == ["a.edi"]
        assert isinstance(box, Leaving)
        return {called: found.code for called, found in box.left().items()}

    rules = Rules(senders=("*@acme.example",), max_size=15_000)
    assert with_mailbox(post, work, rules) == {
        "mail 101 from edi@acme.example, 'Order'": "T459",
        "mail 102 from edi@acme.example, 'Order'": "T460",
        "mail 103 from edi@acme.example, 'Order'": "T461",
        "mail 104 from edi@acme.example, 'Order'": "T462",
        "mail 105 from edi@acme.example, 'Order'": "T463",
        "mail 106 from edi@acme.example, x@evil.example, 'Order'": "T465",
    }


def test_a_sender_has_to_be_confirmed_where_that_is_asked(post: Post) -> None:
    passed = "mx.our.example; dmarc=pass header.from=acme.example"
    post.put(mail(("a.edi", ORDER), Authentication_Results=passed))
    post.put(mail(("b.edi", ORDER), id_="<2@a>"))
    rules = Rules(senders=("*@acme.example",), vouching="mx.our.example")

    async def work(box: MailDir) -> list[str]:
        assert [each.called for each in await listed(box)] == ["a.edi"]
        return [str(found) for found in box.left().values()]

    (found,) = with_mailbox(post, work, rules)
    assert found == (
        "T464 mail 102 from edi@acme.example, 'Order' says it is from edi@acme.example, but no "
        "server has looked at it (it has no Authentication-Results)"
    )


def test_a_mail_goes_when_all_of_its_files_went(post: Post) -> None:
    post.put(mail(("a.edi", ORDER), ("b.edi", b"other")))

    async def work(box: MailDir) -> None:
        first, second = await listed(box)
        await box.remove(f"INBOX/{first.name}")
        assert len(post.flags()) == 1
        await box.remove(f"INBOX/{second.name}")
        assert post.flags() == []
        with pytest.raises(RemoteError) as failure:
            await box.remove(f"INBOX/{second.name}")
        assert failure.value.trouble == "missing"

    with_mailbox(post, work)


def test_only_our_mail_is_deleted(post: Post) -> None:
    """EXPUNGE would delete what somebody else has marked, too."""
    post.put(mail(("a.edi", ORDER), sender="other@our.example"), "INBOX", "\\Deleted")
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> None:
        (entry,) = await listed(box)
        await box.remove(f"INBOX/{entry.name}")

    with_mailbox(post, work)
    assert post.flags() == [["\\Deleted"]]


def test_a_server_without_uidplus_and_move(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.channels.mail.imap._capabilities", lambda _: frozenset())
    post.folder("Done")
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> None:
        (entry,) = await listed(box)
        await box.rename(f"INBOX/{entry.name}", f"Done/{entry.name}")
        assert await listed(box) == []

    with_mailbox(post, work)
    assert post.flags() == [["\\Deleted", "\\Seen"]], "the server cleans up"
    assert len(post.flags("Done")) == 1


def test_a_mail_is_moved_to_a_folder_that_may_have_to_be_made(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> None:
        (entry,) = await listed(box)
        path, target = f"INBOX/{entry.name}", f"Erledigt/Aufträge/{entry.name}"
        with pytest.raises(RemoteError) as failure:
            await box.rename(path, target)
        assert failure.value.trouble == "missing"
        await box.make_folder("Erledigt/Aufträge")
        await box.make_folder("Erledigt/Aufträge")
        await box.rename(path, target)

    with_mailbox(post, work)
    assert post.flags() == []
    assert len(post.flags("Erledigt/Aufträge")) == 1


def test_a_mail_with_something_that_was_left_stays(post: Post) -> None:
    post.put(mail(("o.zip", b"PK"), ("a.edi", ORDER)))

    async def work(box: MailDir) -> list[Entry]:
        (entry,) = await listed(box)
        await box.remove(f"INBOX/{entry.name}")
        again = await listed(box)
        assert [found.code for found in box.left().values()] == ["T461"]
        return again

    assert with_mailbox(post, work) == []
    assert post.flags() == [[]]


def test_a_mail_that_stays_is_marked_and_not_listed_again(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> None:
        (entry,) = await listed(box)
        assert isinstance(box, Marking)
        await box.mark(f"INBOX/{entry.name}")
        assert await listed(box) == []

    with_mailbox(post, work)
    assert post.flags() == [[TAKEN, "\\Seen"]]
    assert with_mailbox(post, listed) == []


def test_where_no_keywords_are_kept_a_mail_that_was_read_is_listed_all_the_same() -> None:
    with imap_server(keywords=False) as post:
        post.put(mail(("old.edi", ORDER)), "INBOX", "\\Seen")
        post.put(mail(("new.edi", ORDER), id_="<2@a>"))

        async def work(box: MailDir) -> list[str]:
            entries = await listed(box)
            for each in entries:
                await box.mark(f"INBOX/{each.name}")
            assert await listed(box) == []
            return [each.called for each in entries]

        assert with_mailbox(post, work) == ["new.edi", "old.edi"]
        assert post.flags() == [["\\Seen"], ["\\Seen"]]
        assert len(with_mailbox(post, listed)) == 2, "the memory of the engine knows them"


def test_one_look_reads_a_bounded_number_of_mails(post: Post) -> None:
    for number in range(5):
        post.put(mail(("a.edi", ORDER), id_=f"<{number}@a>"))

    async def work(box: MailDir) -> list[int]:
        return [len(await listed(box)) for _ in range(4)]

    rules = Rules(senders=("*@acme.example",), files=2)
    assert with_mailbox(post, work, rules) == [2, 4, 5, 5]


def test_a_mail_that_vanishes(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> str:
        (entry,) = await listed(box)
        box._held.clear()
        box._imap.mail = lambda *_: None  # type: ignore[method-assign]
        with pytest.raises(RemoteError) as failure:
            async for _ in box.read(f"INBOX/{entry.name}", 0, 10):
                pass
        return failure.value.trouble

    assert with_mailbox(post, work) == "missing"


def test_a_mailbox_takes_no_files(post: Post) -> None:
    async def work(box: MailDir) -> str:
        async def nothing() -> AsyncIterator[bytes]:
            yield b""

        with pytest.raises(RemoteError) as failure:
            await box.write("INBOX/a.edi", nothing())
        return str(failure.value)

    assert "only read" in with_mailbox(post, work)


def test_a_folder_that_is_not_there(post: Post) -> None:
    async def work(box: MailDir) -> None:
        await listed(box, "No such folder")

    with pytest.raises(RemoteError) as failure:
        with_mailbox(post, work)
    assert failure.value.trouble == "missing"
    assert str(failure.value) == "the folder No such folder is not there on 127.0.0.1"


# ---- getting in


def opened(made: MailServer) -> list[tuple[str, str]]:
    """The steps that were told."""
    told: list[tuple[str, str]] = []
    Imap.open(made, lambda step, text: told.append((step, text))).close()
    return told


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_connection_is_encrypted(trusted: ssl.SSLContext, security: str) -> None:
    with imap_server(**{security: trusted}) as post:
        steps = opened(server(post.port, security=security))
        assert [name for name, _ in steps] == ["dns", "tcp", "tls", "login"]
        assert steps[2][1].startswith("TLSv1.")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_gets_no_password(
    trusted: ssl.SSLContext, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with imap_server(**{security: trusted}) as post, pytest.raises(RemoteError) as failure:
        opened(server(post.port, security=security))
    assert failure.value.trouble == "identity"
    assert failure.value.problem.code == "T452"
    assert "self-signed" in str(failure.value)


def test_a_server_without_starttls_gets_no_password(post: Post) -> None:
    with pytest.raises(RemoteError) as failure:
        opened(server(post.port, security="starttls"))
    assert (failure.value.trouble, failure.value.problem.code) == ("identity", "T453")


def test_a_wrong_password(post: Post) -> None:
    with pytest.raises(RemoteError) as failure:
        opened(server(post.port, password="wrong horse"))
    assert (failure.value.trouble, failure.value.problem.code) == ("login", "T454")
    assert "wrong horse" not in str(failure.value)


def test_an_unknown_host_and_a_closed_port() -> None:
    with pytest.raises(RemoteError) as failure:
        opened(server(1, host="no-such-host.invalid"))
    assert (failure.value.trouble, failure.value.problem.code) == ("dns", "T450")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(RemoteError) as failure:
        opened(server(port))
    assert (failure.value.trouble, failure.value.problem.code) == ("reach", "T451")


@contextmanager
def script(*answers: bytes) -> Iterator[int]:
    """A server that says these, one after each line (``T`` is its tag), and cuts the line."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                tag = b"*"
                for answer in answers:
                    connection.sendall(answer.replace(b"\nT ", b"\n" + tag + b" "))
                    tag = lines.readline().split(b" ")[0]

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(
    "answers",
    [
        (b"* BYE go away\r\n",),
        (b"HTTP/1.1 400 Bad Request\r\n",),
        (b"",),
        (b"* OK hello\r\n", b"* CAPABILITY IMAP4rev1 STARTTLS\r\nT OK\r\n"),
        (b"* PREAUTH welcome\r\n", b"\r\n* CAPABILITY IMAP4rev1 STARTTLS\r\nT OK\r\n"),
    ],
)
def test_what_is_no_server_ends_in_words(answers: tuple[bytes, ...]) -> None:
    with script(*answers) as port, pytest.raises(RemoteError):
        opened(server(port, security="starttls", seconds=0.3))


def test_a_connection_that_breaks_is_told_and_not_used_again(post: Post) -> None:
    post.put(mail(("a.edi", ORDER)))

    async def work(box: MailDir) -> RemoteError:
        await listed(box)
        box._imap._client.sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(RemoteError) as failure:
            await listed(box)
        assert box.closed
        return failure.value

    failure = with_mailbox(post, work)
    assert (failure.trouble, failure.problem.code) == ("lost", "T455")

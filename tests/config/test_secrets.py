"""Secrets are references: shown as such, resolved when used, refused when written."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.config.operation import Alarms, Email, Webhook
from gateway.config.secrets import PlainSecretError, Secret, SecretError, parse, resolve


def test_a_secret_is_resolved_when_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = parse("${env:EDI_SECRET}")
    with pytest.raises(SecretError, match="is not set"):
        resolve(secret, tmp_path)
    monkeypatch.setenv("EDI_SECRET", "one")
    assert resolve(secret, tmp_path) == "one"
    monkeypatch.setenv("EDI_SECRET", "two")
    assert resolve(secret, tmp_path) == "two"
    monkeypatch.setenv("EDI_SECRET", "")
    with pytest.raises(SecretError, match="it is empty"):
        resolve(secret, tmp_path)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"pass word", "pass word"),
        (b"pass word\n", "pass word"),
        (b"pass word\r\n", "pass word"),
        (b"pass word \n\n", "pass word \n"),
        ("\ufeffpäss".encode(), "päss"),
    ],
)
def test_a_file_holds_it_with_one_line_break(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "secret").write_bytes(data)
    assert resolve(parse("${file:secret}"), tmp_path) == text
    assert resolve(parse(f"${{file:{tmp_path}/secret}}"), tmp_path / "elsewhere") == text


@pytest.mark.parametrize(
    ("data", "why"), [(None, "No such file"), (b"\xff\xfe", "no.* UTF-8"), (b"x" * 65537, "64 kB")]
)
def test_a_file_that_holds_none(tmp_path: Path, data: bytes | None, why: str) -> None:
    if data is not None:
        (tmp_path / "secret").write_bytes(data)
    with pytest.raises(SecretError, match=why) as failure:
        resolve(parse("${file:secret}"), tmp_path)
    assert str(failure.value).startswith("${file:secret}: ")


@pytest.mark.parametrize(
    "written",
    ["hunter2", "", "${env:}", "${env:A B}", "${evn:A}", "x${env:A}", "${env:A}${env:B}", 7],
)
def test_anything_else_is_refused_and_not_repeated(written: object) -> None:
    with pytest.raises(PlainSecretError) as failure:
        parse(written)
    assert str(written) not in str(failure.value) or not written


def test_settings_never_show_more_than_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDI_SECRET", "hunter2")
    email = Email(
        server="mail.example.com",
        sender="edi@example.com",
        to=("ops@example.com",),
        user="edi",
        password="${env:EDI_SECRET}",  # type: ignore[arg-type]
    )
    hook = Webhook(url="${env:EDI_SECRET}", secret="${file:hook}")  # type: ignore[arg-type]
    settings = Alarms(email=email, webhook=hook)
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "hunter2" not in shown
    assert '"password":"${env:EDI_SECRET}"' in settings.model_dump_json()
    assert '"url":"${env:EDI_SECRET}"' in settings.model_dump_json()
    assert Alarms.model_validate_json(settings.model_dump_json()) == settings
    assert str(Secret("file", "a/b")) == "${file:a/b}"


@pytest.mark.parametrize(
    "address",
    ["edi@example.com\r\nBcc: x@example.com", "a@b, c@d", "edi", "@example.com", "edi@", "é@x.com"],
)
def test_an_address_is_one_address(address: str) -> None:
    with pytest.raises(ValidationError, match="an address is written like"):
        Email(server="mail.example.com", sender=address, to=("ops@example.com",))

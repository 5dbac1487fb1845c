"""From settings and files to what is agreed: presets, keys, secrets, and files that change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    pkcs12,
)

from gateway.channels.as2 import link as values
from gateway.channels.as2.certificates.windows import decrypt_with, encrypt_to, sign_with
from gateway.channels.as2.refusal import RefusedError
from gateway.config import as2
from gateway.config.as2presets import PRESETS, resolved
from gateway.pipeline.as2.links import RETRY, Links, links_for
from tests.as2.credentials import KEYS, own
from tests.as2.settings.kit import ACME, OWN, load, opened, write

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def more(lines: str) -> str:
    """The partner with more settings below ``as2``."""
    return ACME + "".join(f"      {line}\n" for line in lines.splitlines())


def test_a_link_holds_what_was_agreed(tmp_path: Path) -> None:
    links = Links(opened(tmp_path))
    link = links.of("acme-retail", "edi")
    assert (link.our_id, link.their_id, link.url) == (
        "OURCOMPANY", "ACME", "https://as2.acme.example/"
    )  # fmt: skip
    assert (link.layers, link.policy, link.limits) == (
        values.Layers(), values.Policy(), values.Limits()
    )  # fmt: skip
    assert link.receipt == values.Receipt()
    assert (link.trust, link.receipt_urls, link.message_id) == ("pin", (), "<{token}@{host}>")
    assert [each.name for each in link.theirs] == ["certificates/acme.pem"]
    assert sign_with(link, NOW).certificate == own("ours").certificate
    assert links.host == "edi.example.com"
    assert [each.channel for each in links.all()] == ["edi"]


def test_a_message_finds_its_link_by_both_ids_exactly(tmp_path: Path) -> None:
    links = Links(opened(tmp_path, acme=ACME.replace("id: ACME", "id: ACME\n      our_id: US")))
    found = links.by_ids("ACME", "US")
    assert found is not None and found.partner == "acme-retail"
    for pair in (("ACME", "OURCOMPANY"), ("acme", "US"), ("ACME ", "US"), ("US", "ACME")):
        assert links.by_ids(*pair) is None


def test_everything_that_can_be_set_arrives(tmp_path: Path) -> None:
    written = more(
        """\
send: {sign: none, encrypt: none, compress: after, level: 6, encoding: base64}
receive: {signed: allowed, sha1: true, triple_des: true, max_size: 2GB, max_inflated: 3GB}
receipt: {mode: async, within: 2h, micalg: [sha-512], lenient: [missing-mic]}
receipt_urls: [https://as2.acme.example/mdn]
http: {chunked: true, headers: {X-Site: one}}
quirks: {dashes: false, resend_id: new, message_id: "<x-{token}@{host}>", keep_filename: false}"""
    )
    link = Links(opened(tmp_path, acme=written)).of("acme-retail", "edi")
    layers, policy, receipt = link.layers, link.policy, link.receipt
    assert (layers.sign, layers.encrypt, layers.compress, layers.level) == (None, None, "after", 6)
    assert (layers.encoding, layers.dashes, layers.keep_filename) == ("base64", False, False)
    assert (policy.signed, policy.sha1, policy.triple_des) == ("allowed", True, True)
    assert (link.limits.body, link.limits.inflated) == (2_000_000_000, 3_000_000_000)
    assert (receipt.mode, receipt.url, receipt.digests, receipt.within) == (
        "async", "https://edi.example.com/as2", ("sha-512",), timedelta(hours=2)
    )  # fmt: skip
    assert receipt.lenient == {"missing-mic"}
    assert (link.chunked, link.resend_new_id, link.more_headers) == (
        True,
        True,
        (("X-Site", "one"),),
    )
    assert (link.receipt_urls, link.message_id) == (
        ("https://as2.acme.example/mdn",), "<x-{token}@{host}>"
    )  # fmt: skip


# ---- presets ------------------------------------------------------------------------------------


def test_the_words_of_settings_are_those_of_the_layers() -> None:
    for name in ("Digest", "Transport", "Wanted", "Lenient"):
        assert get_args(getattr(as2, name)) == get_args(getattr(values, name))
    assert set(get_args(as2.Cipher)) - {"none"} == set(get_args(values.Cipher))
    fields = as2.As2Send.model_fields
    assert get_args(fields["encoding"].annotation) == get_args(values.Encoding)
    assert set(get_args(fields["compress"].annotation)) == set(get_args(values.Compress))
    assert set(get_args(as2.PresetName)) == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_valid_and_every_field_has_a_reason(name: str) -> None:
    preset = PRESETS[name]
    found = resolved(as2.As2.model_validate({"id": "X", "preset": name}))
    for group, fields in preset.settings.items():
        assert getattr(found, group) == type(getattr(found, group)).model_validate(dict(fields))
    written = {f"{group}.{field}" for group, fields in preset.settings.items() for field in fields}
    assert written == set(preset.why)


def test_what_is_written_wins_over_the_preset_field_by_field(tmp_path: Path) -> None:
    acme = more("preset: strict\nsend: {encrypt: aes-128-cbc}\nhttp: {timeout: 1m}")
    links = Links(opened(tmp_path, acme=acme))
    link = links.of("acme-retail", "edi")
    assert (link.layers.encrypt, link.layers.transport) == ("aes-128-cbc", "oaep-sha-256")
    http = links.settings(link).http
    assert (http.tls_min, http.timeout) == ("1.3", timedelta(minutes=1))


# ---- files --------------------------------------------------------------------------------------


def test_a_new_file_counts_without_a_restart(tmp_path: Path) -> None:
    links = Links(opened(tmp_path))
    before = links.of("acme-retail", "edi")
    assert links.of("acme-retail", "edi") is before
    folder = tmp_path / "partners/acme-retail/certificates"
    (folder / "acme-next.pem").replace(folder / "acme.pem")
    after = links.of("acme-retail", "edi")
    assert encrypt_to(after, NOW).certificate == own("acme-next").certificate


def test_a_new_key_of_ours_counts_without_a_restart(tmp_path: Path) -> None:
    links = Links(opened(tmp_path))
    assert sign_with(links.of("acme-retail", "edi"), NOW).certificate == own("ours").certificate
    for kind in ("key", "pem"):
        (tmp_path / f"keys/ours-next.{kind}").replace(tmp_path / f"keys/ours.{kind}")
    found = links.of("acme-retail", "edi")
    assert sign_with(found, NOW).certificate == own("ours-next").certificate


def test_a_file_that_breaks_is_left_out_and_told_until_it_is_mended(tmp_path: Path) -> None:
    links = Links(opened(tmp_path))
    file = tmp_path / "partners/acme-retail/certificates/acme.pem"
    good = file.read_bytes()
    for data, reason in ((b"rubbish", "it is neither PEM nor DER"), (None, "No such file")):
        file.write_bytes(data) if data is not None else file.unlink()
        link = links.of("acme-retail", "edi")
        assert link.theirs == ()
        (found,) = links.problems_of(link)
        assert found.code == "C460" and reason in found.sentence
    file.write_bytes(good)
    link = links.of("acme-retail", "edi")
    assert (len(link.theirs), links.problems_of(link)) == (1, ())


def test_what_failed_without_a_change_of_files_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    text = OWN.replace("${file:keys/ours.key}", "${env:AS2_KEY}")
    links = Links(opened(tmp_path, own=text), monotonic=lambda: now[0])
    assert links.of("acme-retail", "edi").ours == ()
    monkeypatch.setenv("AS2_KEY", (KEYS / "ours.key").read_text(encoding="ascii"))
    assert links.of("acme-retail", "edi").ours == ()
    now[0] = RETRY
    assert len(links.of("acme-retail", "edi").ours) == 1
    assert links.own_problems() == ()


def test_a_pair_of_ids_that_two_claim_is_nobodys(tmp_path: Path) -> None:
    second = ACME[ACME.index("  edi:") :].replace("  edi:", "  other:")
    workspace, problems = load(write(tmp_path, acme=ACME + second))
    assert [found.code for found in problems] == ["C450"]
    links = Links(workspace)
    assert links.by_ids("ACME", "OURCOMPANY") is None
    assert links.of("acme-retail", "other").their_id == "ACME"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    acme = ACME.replace("certificates/acme.pem", "certificates/out.pem")
    write(tmp_path, acme=acme)
    (tmp_path / "partners/acme-retail/certificates/out.pem").symlink_to(tmp_path / "keys/ours.pem")
    workspace, _ = load(tmp_path)
    links = Links(workspace)
    (found,) = links.problems_of(links.of("acme-retail", "edi"))
    assert str(found) == "C460 certificates/out.pem: it lies outside of the folder"


def test_a_key_of_ours_may_be_for_some_partners_only(tmp_path: Path) -> None:
    keys = '    - {certificate: keys/ours-next.pem, key: "${file:keys/ours-next.key}"}\n'
    one = Links(opened(tmp_path / "one", own=OWN + keys)).of("acme-retail", "edi")
    assert len(decrypt_with(one, NOW)) == 2
    kept = keys.replace("{cert", "{partners: [northwind], cert")
    workspace, problems = load(write(tmp_path / "other", own=OWN + kept))
    assert [found.code for found in problems] == ["C476"]
    assert len(decrypt_with(Links(workspace).of("acme-retail", "edi"), NOW)) == 1


# ---- secrets ------------------------------------------------------------------------------------


def test_a_key_may_stand_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AS2_KEY", (KEYS / "ours.key").read_text(encoding="ascii"))
    text = OWN.replace("${file:keys/ours.key}", "${env:AS2_KEY}")
    links = Links(opened(tmp_path, own=text))
    assert (len(links.ours()), links.own_problems()) == (1, ())


def test_a_key_may_stand_in_pkcs12_with_a_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = own("ours")
    data = pkcs12.serialize_key_and_certificates(
        b"ours",
        ours.key,
        ours.certificate,
        None,
        BestAvailableEncryption(b"pass"),  # type: ignore[arg-type]
    )
    text = OWN.replace(
        'certificate: keys/ours.pem, key: "${file:keys/ours.key}"',
        'pkcs12: keys/ours.p12, password: "${env:AS2_PASSWORD}"',
    )
    monkeypatch.setenv("AS2_PASSWORD", "pass")
    write(tmp_path, own=text)
    (tmp_path / "keys/ours.p12").write_bytes(data)
    links = Links(load(tmp_path)[0])
    assert [each.certificate for each in links.ours()] == [ours.certificate]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("ours.key}", "none.key}", "C461 the key of keys/ours.pem cannot be used: ${file:"),
        ("ours.key}", "ours-next.key}", "C462 the key of keys/ours.pem is not the one of the"),
        ("keys/ours.pem", "keys/none.pem", "C460 none.pem: No such file or directory"),
    ],
)
def test_a_key_that_cannot_be_used_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    links = Links(opened(tmp_path, own=OWN.replace(old, new)))
    assert links.ours() == ()
    (found,) = links.own_problems()
    assert str(found).startswith(told)
    with pytest.raises(RefusedError, match="none is configured"):
        sign_with(links.of("acme-retail", "edi"), NOW)


def test_an_address_may_be_a_secret(tmp_path: Path) -> None:
    acme = ACME.replace("https://as2.acme.example/", '"${file:address}"')
    links = Links(load(write(tmp_path, acme=acme))[0])
    link = links.of("acme-retail", "edi")
    assert link.url == "" and links.problems_of(link)[0].code == "C451"
    (tmp_path / "address").write_text("https://as2.acme.example/?sig=1\n", encoding="utf-8")
    assert links.of("acme-retail", "edi").url == "https://as2.acme.example/?sig=1"


def test_a_certificate_for_tls_is_apart(tmp_path: Path) -> None:
    key = '{certificate: keys/acme.pem, key: "${file:keys/acme.key}"}'
    http = f"http: {{ca: certificates/authority.pem, client: {key}}}"
    links = Links(opened(tmp_path, acme=more(http)))
    link = links.of("acme-retail", "edi")
    client = links.client(link)
    assert client is not None and client.use == {"tls"} and client.key is not None
    assert client.certificate == own("acme").certificate
    assert "BEGIN CERTIFICATE" in (links.server_authorities(link) or "")
    plain = Links(opened(tmp_path / "plain"))
    found = plain.of("acme-retail", "edi")
    assert (plain.client(found), plain.server_authorities(found)) == (None, None)


def test_the_chain_of_a_certificate_of_ours_is_kept(tmp_path: Path) -> None:
    own_pem = (KEYS / "ours.pem").read_bytes()
    write(tmp_path)
    (tmp_path / "keys/ours.pem").write_bytes((KEYS / "authority.pem").read_bytes() + own_pem)
    (found,) = Links(load(tmp_path)[0]).ours()
    assert found.certificate == own("ours").certificate
    assert found.chain == (own("authority").certificate,)


def test_a_certificate_for_tls_that_cannot_be_used_is_told_and_refused(tmp_path: Path) -> None:
    key = '{certificate: keys/acme.pem, key: "${file:keys/ours.key}"}'
    http = f"http: {{ca: partner.yaml, client: {key}}}"
    links = Links(opened(tmp_path, acme=more(http)))
    link = links.of("acme-retail", "edi")
    assert [each.code for each in links.problems_of(link)] == ["C462", "C460"]
    for call in (links.client, links.server_authorities):
        with pytest.raises(RefusedError):
            call(link)


def test_trust_in_an_authority_arrives(tmp_path: Path) -> None:
    trust = "trust: {authorities: [certificates/authority.pem], subjects: [acme edi]}"
    link = Links(opened(tmp_path, acme=more(trust))).of("acme-retail", "edi")
    assert (link.trust, link.subjects, len(link.authorities)) == ("ca", ("acme edi",), 1)


def test_links_are_made_once_for_a_workspace(tmp_path: Path) -> None:
    workspace = opened(tmp_path)
    assert links_for(workspace) is links_for(workspace)

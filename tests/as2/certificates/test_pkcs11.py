"""Keys in a device, with SoftHSM as the device. Without it these tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from gateway.channels.as2.certificates.pkcs11 import open_key
from gateway.channels.as2.certificates.pkcs11uri import KeyUri, read_uri
from gateway.channels.as2.cms.digests import digests_of
from gateway.channels.as2.cms.enveloped import UNOPENED, decrypt, encrypt
from gateway.channels.as2.cms.signed import read_signature, sign, verify
from gateway.channels.as2.credentials import OwnCredential, PrivateKey
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.refusal import RefusedError
from tests.as2.cms.shapes import whole
from tests.as2.credentials import KEYS, certificate

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "2468"
AT = datetime(2026, 3, 2, tzinfo=UTC)
needs_device = pytest.mark.skipif(
    not LIBRARY.is_file() or shutil.which("softhsm2-util") is None,
    reason="SoftHSM is not installed (softhsm2)",
)


def uri(label: str, token: str = "gateway-test") -> str:
    return f"pkcs11:token={token};object={label}?module-path={LIBRARY}"


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A token with the keys ``ours`` and ``ours-ec``."""
    pkcs11 = pytest.importorskip("pkcs11")
    folder = tmp_path_factory.mktemp("softhsm")
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    _run("--init-token", "--free", "--label", "gateway-test", "--pin", PIN, "--so-pin", "1357")
    for number, name in enumerate(("ours", "ours-ec"), start=1):
        where = ("--token", "gateway-test", "--pin", PIN, "--id", f"0{number}")
        _run("--import", str(KEYS / f"{name}.key"), "--label", name, *where)
    yield
    pkcs11.unload(str(LIBRARY))
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def logged_out(device: None) -> Iterator[None]:
    """No session of another test is left: a login counts for the whole process."""
    yield
    from gateway.channels.as2.certificates.device import _devices  # noqa: PLC0415

    for each in _devices.values():
        each._forget()


def _run(*arguments: str) -> None:
    done = subprocess.run(["softhsm2-util", *arguments], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def key(name: str) -> PrivateKey:
    return open_key(uri(name), PIN, certificate(name).certificate)


def reason(text: str, pin: str | None = PIN, name: str = "ours") -> str:
    with pytest.raises(RefusedError) as refused:
        open_key(text, pin, certificate(name).certificate)
    assert refused.value.problem.code == "C461"
    return refused.value.problem.sentence


@needs_device
@pytest.mark.usefixtures("logged_out")
class TestInTheDevice:
    @pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA256(), hashes.SHA512()])
    def test_rsa_signs(self, digest: hashes.HashAlgorithm) -> None:
        ours = key("ours")
        assert isinstance(ours, RSAPrivateKey)
        public = certificate("ours").certificate.public_key()
        assert isinstance(public, RSAPublicKey)
        assert ours.public_key().public_numbers() == public.public_numbers()
        made = ours.sign(b"signed", padding.PKCS1v15(), digest)
        public.verify(made, b"signed", padding.PKCS1v15(), digest)
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        public.verify(ours.sign(b"signed", pss, digest), b"signed", pss, digest)

    def test_a_digest_that_was_made_before(self) -> None:
        ours = key("ours")
        assert isinstance(ours, RSAPrivateKey)
        made = hashes.Hash(hashes.SHA256())
        made.update(b"signed")
        signed = ours.sign(made.finalize(), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
        assert signed == ours.sign(b"signed", padding.PKCS1v15(), hashes.SHA256())

    @pytest.mark.parametrize("digest", [hashes.SHA256(), hashes.SHA512()])
    def test_an_elliptic_curve_signs(self, digest: hashes.HashAlgorithm) -> None:
        ours = key("ours-ec")
        assert isinstance(ours, ec.EllipticCurvePrivateKey)
        made = ours.sign(b"signed", ec.ECDSA(digest))
        ours.public_key().verify(made, b"signed", ec.ECDSA(digest))

    @pytest.mark.parametrize("transport", ["pkcs1", "oaep-sha-1"])
    def test_a_message_is_decrypted_with_it(self, transport) -> None:
        ours = OwnCredential(certificate("ours").certificate, "device", key=key("ours"))
        for cipher in ("aes-256-cbc", "aes-256-gcm"):
            made = encrypt(Extent.of(b"x"), [certificate("ours")], cipher, transport, BytesIO)
            assert whole(decrypt(made, [ours], BytesIO).content) == b"x"

    @pytest.mark.parametrize(
        ("name", "scheme"), [("ours", "pkcs1"), ("ours", "pss"), ("ours-ec", "ecdsa")]
    )
    def test_a_message_is_signed_with_it(self, name, scheme) -> None:
        ours = OwnCredential(certificate(name).certificate, "device", key=key(name))
        content = Extent.of(b"signed")
        made = read_signature(Extent.of(sign(content, ours, "sha-256", scheme, at=AT)))
        found = verify(made, digests_of(content, ["sha-256"]), [certificate(name)], AT)
        assert (found.signer, found.scheme) == (certificate(name), scheme)

    def test_a_wrong_padding_is_the_same_refusal_as_a_wrong_key(self) -> None:
        ours = OwnCredential(certificate("ours").certificate, "ours.pem", key=key("ours"))
        made = encrypt(Extent.of(b"x"), [certificate("ours")], "aes-256-gcm", "pkcs1", BytesIO)
        data = whole(made)
        start = data.index(b"\x04\x82\x01\x00") + 4
        for broken in (bytes(255) + b"\x02", b"\x01" * 256, b"\xff" * 256):
            changed = data[:start] + broken + data[start + 256 :]
            with pytest.raises(RefusedError) as refused:
                decrypt(Extent.of(changed), [ours], BytesIO)
            assert refused.value.problem.code == UNOPENED

    def test_a_lost_session_is_opened_again(self) -> None:
        ours = key("ours")
        ours._device._session.close()  # type: ignore[union-attr]
        assert ours.sign(b"x", padding.PKCS1v15(), hashes.SHA256())  # type: ignore[call-arg,arg-type]

    def test_however_a_device_calls_wrong_bytes_it_is_the_same(self) -> None:
        """What it cannot do at all is another thing: that is not the fault of the message."""
        import pkcs11  # noqa: PLC0415

        def failing(*failures: type[Exception]) -> Callable[[Any], bytes]:
            left = list(failures)

            def work(_: Any) -> bytes:
                raise left.pop(0)()

            return work

        device, where = key("ours")._device, read_uri(uri("ours"))  # type: ignore[union-attr]
        for kind in (pkcs11.EncryptedDataInvalid, pkcs11.GeneralError, pkcs11.FunctionFailed):
            with pytest.raises(ValueError, match="decryption failed"):
                device.decrypt(where, failing(kind))
        with pytest.raises(ValueError, match="decryption failed"):
            device.decrypt(where, failing(pkcs11.DeviceError, pkcs11.DeviceError))
        with pytest.raises(OSError, match="does not have this algorithm"):
            device.decrypt(where, failing(pkcs11.MechanismInvalid))
        with pytest.raises(OSError, match="DeviceRemoved"):
            device.decrypt(where, failing(pkcs11.DeviceRemoved, pkcs11.DeviceRemoved))
        assert key("ours")

    def test_by_id_and_by_both_names_of_a_token(self) -> None:
        text = f"pkcs11:id=%01;manufacturer=SoftHSM%20project?module-path={LIBRARY}"
        assert open_key(text, PIN, certificate("ours").certificate)

    def test_what_is_not_there(self) -> None:
        assert "no such private key" in reason(uri("nothing"))
        assert "no such token" in reason(uri("ours", token="nowhere"))
        assert "EC key, the device RSA" in reason(uri("ours"), name="ours-ec")
        for name, other in (("ours", "acme"), ("ours-ec", "acme-ec")):
            assert "not the key that the certificate" in reason(uri(name), name=other)
        assert "key of pkcs11:token=gateway-test;object=nothing cannot" in reason(uri("nothing"))

    def test_a_wrong_pin_is_tried_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert key("ours")
        assert "the PIN is wrong" in reason(uri("ours"), pin="1111")
        monkeypatch.setattr("gateway.channels.as2.certificates.device.Device._token", None)
        assert "the PIN is wrong" in reason(uri("ours"), pin="1111")
        monkeypatch.undo()
        assert "is the PIN given?" in reason(uri("ours"), pin=None)
        assert key("ours")

    def test_keys_do_not_come_out(self) -> None:
        for name in ("ours", "ours-ec"):
            with pytest.raises(Exception, match="not supported by keys in a device"):
                key(name).private_numbers()


def test_a_library_that_is_not_there() -> None:
    pytest.importorskip("pkcs11")
    assert "/nowhere/lib.so" in reason("pkcs11:object=ours?module-path=/nowhere/lib.so")


def test_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        __import__("sys").modules, "gateway.channels.as2.certificates.devicekeys", None
    )
    assert "edi-gateway[pkcs11]" in reason(uri("ours"))


# URIs


def test_a_uri_in_full() -> None:
    text = "PKCS11:token=The%20token;serial=0A;object=as2;id=%01%FF;type=private?module-path=/l.so"
    assert read_uri(text) == KeyUri("/l.so", "The token", "0A", label="as2", id=b"\x01\xff")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file:/x", "begins with pkcs11:"),
        ("pkcs11:object=a", "module-path"),
        ("pkcs11:token=t?module-path=/l.so", "which key"),
        ("pkcs11:object=a?module-path=/l.so&pin-value=1234", "secret"),
        ("pkcs11:object=a?module-path=/l.so&x=y", "x is not known"),
        ("pkcs11:object=a;slot-id=1?module-path=/l.so", "slot-id is not known"),
        ("pkcs11:object=a;object=b?module-path=/l.so", "twice"),
        ("pkcs11:object?module-path=/l.so", "without a value"),
        ("pkcs11:object=a;type=cert?module-path=/l.so", "private"),
        ("pkcs11:object=%ff?module-path=/l.so", "decode"),
    ],
)
def test_a_uri_that_is_wrong(text: str, said: str) -> None:
    found = reason(text)
    assert said in found and "1234" not in found

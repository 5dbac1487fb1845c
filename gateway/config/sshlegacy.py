"""Algorithms of SSH that are outdated: each has to be allowed by name (``legacy``).

Why each one went: SHA-1 (RFC 9142 §3.1.1, RFC 8332 §5.1), CBC (CVE-2008-5161 reads parts of a
session), MD5 and short tags (RFC 6151), DSA of 1024 bits (FIPS 186-5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Purpose = Literal["kex", "cipher", "mac", "host key"]
"""Exchange of keys, encryption, authentication of packets, keys of hosts and users."""

_NAMES: Mapping[Purpose, tuple[str, ...]] = {
    "kex": (
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group1-sha1",
    ),
    "cipher": ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc"),
    "mac": (
        "hmac-sha1-etm@openssh.com",
        "hmac-sha1",
        "hmac-sha1-96",
        "hmac-md5",
        "hmac-md5-96",
    ),
    "host key": ("ssh-rsa", "ssh-dss"),
}

LEGACY: Mapping[str, Purpose] = {
    name: purpose for purpose, names in _NAMES.items() for name in names
}
"""What each is for, by its name in RFC 4250 §4.11; of a kind, the better ones first."""

"""Problems of the settings of AS2 and of its certificates and keys (codes C450-C479)."""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_row = partial(row, Layer.CONFIG)

_SETTINGS = (
    _row(
        "C450",
        "Two channels have the same pair of AS2 ids",
        "{our_id} and {their_id} are already the AS2 ids of {other} in {other_file} line "
        "{other_line}",
        why="A message names its sender and its receiver by their AS2 ids and nothing else. When "
        "two channels have the same pair, nobody can tell whose message it is.",
        remedy="correct the id, or give one of the two another our_id",
    ),
    _row(
        "C451",
        "A file that AS2 needs cannot be read",
        "{setting}: {value} cannot be read: {reason}",
        why="Without the certificate nothing can be verified, and nothing can be encrypted.",
        remedy="put the file there ({tried}), or name one that exists{hint}",
    ),
    _row(
        "C452",
        "We have no AS2 identity",
        "channel {channel} of {partner} is AS2, but _own.yaml has no {needed}",
        why="Every message names both sides, and what comes is decrypted with a key of ours.",
        remedy="add {needed} to {file}; docs/howto/as2-partner.md shows how",
    ),
    _row(
        "C453",
        "An agreement sends by a channel that only receives",
        "channel {channel} has no url, but {document} {direction} needs one to send to",
        why="An outbound agreement sends; an inbound one with an acknowledgement sends that.",
        remedy="add url to channels.{channel}.as2, or take another channel",
    ),
    _row(
        "C454",
        "Asynchronous receipts have nowhere to go",
        "{partner} is asked for asynchronous receipts, but _own.yaml has no as2.url",
        why="The partner sends an asynchronous receipt to the address that the message names.",
        remedy="add as2.url to {file}: the address under which partners reach this gateway",
    ),
    _row(
        "C455",
        "Messages travel without TLS",
        "{setting}: {value} is not https",
        why="Encrypted messages stay secret without TLS, but who talks to whom, the headers and "
        "unencrypted receipts do not; and anybody on the way can drop or delay them.",
        remedy="ask for an https address; keep http only in networks that you trust",
        severity=Severity.WARNING,
    ),
    _row(
        "C456",
        "A setting weakens what is demanded of a partner",
        "{setting}: {value} {effect}. {because}",
        why="The defaults protect against forged, read and lost messages; this value gives a part "
        "of that up. It may come from the preset of the partner's product.",
        remedy="ask {partner} to mend it, and take the setting out then",
        severity=Severity.WARNING,
    ),
    _row(
        "C457",
        "A message that is sent again may be taken for another one",
        "{setting}: new gives a message another Message-ID each time it is sent",
        why="When a receipt is lost, the same message is sent again. By its Message-ID the "
        "partner knows that he has it already. With another id he may book the order twice.",
        remedy="use same, unless {partner} proves to refuse it",
        severity=Severity.WARNING,
    ),
    _row(
        "C458",
        "Nothing protects what is sent",
        "{partner} is sent messages that are neither signed nor encrypted",
        why="Anybody on the way can read and change them, and no receipt proves anything.",
        remedy="set send.sign and send.encrypt, or leave both out: the defaults protect",
        severity=Severity.WARNING,
    ),
    _row(
        "C459",
        "Everything that an authority issued would be taken for the partner",
        "trust.authorities of {partner} is given, but no trust.subjects",
        why="An authority issues certificates to many. Without the names that are meant, each of "
        "its customers could sign in the name of {partner}.",
        remedy="add trust.subjects: the common name, the e-mail address or the whole subject of "
        "the certificates of {partner}",
    ),
    _row(
        "C476",
        "A key of ours is for a partner who is not there",
        "partners: there is no partner {value}",
        why="The key would be used towards nobody, without a word.",
        remedy="the name of a folder of a partner: {known}{hint}",
    ),
    _row(
        "C478",
        "The partner's product does not do what is set",
        "{setting}: {value} is not for {product}, which {does}",
        why="This was tried with the product itself. Where it answers a message that it could not "
        "open with a positive receipt, nobody notices that the document is lost.",
        remedy="leave {setting} out, or take preset out if {partner} has another product",
        severity=Severity.WARNING,
    ),
)

_CERTIFICATES = (
    _row(
        "C460",
        "A file holds no certificate that can be used",
        "{name}: {reason}",
        why="Certificates are read as PEM (several in one file), DER, PKCS#7 or PKCS#12.",
        remedy="ask for the certificate once more; openssl x509 -in FILE -noout -text shows it",
    ),
    _row(
        "C461",
        "A private key of ours cannot be used",
        "the key of {name} cannot be used: {reason}",
        why="With this key we sign, and decrypt what comes.",
        remedy="check the file, its password and its rights in as2.keys of _own.yaml",
    ),
    _row(
        "C462",
        "Key and certificate do not belong together",
        "the key of {name} is not the one of the certificate {certificate}",
        why="A partner verifies with the certificate. What another key signed is refused by him, "
        "and what he encrypts cannot be opened.",
        remedy="give the certificate that was issued for this key",
    ),
    _row(
        "C463",
        "A certificate has expired",
        "{name} of {owner} expired on {day}",
        why="What is signed with it is refused, unless accept_expired_until allows it.",
        remedy="get the new certificate, and add it to the list beside the old one",
        severity=Severity.WARNING,
    ),
    _row(
        "C464",
        "No certificate of a partner counts for signatures",
        "no certificate of {partner} (channel {channel}) counts for signatures: {reasons}",
        why="Signed messages and receipts cannot be verified, so they are refused.",
        remedy="add the partner's certificate in force to certificates",
    ),
    _row(
        "C465",
        "There is no certificate to encrypt to",
        "no certificate of {partner} (channel {channel}) can be encrypted to: {reasons}",
        why="Only what is encrypted for his certificate can be opened by the partner.",
        remedy="add the partner's certificate in force to certificates, or correct its dates",
    ),
    _row(
        "C466",
        "There is no key of ours to sign with",
        "nothing can be signed for {partner} (channel {channel}): {reasons}",
        why="Messages and receipts are signed with a key of ours that is in force.",
        remedy="add a key to as2.keys of _own.yaml; gateway partner certs new makes one",
    ),
    _row(
        "C467",
        "There is no key of ours to decrypt with",
        "nothing of {partner} (channel {channel}) can be decrypted: {reasons}",
        why="What partners encrypt for a certificate is opened with its key.",
        remedy="add a key to as2.keys of _own.yaml; gateway partner certs new makes one",
    ),
    _row(
        "C468",
        "A key is too short",
        "{name} of {owner} has an {kind} key of {bits} bits; {least} are the least that is safe",
        why="Shorter keys can be broken with the means of today, or soon.",
        remedy="ask for a certificate with RSA of at least 2048 bits (3072 last longer) or, for "
        "signatures only, with a curve of at least 256 bits",
        severity=Severity.WARNING,
    ),
    _row(
        "C469",
        "A certificate has a key that AS2 cannot use",
        "{name} has a key of the kind {kind}",
        why="Messages are signed with RSA or EC keys, and encrypted to RSA keys.",
        remedy="ask for a certificate with an RSA key",
    ),
    _row(
        "C470",
        "A certificate was not issued for what it is used for",
        "{name} of {owner} is used to {use}, but its key usage is {usage}",
        why="Other products refuse a certificate for a use that it does not name.",
        remedy="ask for a certificate with the key usages digitalSignature and keyEncipherment",
        severity=Severity.WARNING,
    ),
    _row(
        "C471",
        "A certificate is not vouched for",
        "the certificate {subject} is not accepted: {reason}",
        why="Only what an authority issued that the settings name, to a subject that they name, "
        "counts as the partner's.",
        remedy="compare the certificate with trust in the partner's settings, or add it to "
        "certificates after its fingerprint was compared by telephone",
    ),
    _row(
        "C472",
        "A certificate was revoked",
        "the certificate {subject} was revoked on {day}",
        why="Its authority says that the key may be in other hands.",
        remedy="ask the partner for the new certificate; accept nothing signed with this one",
    ),
    _row(
        "C473",
        "A list of revoked certificates cannot be relied on",
        "{name}: {reason}",
        why="Without a list that is current, a revoked certificate would be accepted.",
        remedy="fetch the current list of the authority and put it there",
        severity=Severity.WARNING,
    ),
    _row(
        "C474",
        "A key of ours was not made yet",
        "{what} is not there yet, and {partner} (paused) will need it: {missing}",
        why="Nothing is exchanged with a partner who is paused. Before that is changed the key has "
        "to be there, and its other half has to be sent to him.",
        remedy="{command}",
        severity=Severity.WARNING,
    ),
    _row(
        "C475",
        "OpenSSL does not hide wrong paddings",
        "the OpenSSL that decrypts here ({version}) has no implicit rejection for RSA",
        why="Without it the time that a decryption takes may tell a patient attacker something "
        "about a message that he recorded. The gateway itself answers the same in any case.",
        remedy="install the package cryptography from its wheels, or OpenSSL 3.2 or later; with "
        "partners who can, set send.key_transport and theirs to oaep-sha-256",
        severity=Severity.WARNING,
    ),
    _row(
        "C477",
        "A certificate of ours stands among those of a partner",
        "{name} of {owner} is a certificate of ours ({ours})",
        why="Nothing that {owner} signs can be verified with it, and nothing that is encrypted for "
        "it can be opened by {owner}. Somebody saved the wrong file.",
        remedy="put the certificate there that {owner} sent, and compare its fingerprint: gateway "
        "partner certs sheet {owner}",
        severity=Severity.WARNING,
    ),
)

CODES: tuple[Code, ...] = (*_SETTINGS, *_CERTIFICATES)

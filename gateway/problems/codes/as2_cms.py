"""Problems of the channel layer with what AS2 signs, encrypts and compresses (T200-T219).

T20x are those of the structure and of signatures, T21x of encryption and compression.
"""

from __future__ import annotations

from functools import partial

from gateway.problems.codes.row import Code, Layer, Severity, row

_row = partial(row, Layer.CHANNEL)

_SIGNED = (
    _row(
        "T200",
        "Security structure not readable",
        "expected {expected}, found {found}",
        why="Signatures and encrypted data are CMS structures (RFC 5652), written in ASN.1. From "
        "this byte on nobody can say what follows.",
        remedy="save the message and look at it with `gateway as2 explain`; if its body came "
        "through a gateway that changes text (line ends, base64), switch that off, otherwise the "
        "software of the sender wrote it wrong",
    ),
    _row(
        "T201",
        "Security structure cut off",
        "{what} needs {need} bytes, {left} are there",
        why="The end is missing, or a length in it is wrong.",
        remedy="let the partner send it again; if it happens again with the same message, his "
        "software or a proxy in between cuts it",
    ),
    _row(
        "T202",
        "Security structure beyond the limits",
        "more than {most} {what}",
        why="No product builds such a structure; the limits protect the gateway from messages made "
        "to exhaust it.",
        remedy="ask the partner what built this message",
    ),
    _row(
        "T203",
        "Short key",
        "the key of {certificate} has {bits} bits; 2048 or more are right today",
        why="RSA keys below 2048 bits are no longer considered safe.",
        remedy="ask the partner for a new certificate with at least 2048 bits",
        severity=Severity.WARNING,
    ),
    _row(
        "T204",
        "Algorithm refused",
        "{what} {found} is not accepted; {expected}",
        why="The algorithm is broken, unknown here, or does not belong to the key of the "
        "certificate.",
        remedy="ask the partner to use {expected}",
    ),
    _row(
        "T205",
        "Certificate not valid at that time",
        "{certificate} {found}; it is {at}",
        why="A certificate counts between two dates, its own and those of the settings.",
        remedy="ask the partner for his new certificate and add it to his settings; until then "
        "`accept_expired_until` lets the old one pass with a warning",
    ),
    _row(
        "T206",
        "Signed by none of the configured certificates",
        "signed by {signers}; configured are {configured}",
        why="Only the certificates that were agreed with the partner prove that he sent this. A "
        "certificate that comes with the message proves nothing.",
        remedy="ask the partner which certificate he signs with since when, compare its "
        "fingerprint by another way than this message, and add it to his settings",
    ),
    _row(
        "T207",
        "Content is not what was signed",
        "its {digest} is {found}, signed was {expected}",
        why="Something was changed after the signature was made: mostly line ends, a blank or an "
        "encoding, by a mail or web gateway in between.",
        remedy="compare with `gateway as2 explain`, which tries the usual changes; let the partner "
        "send the message as binary, without anything in between that rewrites it",
    ),
    _row(
        "T208",
        "Signature wrong",
        "the signature of {signer} ({scheme}, {digest}) was not made with the key of "
        "{certificate} over this",
        why="The certificate is the configured one, but its key did not make this signature, or "
        "what it signs was changed.",
        remedy="if other messages of the partner pass, ask him to send this one again; if none "
        "does, his key and his certificate do not belong together",
    ),
    _row(
        "T209",
        "Signed attributes wrong",
        "in the signature of {signer}, {attribute} {found}; expected {expected}",
        why="If a signature has attributes, content type and digest have to be among them, once "
        "each: otherwise the signature would not cover the content (RFC 5652 §5.3, §11).",
        remedy="the software of the partner writes the signature wrong: show him this sentence",
    ),
)

_ENVELOPED = (
    _row(
        "T210",
        "Encrypted for somebody else",
        "encrypted for {recipients}; we have the keys of {ours}",
        why="The partner encrypts with a certificate whose private key is not here: an old one of "
        "ours, or one of another company.",
        remedy="send the partner our current certificate and ask him to encrypt with it; if the "
        "certificate named first was ours, put it and its key back into the settings as long as "
        "he uses it",
    ),
    _row(
        "T211",
        "Structure inside of a structure without MIME",
        "the content inside is {found}; expected data, which is a MIME part",
        why="AS2 puts a MIME part into every layer (RFC 4130, RFC 5402). A bare structure has no "
        "headers that would say what it is.",
        remedy="the software of the partner has to wrap each layer as application/pkcs7-mime",
    ),
    _row(
        "T212",
        "Cipher refused",
        "encrypted with {found} in {where}; accepted are AES with 128, 192 or 256 bits: CBC in "
        "EnvelopedData, GCM in AuthEnvelopedData",
        why="RC2, RC4 and DES can be broken; other ciphers are used by nobody in AS2.",
        remedy="ask the partner to encrypt with aes-256-cbc, or with aes-256-gcm if his software "
        "can",
    ),
    _row(
        "T213",
        "Encryption of the key refused",
        "the key of the message is encrypted with {found}; accepted are RSA PKCS#1 v1.5 and "
        "RSA-OAEP with SHA-1, SHA-256, SHA-384 or SHA-512",
        why="Elliptic curves can sign here, but not encrypt: AS2 products agree on RSA for that.",
        remedy="give the partner an RSA certificate of ours for encryption, and ask him to use "
        "PKCS#1 v1.5 or OAEP",
    ),
    _row(
        "T214",
        "Cannot be decrypted",
        "encrypted for {recipient}, whose key does not open it",
        why="The key of the message, its padding or its tag is wrong: it was changed on the way, "
        "or encrypted wrongly. Which of them is told to nobody: that would help an attacker to "
        "decrypt messages step by step.",
        remedy="ask the partner to send it again; if none of his messages opens, compare the "
        "certificate he encrypts with by its fingerprint",
    ),
    _row(
        "T215",
        "3DES was not agreed",
        "encrypted with 3des; agreed are the ciphers of AES",
        why="3DES is no longer considered safe (64-bit blocks). It is taken only from partners "
        "whose settings allow it.",
        remedy="ask the partner to encrypt with aes-256-cbc; as long as he cannot, set "
        "receive.triple_des: true",
    ),
    _row(
        "T216",
        "Compressed content damaged",
        "the compressed content is damaged: {reason}",
        why="Its checksum or its form is wrong, so not all of it is what the sender compressed.",
        remedy="ask the partner to send it again; if it happens again, his compression is wrong: "
        "let him switch it off",
    ),
    _row(
        "T217",
        "Compressed content too large",
        "{size} compressed bytes become more than {most}; allowed are {limit} bytes and {ratio} "
        "for each compressed byte",
        why="A few bytes can become any size: an attack that fills disks. Business documents "
        "shrink to a tenth, hardly ever to a hundredth.",
        remedy="if the partner really sends this, raise the limits in his settings",
    ),
    _row(
        "T218",
        "Compression unknown",
        "compressed with {found}; expected zlib",
        why="CMS knows only zlib (RFC 3274).",
        remedy="the software of the partner has to compress with zlib, or not at all",
    ),
    _row(
        "T219",
        "Cannot encrypt for this certificate",
        "{name} has {found}; {transport} needs an RSA key that is long enough",
        why="The key of a message is encrypted with RSA. Keys of elliptic curves only sign; an RSA "
        "key that is too short has no room for OAEP.",
        remedy="ask the partner for an RSA certificate with at least 2048 bits for encryption",
    ),
)

CODES: tuple[Code, ...] = _SIGNED + _ENVELOPED

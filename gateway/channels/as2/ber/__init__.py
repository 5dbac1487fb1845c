"""ASN.1 in BER and DER, as far as CMS needs it: a strict reader over an extent, a writer of DER.

The reader takes what peers send: definite and indefinite lengths, strings in pieces, lengths with
leading zeros. It believes no length before it has compared it with what is there.
"""

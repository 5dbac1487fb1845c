"""Receiving by AS2: from the headers of a request to the receipt in its answer.

The order is law (RFC 4130 §5.5, and because a receipt is a promise): headers and limits
(:mod:`.entrance`), the body into a spool (:mod:`.spool`) and the archive, a look for a repeat
(:mod:`.repeats`), opening, payloads into the archive, one transaction (:mod:`.accept`), the answer
(:mod:`.answer`). Whatever kills the process in between, the partner's repeat finds either nothing,
and is new, or everything, and gets the same receipt.
"""

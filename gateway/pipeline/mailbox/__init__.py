"""Mailboxes on our SFTP server: what the server (:mod:`gateway.channels.sftp.server`) asks for.

:mod:`.mailboxes` is the door, :mod:`.box` one session in a mailbox. :mod:`.uploads` and
:mod:`.taking` bring a partner's file in, :mod:`.outbox`, :mod:`.downloads` and :mod:`.fetching`
bring ours to him. :mod:`.upkeep` removes what nobody finishes.
"""

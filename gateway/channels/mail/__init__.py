"""E-mail: attachments that are taken from a mailbox (IMAP), and files that leave as such (SMTP).

``mime`` cuts a mail into parts and ``attachments`` says which of them are files; ``sender`` says
who sent it and who vouches for that: all pure. ``server`` and ``imap`` talk to a mailbox,
``directory`` shows it as a folder with files (:class:`gateway.channels.remote.RemoteDir`);
``smtp`` talks to a server that sends, ``letter`` writes the mail.
"""

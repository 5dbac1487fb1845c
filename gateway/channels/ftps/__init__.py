"""FTP over TLS (RFC 959, 2228, 4217), as a client: a partner's server as a folder of ours.

:func:`~gateway.channels.ftps.connect.connect` logs in and gives a
:class:`~gateway.channels.remote.directory.RemoteDir`. The protocol is spoken by ``ftplib`` of the
standard library (:mod:`.session`), in one thread for each connection; nothing goes in clear text.
"""

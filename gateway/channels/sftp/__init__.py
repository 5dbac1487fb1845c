"""SFTP (draft-ietf-secsh-filexfer-02, version 3): the client side; :mod:`.server` is ours."""

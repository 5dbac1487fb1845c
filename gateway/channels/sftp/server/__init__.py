"""Our SFTP server: a mailbox for each partner, and nothing of the machine behind it."""

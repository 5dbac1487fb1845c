"""Files in the mailboxes of our SFTP server, and what was done there."""

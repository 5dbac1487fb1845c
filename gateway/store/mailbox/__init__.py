"""What lies in the mailboxes of partners on our SFTP server, and what they did there."""

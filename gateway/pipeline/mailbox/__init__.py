"""Our SFTP server at work: what partners put and fetch, durable before it is answered."""

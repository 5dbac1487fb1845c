"""What was taken from partners' servers: the memory that keeps a file from being taken twice."""

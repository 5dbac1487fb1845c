"""What partners posted to us under a key, and what they were answered."""

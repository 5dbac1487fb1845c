"""StAEDI (Java) as a peer: our grammar in its schema language, and a program that times it."""

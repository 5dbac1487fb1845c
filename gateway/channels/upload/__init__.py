"""Files by HTTPS, one per request: what a request says (:mod:`.request`). Pure."""

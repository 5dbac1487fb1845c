"""Files by HTTPS, without envelope or receipt: posted to us (``receive``), by us (``send``)."""

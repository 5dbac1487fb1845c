"""Who is called at a partner's (``contacts``)."""

from __future__ import annotations

from pydantic import Field

from gateway.config.closed import Closed, Text
from gateway.config.values import MailAddress


class Contact(Closed):
    """A person or a desk at the partner's."""

    name: Text | None = Field(default=None, description="name of the person or the desk")
    email: MailAddress | None = Field(default=None, description="address of e-mails")
    phone: Text | None = Field(default=None, description="telephone number")


def contact_line(key: str, contact: Contact) -> str:
    """``edi: EDI desk, edi@acme-retail.example, +49 40 000000``."""
    known = (contact.name, contact.email, contact.phone)
    return f"{key}: {', '.join(each for each in known if each)}".rstrip(": ")

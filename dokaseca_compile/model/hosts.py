"""Domains and addresses of people, which are no hosts where they end in a number."""

from __future__ import annotations

from dokaseca_compile.core.urls import ends_in_number
from dokaseca_compile.model.grammar import refusal


def dns_name(text: str) -> str:
    """Refuse a domain that ends in a number, which is an address or none. Raises ``PydanticCustomError``.

    No top-level domain is a number (RFC 3696, section 2), and URL parsers read such a host as an IPv4 address
    (url.spec.whatwg.org, "ends in a number").
    """
    if ends_in_number(text):
        said = ": the last label of a domain is not a number"
        raise refusal("invalid-domain", said, "write a DNS name; an address is not a domain")
    return text


def email_address(text: str) -> str:
    """Refuse an address whose domain ends in a number."""
    if ends_in_number(text.partition("@")[2]):
        said = ": the last label of a domain is not a number"
        raise refusal("invalid-value", said, "write `name@domain`")
    return text

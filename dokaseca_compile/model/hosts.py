"""Domains and e-mail addresses whose last label must not be a number."""

from __future__ import annotations

from dokaseca_compile.core.urls import ends_in_number
from dokaseca_compile.model.grammar import require

_NUMERIC = ": the last label of a domain is not a number"


def dns_name(text: str) -> str:
    """Refuse a domain whose last label is a number. Raises ``PydanticCustomError``.

    No top-level domain is a number (RFC 3696, section 2), and URL parsers read such a host as an
    IPv4 address (url.spec.whatwg.org, "ends in a number").
    """
    advice = "write a DNS name; an address is not a domain"
    require(not ends_in_number(text), "invalid-domain", _NUMERIC, advice)
    return text


def email_address(text: str) -> str:
    """Refuse an address whose domain ends in a number."""
    domain = text.partition("@")[2]
    require(not ends_in_number(domain), "invalid-value", _NUMERIC, "write `name@domain`")
    return text

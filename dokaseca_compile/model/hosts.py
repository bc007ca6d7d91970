"""Hosts: DNS names and addresses, told apart as URL parsers tell them apart."""

from __future__ import annotations

import re
from contextlib import suppress

from dokaseca_compile.model.grammar import refusal

_DNS_PART = r"[A-Za-z0-9](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_DNS_NAME = re.compile(rf"{_DNS_PART}(?:\.{_DNS_PART})*")
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
# The last label of a name is never a number; to some readers `127.1` and `0x7f.1` are addresses.
_NUMBER_AT_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)")


def good_host(host: str) -> bool:
    """Tell whether a host is a DNS name, an IPv4 address, or an IPv6 address in brackets."""
    if host.startswith("["):
        from ipaddress import IPv6Address  # noqa: PLC0415 - seldom needed

        with suppress(ValueError):
            return bool(IPv6Address(host[1:-1]))
        return False
    if _NUMBER_AT_END.fullmatch(host):
        return bool(_IPV4.fullmatch(host))
    return len(host) <= 253 and bool(_DNS_NAME.fullmatch(host))


def dns_name(text: str) -> str:
    """Refuse a domain that ends in a number, which is an address or none. Raises ``PydanticCustomError``.

    No top-level domain is a number (RFC 3696, section 2), and URL parsers read such a host as an IPv4 address
    (url.spec.whatwg.org, "ends in a number").
    """
    if _NUMBER_AT_END.fullmatch(text):
        said = ": the last label of a domain is not a number"
        raise refusal("invalid-domain", said, "write a DNS name; an address is not a domain")
    return text


def registry_host(slug: str, text: str) -> str:
    """Refuse an image or a registry whose host ends in a number and is no IPv4 address, as ``256.1.1.1/shop``."""
    host = text.partition("/")[0].partition(":")[0]
    if _NUMBER_AT_END.fullmatch(host) and not _IPV4.fullmatch(host):
        said = f": `{host}` is neither a DNS name nor an IPv4 address"
        raise refusal(slug, said, "write a host whose last label is not a number")
    return text


def email_address(text: str) -> str:
    """Refuse an address whose domain ends in a number."""
    if _NUMBER_AT_END.fullmatch(text.partition("@")[2]):
        said = ": the last label of a domain is not a number"
        raise refusal("invalid-value", said, "write `name@domain`")
    return text

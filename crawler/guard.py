"""Where the crawler never goes: anything but http and https, and any address that is not the public internet's.

A URL is judged as it stands, before a name is resolved; an address is judged when a name was resolved, before it is
connected to, and again when the connection stands. What may be reached all the same is named by `allow_networks`, for
each host.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import idna

from archive.errors import ConfigError, NewsmorgueError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Networks = tuple[Network, ...]

ANY_HOST = "*"

# IANA's registries of special-purpose addresses, RFC 6890 and later. The first that fits names the kind.
_REFUSED: tuple[tuple[str, str], ...] = (
    ("loopback", "127.0.0.0/8 ::1/128"),
    ("private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"),
    ("link-local", "169.254.0.0/16 fe80::/10"),
    ("unspecified", "0.0.0.0/8 ::/128"),
    ("shared (carrier-grade NAT)", "100.64.0.0/10"),
    ("multicast", "224.0.0.0/4 ff00::/8"),
    ("benchmarking", "198.18.0.0/15 2001:2::/48"),
    ("documentation", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"),
    ("IPv4 in IPv6 (mapped)", "::ffff:0:0/96 ::ffff:0:0:0/96"),
    ("IPv4 in IPv6 (NAT64)", "64:ff9b::/96 64:ff9b:1::/48"),
    ("IPv4 in IPv6 (6to4)", "2002::/16 192.88.99.0/24"),
    ("IPv4 in IPv6 (Teredo)", "2001::/32"),
    ("reserved", "192.0.0.0/24 240.0.0.0/4 2001::/23"),
)
_REFUSED_NETWORKS = tuple((kind, ip_network(network)) for kind, networks in _REFUSED for network in networks.split())
_PUBLIC_V6 = IPv6Network("2000::/3")  # all that IANA has given out of IPv6 for use on the internet

# Names that mean this machine or this network: RFC 6761, RFC 6762, RFC 8375, ICANN's reservation of .internal.
_LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa", "onion")
_PART_OF_ADDRESS = re.compile(r"0x[0-9a-f]*|[0-9]+")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")  # what the DNS can be asked for
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # IDNA's other full stops


class AddressRefused(NewsmorgueError):
    """A URL or address the crawler does not touch. `kind` is "scheme", "userinfo", "host", "name" or "address"."""

    reason: ClassVar[str] = "address_refused"

    def __init__(self, message: str, kind: str = "address") -> None:
        super().__init__(message)
        self.kind = kind


class Guard:
    """Judges URLs and addresses. `allow_networks` gives, by host (or "*"), the networks that host may be in besides."""

    def __init__(self, allow_networks: Mapping[str, Iterable[str | Network]] | None = None) -> None:
        """Raises ConfigError for what is no network."""
        self._allowed = {_plain_host(host): _networks(host, named) for host, named in (allow_networks or {}).items()}

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Guard":
        """The guard that MORGUE_ALLOW_NETWORKS (a mapping of host to networks, or that in JSON) describes."""
        value = settings.get("MORGUE_ALLOW_NETWORKS") or {}
        return cls(json.loads(value) if isinstance(value, str) else value)

    def check_url(self, url: str) -> None:
        """Raises AddressRefused unless the URL may be asked for, as far as it says itself: names are not resolved.

        A URL with a user name or a password in it is refused, not stripped.
        """
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise AddressRefused(f"{url!r} is refused: {error}", "host") from error
        if parts.scheme not in ("http", "https"):
            raise AddressRefused(f"{url!r} is refused: only http and https are fetched", "scheme")
        if "@" in parts.netloc:
            raise AddressRefused(
                f"{_without_userinfo(url)!r} is refused: it carries a user name or password", "userinfo"
            )
        self.check_host(host or "")

    def check_host(self, host: str) -> None:
        """Raises AddressRefused for no host, a host that is an address in any spelling, and names of local things."""
        name = _plain_host(host)
        if (address := read_address(name)) is not None:
            self.check_address(address, name)
        elif not _NAME.fullmatch(name) or len(name) > 253:
            raise AddressRefused(f"{host!r} is refused: it is not a host name", "host")
        elif _PART_OF_ADDRESS.fullmatch(name.rpartition(".")[2]):
            raise AddressRefused(f"{host!r} is refused: it is neither a name nor an address", "host")
        elif _is_local_name(name) and not self._networks_of(name):
            raise AddressRefused(f"{host!r} is refused: it names a local machine ({_setting(name)})", "name")

    def check_address(self, address: str | Address, host: str | None = None) -> None:
        """Raises AddressRefused unless the address is public, or in a network allowed for this host."""
        try:
            ip = ip_address(address)
        except ValueError as error:
            raise AddressRefused(f"{address!r} is refused: it is not an address", "host") from error
        if (kind := refused_kind(ip)) is None or self._is_allowed(ip, host):
            return
        name = f"{host} ({ip})" if host and host != str(ip) else str(ip)
        raise AddressRefused(f"{name} is refused: the address is {kind} ({_setting(host or str(ip))})")

    def _networks_of(self, host: str | None) -> Networks:
        return self._allowed.get(_plain_host(host or ""), ()) + self._allowed.get(ANY_HOST, ())

    def _is_allowed(self, ip: Address, host: str | None) -> bool:
        networks = self._networks_of(host)
        inner = wrapped_address(ip)
        if inner is None:
            return any(ip in network for network in networks)
        within = any(inner in network for network in networks)
        if isinstance(ip, IPv6Address) and ip.ipv4_mapped:  # another spelling, not another way
            return within
        return any(ip in network for network in networks) and (within or refused_kind(inner) is None)


@lru_cache(maxsize=4096)
def refused_kind(ip: Address) -> str | None:
    """Why an address is not the public internet's; None if it is."""
    if isinstance(ip, IPv6Address) and ip.scope_id is not None:
        return "scoped"
    for kind, network in _REFUSED_NETWORKS:
        if ip in network:
            return kind
    return "reserved" if isinstance(ip, IPv6Address) and ip not in _PUBLIC_V6 else None


def wrapped_address(ip: Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, translated, NAT64 (RFC 6052), 6to4, or Teredo's client."""
    if not isinstance(ip, IPv6Address):
        return None
    if ip in IPv6Network("64:ff9b::/96") or ip in IPv6Network("::ffff:0:0:0/96"):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


@lru_cache(maxsize=4096)
def read_address(host: str) -> Address | None:
    """The address that a host means, in any spelling that a resolver takes: 0x7f.1, 0177.0.0.1, 2130706433; or None."""
    name = _plain_host(host)
    if ":" in name:
        try:
            return IPv6Address(name)
        except ValueError:
            return None
    numbers = [_number(part) for part in name.split(".")]
    *heads, last = numbers
    if len(numbers) > 4 or last is None or last >= 256 ** (5 - len(numbers)):
        return None
    value = last
    for position, number in enumerate(heads):
        if number is None or number > 255:
            return None
        value += number << (24 - 8 * position)
    return IPv4Address(value)


def _number(part: str) -> int | None:
    """One part of an address as inet_aton reads it: decimal, octal with a leading 0, hexadecimal with 0x."""
    if len(part) > 40 or not _PART_OF_ADDRESS.fullmatch(part):
        return None
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    octal = part.startswith("0") and not set(part) & set("89")
    return int(part, 8) if octal else int(part)


@lru_cache(maxsize=4096)
def _plain_host(host: str) -> str:
    """A host as it will be looked up: percent-decoded, IDNA's mapping done, lower case, no brackets, no last dot."""
    name = _DOTS.sub(".", unquote(host)).strip("[]")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError:
            return name
    return name.lower().rstrip(".")


def _is_local_name(name: str) -> bool:
    return any(name == local or name.endswith("." + local) for local in _LOCAL_NAMES)


def _networks(host: str, named: Iterable[str | Network]) -> Networks:
    if isinstance(named, str):
        raise ConfigError(f"allow_networks for {host!r} is not a list of networks: {named!r}")
    try:
        return tuple(ip_network(network) for network in named)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"allow_networks for {host!r}: {error}") from error


def _setting(host: str) -> str:
    return f"if this is meant, name its network in allow_networks of the source with {host}"


def _without_userinfo(url: str) -> str:
    scheme, _, rest = url.partition("//")
    netloc, slash, path = rest.partition("/")
    return f"{scheme}//{netloc.rpartition('@')[2]}{slash}{path}"

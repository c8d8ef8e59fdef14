"""API settings."""

from ipaddress import ip_address

from pydantic import Field, SecretStr

from libs.runtime.settings import DatabaseSettings

MEBIBYTE = 1024 * 1024


class ApiSettings(DatabaseSettings):
    """Where the API listens, and what it lets in."""

    host: str = "127.0.0.1"
    port: int = Field(default=8321, ge=0, le=65535)
    allow_remote: bool = False
    """Listen on another address than loopback although nobody has to log in yet."""
    allowed_hosts: str = ""
    """Comma separated ``host:port`` whose plain HTTP links and pictures are shown, for the simulator."""
    owner_id: str = "local"
    """Whose watches these are until there are accounts."""
    base_currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    body_limit_bytes: int = Field(default=8 * MEBIBYTE, gt=0)
    ebay_deletion_url: str = ""
    """Where eBay sends word of closed accounts, exactly as it is entered there; empty answers 404."""
    ebay_verification_token: SecretStr = SecretStr("")
    """32 to 80 letters, digits, _ and -, as entered beside that address."""
    publish_every_s: float = Field(default=2.0, gt=0)
    """How often watches are looked for whose change could not be published at once."""

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def shown_hosts(self) -> frozenset[str]:
        return frozenset(filter(None, (each.strip() for each in self.allowed_hosts.split(","))))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address: 127.0.0.0/8, ::1 or ``localhost``."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"

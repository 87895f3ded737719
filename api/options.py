"""What the bureau sets for its service goes in, frozen Options come out; read at the door that starts the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

# What of an identity provider may name a login, and the scope that asks for it.
CLAIMS = {"email": "openid email", "sub": "openid", "preferred_username": "openid profile"}


@dataclass(frozen=True, slots=True)
class Oidc:
    """The identity provider at which people may sign in: its issuer, and what it knows this service by.

    claim: what of someone is their login here, of CLAIMS. An e-mail address counts only when the provider verified it;
    `preferred_username` only where people cannot choose it themselves (OpenID Connect Core, 5.7).
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str = "email"

    @property
    def scope(self) -> str:
        """What to ask of the provider: no more than the login."""
        return CLAIMS[self.claim]


@dataclass(frozen=True, slots=True)
class Options:
    """theme: a municipality's own CSS file, laid over ours. metrics: the token that may read /metrics, "" for nobody.

    demo: the four demo accounts may sign in. address: the address at which people reach the service, for links in mail
    and the description of the API. bureau: who is responsible for the data. contact: an e-mail address for questions
    about access, privacy and what is unsafe. profiles: how many different profiles of people someone may read in an
    hour before it slows down (`reading`); 0 for any number. oidc: where people may sign in too, None for here alone.
    proxies: how many proxies of our own stand before the service, whose X-Forwarded-... headers are then believed.
    """

    theme: Path | None = None
    metrics: str = ""
    demo: bool = False
    address: str = "http://localhost:8000"
    proxies: int = 0
    bureau: str = ""
    contact: str = ""
    profiles: int = 300
    oidc: Oidc | None = None

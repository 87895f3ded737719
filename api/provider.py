"""An identity provider and what a browser brought back from it go in, what the provider says of a person comes out.

    token in a cookie -> state, nonce, verifier -> address at the provider -> code -> id_token -> claims, checked

OpenID Connect by Authlib: authorization code with PKCE (S256). All calls go to the host of the issuer, nowhere else.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from api.options import Oidc

# How long someone has to sign in over there.
LIFE = timedelta(minutes=10)
# Signed with a private key: by `none` anyone could, by HS256 whoever has the secret or takes the public key for it.
_ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
_SECONDS, _LEEWAY, _AT_ONCE = 5, 30, 4
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_DISCOVERY = "/.well-known/openid-configuration"
_FRESH = timedelta(minutes=10)


class ProviderDownError(Exception):
    """The provider gave no answer, or none that makes sense."""


class ProviderRefusedError(Exception):
    """What was brought back is not to be trusted, or the provider did not let someone in."""


@dataclass(frozen=True, slots=True)
class Going:
    """What is needed of a browser on its way: token (secret, in its cookie), when it left, where it wants to go on."""

    token: str
    left: int
    onward: str

    def part(self, name: str) -> str:
        """Return state, nonce or verifier: each follows from the token and leads back to nothing (RFC 2104)."""
        return hmac.digest(self.token.encode(), f"{name} {self.left} {self.onward}".encode(), "sha256").hex()

    def late(self, at: datetime) -> bool:
        """Return whether it took too long."""
        return not 0 <= at.timestamp() - self.left <= LIFE.total_seconds()


@dataclass
class Provider:
    """The configured provider; its addresses are asked for when someone needs them, and remembered for a while."""

    oidc: Oidc
    back: str
    _known: tuple[datetime, Mapping[str, str]] | None = None
    # While the provider is slow, the threads of the service stay free for others.
    _few: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_AT_ONCE))

    def way(self, going: Going, at: datetime) -> str:
        """Return the address at the provider to send a browser to. Raises ProviderDownError."""
        with self._asking() as session:
            made, _ = session.create_authorization_url(
                self._addresses(session, at)["authorization_endpoint"], state=going.part("state"),
                nonce=going.part("nonce"), code_verifier=going.part("verifier"),
            )  # fmt: skip
        return str(made)

    def claims(self, going: Going, brought: Mapping[str, str], at: datetime) -> Mapping[str, Any]:
        """Return what the provider says of who came back with a code and a state.

        Raises ProviderRefusedError when anything in it does not hold, ProviderDownError.
        """
        from authlib.integrations.base_client import OAuthError

        own = hmac.compare_digest(going.part("state").encode(), brought.get("state", "").encode("utf-8", "replace"))
        # RFC 9207: who says to be another provider is one.
        if (
            not own
            or going.late(at)
            or not brought.get("code")
            or brought.get("iss", self.oidc.issuer) != self.oidc.issuer
        ):
            raise ProviderRefusedError
        with self._asking() as session:
            known = self._addresses(session, at)
            try:
                given = session.fetch_token(
                    known["token_endpoint"], code=brought["code"], code_verifier=going.part("verifier"),
                    grant_type="authorization_code", allow_redirects=False,
                )  # fmt: skip
            except OAuthError as fault:
                raise ProviderRefusedError from fault
            return self._checked(given, _json(session, known["jwks_uri"]), going.part("nonce"), at)

    def _require_own(self, going: Going, brought: Mapping[str, str], at: datetime) -> None:
        own = hmac.compare_digest(going.part("state").encode(), brought.get("state", "").encode("utf-8", "replace"))
        # RFC 9207: who says to be another provider is one.
        same = brought.get("iss", self.oidc.issuer) == self.oidc.issuer
        if not (own and same and brought.get("code")) or going.late(at):
            raise ProviderRefusedError

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        from authlib.integrations.requests_client import OAuth2Session
        from requests import RequestException

        if not self._few.acquire(timeout=_SECONDS):
            raise ProviderDownError
        try:
            with OAuth2Session(
                self.oidc.client, self.oidc.secret, scope=self.oidc.scope, redirect_uri=self.back,
                code_challenge_method="S256", default_timeout=_SECONDS,
            ) as session:  # fmt: skip
                yield session
        except (RequestException, ValueError, TypeError, KeyError, AttributeError) as fault:
            # What is no JSON, or JSON of another shape, fails wherever it is read.
            raise ProviderDownError from fault
        finally:
            self._few.release()

    def _addresses(self, session: Any, at: datetime) -> Mapping[str, str]:
        if self._known is None or not timedelta(0) <= at - self._known[0] < _FRESH:
            told = _json(session, self.oidc.issuer.rstrip("/") + _DISCOVERY)
            own = urlsplit(self.oidc.issuer)[:2]
            if told["issuer"] != self.oidc.issuer or any(urlsplit(told[name])[:2] != own for name in _ENDPOINTS):
                raise ProviderDownError
            self._known = at, {name: told[name] for name in _ENDPOINTS}
        return self._known[1]

    def _checked(self, given: Mapping[str, Any], keys: Any, nonce: str, at: datetime) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            token = jwt.decode(given["id_token"], KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
            asked = {"iss": self.oidc.issuer, "aud": self.oidc.client}
            claims = CodeIDToken(
                token.claims, token.header, {k: {"essential": True, "value": v} for k, v in asked.items()},
                {"nonce": nonce, "client_id": self.oidc.client, "access_token": given.get("access_token", "")},
            )  # fmt: skip
            claims.validate(now=int(at.timestamp()), leeway=_LEEWAY)
        except (JoseError, KeyError, ValueError, TypeError) as fault:
            raise ProviderRefusedError from fault
        return claims  # type: ignore[no-any-return]


def _json(session: Any, address: str) -> Any:
    answer = session.get(address, withhold_token=True, allow_redirects=False)
    if answer.status_code != 200:
        raise ProviderDownError
    return answer.json()

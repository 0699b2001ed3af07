"""A small identity provider that really speaks OpenID Connect: discovery, code flow with PKCE, signed ID tokens, JWKS.

It listens on a free port of this machine, knows one client, and signs in whoever `person` names without asking.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, SECRET = "bancheng", "a-secret-between-two-servers"


@dataclass
class Grant:
    """What a code stands for until it is used."""

    person: dict[str, str]
    redirect: str
    nonce: str
    challenge: str


@dataclass
class Provider:
    """The provider with its state; use it as a context manager."""

    person: dict[str, str] = field(default_factory=dict)
    refuses: bool = False
    issued_as: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> "Provider":
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.grants: dict[str, Grant] = {}
        self.tokens: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, "GET")

            def do_POST(self) -> None:
                provider.answer(self, "POST")

            def log_message(self, *_parts: Any) -> None:
                """Nothing: tests read answers, not logs."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def answer(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        """Find the endpoint, answer it."""
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        text = handler.rfile.read(length).decode() if method == "POST" else parts.query
        given = {key: values[0] for key, values in parse_qs(text).items()}
        endpoints = {
            "/.well-known/openid-configuration": lambda: (200, self.configuration()),
            "/jwks": lambda: (200, self.keys()),
            "/token": lambda: self.token(given, handler.headers.get("Authorization", "")),
            "/userinfo": lambda: self.userinfo(handler.headers.get("Authorization", "")),
        }
        if parts.path == "/authorize":
            handler.send_response(302)
            handler.send_header("Location", self.authorize(given))
            handler.end_headers()
            return
        status, body = endpoints.get(parts.path, lambda: (404, {}))()
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def configuration(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.issuer,
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in _ENDPOINTS.items()},
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        """The public key, as a key set."""
        key = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, given: dict[str, str]) -> str:
        """Where the browser goes next: back with a code, or with a refusal."""
        self.asked.append(given)
        back = {"state": given.get("state", "")}
        known = given.get("client_id") == CLIENT and given.get("response_type") == "code"
        if self.refuses or not known or "openid" not in given.get("scope", "").split():
            return f"{given['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}"
        code = secrets.token_urlsafe(16)
        self.grants[code] = Grant(
            self.person, given["redirect_uri"], given.get("nonce", ""), given.get("code_challenge", "")
        )
        return f"{given['redirect_uri']}?{urlencode({**back, 'code': code})}"

    def token(self, given: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once, by the right client with the right verifier."""
        grant = self.grants.pop(given.get("code", ""), None)
        if not _is_client(given, authorization):
            return 401, {"error": "invalid_client"}
        if grant is None or grant.redirect != given.get("redirect_uri") or not _verified(grant, given):
            return 400, {"error": "invalid_grant"}
        now, access = int(time.time()), secrets.token_urlsafe(16)
        self.tokens[access] = grant.person
        claims = {
            **grant.person,
            "iss": self.issued_as or self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": grant.nonce,
        }
        signed = jwt.encode(claims, self.key, "RS256", headers={"kid": "one"})
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def userinfo(self, authorization: str) -> tuple[int, dict[str, Any]]:
        """The claims of whom an access token was given for."""
        person = self.tokens.get(authorization.removeprefix("Bearer "))
        return (401, {"error": "invalid_token"}) if person is None else (200, dict(person))


_ENDPOINTS = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}


def _is_client(given: dict[str, str], authorization: str) -> bool:
    if authorization.startswith("Basic "):
        return base64.b64decode(authorization[6:]).decode() == f"{CLIENT}:{SECRET}"
    return (given.get("client_id"), given.get("client_secret")) == (CLIENT, SECRET)


def _verified(grant: Grant, given: dict[str, str]) -> bool:
    digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
    return not grant.challenge or base64.urlsafe_b64encode(digest).decode().rstrip("=") == grant.challenge

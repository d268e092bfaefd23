"""Who a request is of: Basic, the session's cookie, and the token of its forms."""

import base64
import secrets
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from .directories import Directories
from .exchange import Request, Response, error_response, json_response
from .permissions import Permissions
from .properties import Settings
from .rules import RuleSet

COOKIE = 'JSESSIONID'
_ALLOW_BASIC = 'com.atlassian.plugins.authentication.basic.auth.filter.force.allow'


@dataclass
class Session:
    """One session of a browser or client."""

    username: str | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(20))


class Sessions:
    """All sessions; they are gone when the server stops."""

    def __init__(
        self,
        directories: Directories,
        permissions: Permissions,
        settings: Settings,
        version: str,
        rules: RuleSet,
        context: str,
    ) -> None:
        self._directories = directories
        self._permissions = permissions
        self._rules = rules
        self._path = context or '/'
        self._sessions: dict[str, Session] = {}
        is_10 = int(version.partition('.')[0]) >= 10
        allowed = settings.jvm.get(_ALLOW_BASIC, '').lower() == 'true'
        self.has_login_resource = is_10
        self._is_basic_off = is_10 and not allowed and 'basic-off-in-10' in rules

    def identify(self, request: Request) -> Response | None:
        """Sets who the request is of, or answers why it cannot be."""
        scheme, _, credentials = request.headers.get('Authorization', '').partition(' ')
        if scheme.lower() != 'basic':
            session = self._find(request)
            request.username = session.username if session else None
            return None
        if self._is_basic_off:
            return error_response(403, 'Basic Authentication has been disabled on this instance.')
        try:
            username, _, password = base64.b64decode(credentials, validate=True).decode().partition(':')
        except ValueError:
            username = password = ''
        request.username = self._log_in(username, password)
        if request.username is None:
            return _refused()
        return None

    def _log_in(self, username: str, password: str) -> str | None:
        name = self._directories.authenticate(username, password)
        if name is None:
            return None
        if 'licensed-login' in self._rules and not self._permissions.has(name, 'LICENSED_USER'):
            return None
        return name

    def _find(self, request: Request) -> Session | None:
        try:
            cookies = SimpleCookie(request.headers.get('Cookie', ''))
        except CookieError:
            return None
        return self._sessions.get(cookies[COOKIE].value) if COOKIE in cookies else None

    def session_of(self, request: Request, response_headers: list[tuple[str, str]]) -> Session:
        """The request's session, or a new one with its cookie in the response."""
        session = self._find(request)
        if session is None:
            session = Session()
            response_headers.append(self._begin(session, request))
        return session

    def _begin(self, session: Session, request: Request) -> tuple[str, str]:
        identifier = secrets.token_hex(16).upper()
        self._sessions[identifier] = session
        secure = '; Secure' if request.is_secure and 'secure-cookie' in self._rules else ''
        return 'Set-Cookie', f'{COOKIE}={identifier}; Path={self._path}{secure}; HttpOnly'

    def has_token(self, request: Request) -> bool:
        """Whether the form's atl_token is that of the request's session; X-Atlassian-Token does not count."""
        if 'xsrf-token' not in self._rules:
            return True
        session = self._find(request)
        return session is not None and secrets.compare_digest(
            request.parameters.get('atl_token', '').encode(), session.token.encode()
        )

    def authenticate(self, request: Request) -> Response:
        """POST /rest/tsv/1.0/authenticate."""
        wants_header = 'login-token-header' in self._rules
        if wants_header and request.headers.get('X-Atlassian-Token', '') != 'no-check':
            return error_response(403, 'XSRF check failed')
        sent = request.json if isinstance(request.json, dict) else {}
        username = self._log_in(str(sent.get('username', '')), str(sent.get('password', '')))
        if username is None:
            return _refused()
        response = json_response(200, {'targetUrl': sent.get('targetUrl', '')})
        # A new id with the login, so that nobody can have laid out the old one.
        response.headers.append(self._begin(Session(username), request))
        return response


def _refused() -> Response:
    return error_response(
        401,
        'Authentication failed. Please check your credentials and try again.',
        'com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException',
    )

"""HTTP with one server: its cookies, and redirects that never lead to another."""

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any, Callable, Iterable, TypeVar
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from .messages import Problem, keep_secret, quoted
from .settings import Tls

DEFAULT_PORTS = {'http': 80, 'https': 443}
REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 5

T = TypeVar('T')


class Unreachable(Problem):
    """There was no answer; whether the server did what it was asked is not known."""


@dataclass(frozen=True)
class Answer:
    """An answer, and what it answers."""

    request: str
    path: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def text(self) -> str:
        """The body; what is no UTF-8 in it does not matter to any reader here."""
        return self.body.decode('utf-8', 'replace')

    def read(self, reader: Callable[[Any], T]) -> T:
        """What `reader` makes of the body of an answer that must be 200 and JSON of the form that it knows."""
        if self.status != 200:
            raise self.problem()
        try:
            data = json.loads(self.body)
        except ValueError:
            raise Problem(
                f'{self.request}: the answer is no JSON but {quoted(self.headers.get("Content-Type", "untyped"))}; '
                'look whether "server" is the address of Bitbucket itself with its context path'
            ) from None
        try:
            return reader(data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Problem(
                f'{self.request}: the answer has another form than known ({type(error).__name__} {quoted(str(error))}); '
                'take a version of Bitbucket that this was made for'
            ) from None

    def problem(self) -> Problem:
        """For an answer that nobody expected."""
        return Problem(f'{self.request}: got {self.status} {self.reason()}; see the log of the server')

    def reason(self) -> str:
        """What the server says about a refusal, in parentheses, where it says something."""
        try:
            said = ' '.join(error['message'] for error in json.loads(self.body)['errors'])
        except (ValueError, KeyError, TypeError):
            return '(no reason given)'
        return f'({quoted(said)})'


class _NamedConnection(http.client.HTTPConnection):
    """TLS with a server whose certificate is for another name than the address it is reached by here."""

    default_port = DEFAULT_PORTS['https']

    def __init__(self, host: str, port: int | None, timeout: float, tls: Tls) -> None:
        super().__init__(host, port, timeout=timeout)
        self._tls = tls

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context(cafile=str(self._tls.ca_file))
        self.sock = context.wrap_socket(self.sock, server_hostname=self._tls.name)


class Session:
    """Asks as the reverse proxy would, so that the server answers for its base URL; cookies go back to it."""

    def __init__(self, server: str, base_url: str, timeout: float, tls: Tls | None = None) -> None:
        self.server = server.rstrip('/')
        self.base_url = base_url.rstrip('/')
        self.authorization: str | None = None
        self._timeout = timeout
        self._cookies: dict[str, str] = {}
        self._address = urlsplit(self.server)
        self._base = urlsplit(self.base_url)
        self._tls = tls
        scheme = 'http' if tls is None else 'https'
        if self._address.scheme != scheme or not self._address.hostname:
            raise Problem(f'"server" is {self.server}; write a URL of {scheme}, as {scheme}://git:7990')
        if self._base.scheme not in DEFAULT_PORTS or not self._base.hostname:
            raise Problem(f'"baseUrl" is {self.base_url}; write the URL that the server has for its users')

    def get(self, path: str, timeout: float | None = None) -> Answer:
        """GET of a path below the context path, with redirects followed."""
        asked = path
        for _ in range(MAX_REDIRECTS + 1):
            answer = self.request('GET', path, timeout=timeout)
            if answer.status not in REDIRECTS:
                return answer
            path = self.target(answer)
        raise Problem(
            f'GET {self.server}{asked.partition("?")[0]}: redirected {MAX_REDIRECTS} times and more; '
            'look whether this connector requires TLS without being "secure" (server.require-ssl, server.secure)'
        )

    def post_form(self, path: str, fields: Iterable[tuple[str, str]]) -> Answer:
        """POST of a form; the caller reads the redirect, because where it leads says what became of the form."""
        body = urlencode(list(fields)).encode('ascii')
        return self.request('POST', path, body, 'application/x-www-form-urlencoded')

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        content_type: str | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """One exchange; redirects are not followed."""
        connection = self._connection(timeout or self._timeout)
        request = f'{method} {self.server}{path.partition("?")[0]}'
        try:
            connection.request(method, self._address.path + path, body, self._headers(content_type))
            response = connection.getresponse()
            answer = Answer(request, path, response.status, response.headers, response.read())
        except TimeoutError:
            raise Unreachable(
                f'{request}: no answer within {timeout or self._timeout:g} s; see the log of the server'
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise Problem(
                f'{request}: the certificate is not trusted ({error.verify_message}); give the authority that issued it, '
                'and a certificate for the host of the base URL'
            ) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, 'strerror', None) or type(error).__name__
            raise Unreachable(f'{request}: no answer ({reason}); look whether the server runs') from None
        finally:
            connection.close()
        self._keep_cookies(answer)
        return answer

    def target(self, answer: Answer) -> str:
        """Where a redirect leads, as a path below the context path; a failure where that is not this server."""
        place = answer.headers.get('Location', '')
        url = urlsplit(urljoin(self.base_url + answer.path, place))
        for own in (self._base, self._address):
            if _origin(url) == _origin(own) and f'{url.path}/'.startswith(f'{own.path}/'):
                path = url.path.removeprefix(own.path) or '/'
                return f'{path}?{url.query}' if url.query else path
        raise Problem(
            f'{answer.request}: redirected to {quoted(_plain(url))}, which is not below {self.base_url}; make that '
            'the base URL in the settings of the server, and its proxy name, port and scheme those of it'
        )

    def _connection(self, timeout: float) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._address.hostname, self._address.port, timeout=timeout)
        return _NamedConnection(self._address.hostname, self._address.port, timeout, self._tls)

    def _headers(self, content_type: str | None) -> dict[str, str]:
        headers = {
            'Host': _host(self._base),
            'X-Forwarded-Proto': self._base.scheme,
            'Accept': 'application/json, text/html;q=0.9',
            # States of synchronisations come as sentences.
            'Accept-Language': 'en',
            # Without it REST refuses what a browser might have been tricked into.
            'X-Atlassian-Token': 'no-check',
        }
        if content_type is not None:
            headers['Content-Type'] = content_type
        if self.authorization is not None:
            headers['Authorization'] = self.authorization
        if self._cookies:
            headers['Cookie'] = '; '.join(f'{name}={value}' for name, value in self._cookies.items())
        return headers

    def _keep_cookies(self, answer: Answer) -> None:
        # The server marks them "Secure", because its users come by HTTPS: http.cookiejar would not send them here.
        for line in answer.headers.get_all('Set-Cookie', []):
            pair, *attributes = (part.strip() for part in line.split(';'))
            name, _, value = pair.partition('=')
            if any(attribute.lower() == 'max-age=0' for attribute in attributes):
                self._cookies.pop(name, None)
            else:
                keep_secret(value)
                self._cookies[name] = value


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or DEFAULT_PORTS.get(url.scheme)


def _host(url: SplitResult) -> str:
    default = DEFAULT_PORTS[url.scheme]
    host = f'[{url.hostname}]' if url.hostname and ':' in url.hostname else url.hostname or ''
    return host if (url.port or default) == default else f'{host}:{url.port}'


def _plain(url: SplitResult) -> str:
    """Without user, query and fragment, which may be secret."""
    return f'{url.scheme}://{url.netloc.rpartition("@")[2]}{url.path}'

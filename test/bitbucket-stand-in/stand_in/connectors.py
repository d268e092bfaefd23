"""The connectors: on which ports the server listens, and what it believes its URL to be there."""

import ssl
import tempfile
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import IO, Any, Protocol

from .exchange import Request, Response
from .keystores import tls_context
from .properties import Settings, SettingsError

_DEFAULT_PORTS = {'http': 80, 'https': 443}


@dataclass(frozen=True)
class Connector:
    """One of server.* or server.additional-connector.N.*."""

    address: str
    port: int
    scheme: str
    is_secure: bool
    proxy_name: str
    proxy_port: int
    redirect_port: int
    tls: ssl.SSLContext | None

    def origin(self, host_header: str) -> str:
        """Scheme, host and port as Tomcat puts them together; the proxy's name and port win over the Host header."""
        return f'{self.scheme}://{self._host(host_header)}{self._port_suffix(self._port(host_header), self.scheme)}'

    def secure_origin(self, host_header: str) -> str:
        """Where a request that must be secure is sent."""
        return f'https://{self._host(host_header)}{self._port_suffix(self.redirect_port, "https")}'

    def _host(self, host_header: str) -> str:
        name = host_header.rpartition(':')[0] if _has_port(host_header) else host_header
        return self.proxy_name or name or 'localhost'

    def _port(self, host_header: str) -> int:
        if self.proxy_port:
            return self.proxy_port
        return int(host_header.rpartition(':')[2]) if _has_port(host_header) else _DEFAULT_PORTS.get(self.scheme, 80)

    @staticmethod
    def _port_suffix(port: int, scheme: str) -> str:
        return '' if port == _DEFAULT_PORTS.get(scheme) else f':{port}'


def _has_port(host_header: str) -> bool:
    return host_header.rpartition(':')[2].isdecimal() and host_header.rpartition(':')[0] != ''


def read_connectors(settings: Settings) -> list[Connector]:
    """The main connector and the additional ones."""
    additional = [f'server.additional-connector.{number}.' for number in range(1, 6)]
    prefixes = ['server.', *(prefix for prefix in additional if settings.text(f'{prefix}port'))]
    connectors = [_read_connector(settings, prefix) for prefix in prefixes]
    if len({connector.port for connector in connectors}) < len(connectors):
        raise SettingsError('server.port: two connectors have the same port')
    return connectors


def _read_connector(settings: Settings, prefix: str) -> Connector:
    has_tls = settings.flag(f'{prefix}ssl.enabled', bool(settings.text(f'{prefix}ssl.key-store')))
    return Connector(
        address=settings.text(f'{prefix}address', '0.0.0.0'),
        port=settings.port(f'{prefix}port', 7990),
        scheme=settings.text(f'{prefix}scheme', 'https' if has_tls else 'http'),
        is_secure=settings.flag(f'{prefix}secure', has_tls),
        proxy_name=settings.text(f'{prefix}proxy-name'),
        proxy_port=settings.port(f'{prefix}proxy-port', 0),
        redirect_port=settings.port(f'{prefix}redirect-port', 443),
        tls=tls_context(settings, prefix) if has_tls else None,
    )


def context_path(settings: Settings) -> str:
    """"" for the root, else with a slash in front and none behind."""
    path = settings.text('server.context-path', '/').rstrip('/')
    if path and not path.startswith('/'):
        raise SettingsError(f'server.context-path: {path!r} does not start with a slash')
    return path


class Application(Protocol):
    """What answers requests."""

    def answer(self, connector: Connector, incoming: 'Incoming') -> Response:
        """The response to a request."""


@dataclass
class Incoming:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: Message
    body: IO[bytes]
    client: str

    def below(self, context: str, connector: Connector) -> Request | None:
        """The request below the context path; nothing when it is elsewhere."""
        path, _, query = self.target.partition('?')
        if path != context and not path.startswith(f'{context}/'):
            return None
        base = connector.origin(self.headers.get('Host', '')) + context
        return Request(
            self.method, path.removeprefix(context), query, self.headers, self.body, base, connector.is_secure
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, connector: Connector, application: Application) -> None:
        self.connector = connector
        self.application = application
        super().__init__((connector.address, connector.port), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the thread of the request, so that a client that never speaks holds up nobody else.
        request.settimeout(60)
        if self.connector.tls is None:
            super().finish_request(request, client_address)
            return
        with self.connector.tls.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or does not speak TLS, is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version = 'StandIn'
    sys_version = ''
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: queries may hold tokens."""

    def _answer(self) -> None:
        with tempfile.SpooledTemporaryFile(max_size=1 << 20) as body:
            self._read_body(body)
            incoming = Incoming(self.command, self.path, self.headers, body, self.client_address[0])
            self._send(self.server.application.answer(self.server.connector, incoming))

    def _read_body(self, body: Any) -> None:
        if self.headers.get('Transfer-Encoding', '').lower() == 'chunked':
            while size := int(self.rfile.readline().partition(b';')[0], 16):
                body.write(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
        else:
            body.write(self.rfile.read(int(self.headers.get('Content-Length', '0'))))
        body.seek(0)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        if response.content_type:
            self.send_header('Content-Type', response.content_type)
        for name, value in response.headers:
            self.send_header(name, value)
        if isinstance(response.body, bytes):
            self.send_header('Content-Length', str(len(response.body)))
            self.end_headers()
            if self.command != 'HEAD':
                self.wfile.write(response.body)
            return
        self.send_header('Transfer-Encoding', 'chunked')
        self.end_headers()
        for part in response.body:
            self.wfile.write(f'{len(part):x}\r\n'.encode() + part + b'\r\n')
        self.wfile.write(b'0\r\n\r\n')

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer


def open_server(connector: Connector, application: Application) -> ThreadingHTTPServer:
    """Listens; the caller serves."""
    return _Server(connector, application)

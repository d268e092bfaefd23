"""The server: its parts put together, and which of them answers a request."""

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from .connectors import Connector, Incoming, context_path
from .directories import Directories
from .directory_rest import DirectoryRest
from .embedded_crowd import SERVLET, EmbeddedCrowd
from .exchange import Request, Response, error_response, html_response, json_response, redirect
from .git_http import GitHttp
from .keystores import TrustStore
from .ldap import LdapClient
from .licence import is_licence, user_limit
from .permissions import Permissions
from .properties import Settings, SettingsError
from .repositories import Repositories
from .rules import RuleSet
from .sessions import Sessions
from .status import Status, missing_for_setup, set_up
from .store import Store
from .synchronisation import Synchroniser

_REST = re.compile(r'/rest/api/(?:latest|1\.0)(/.*)')


class Bitbucket:
    """What answers on all connectors."""

    def __init__(self, home: Path, settings: Settings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._version = environment.get('STANDIN_VERSION', '9.4.16')
        self._rules = RuleSet(environment.get('STANDIN_WITHOUT', ''))
        self._status = Status(float(environment.get('STANDIN_STARTUP_SECONDS', '2')), self._rules)
        self._requests: list[dict[str, str]] = []
        self._requests_lock = threading.Lock()
        self._context = ''
        self._requires_ssl = False
        self._store = Store(home)
        ldap = LdapClient(TrustStore(settings), self._rules)
        self._directories = Directories(self._store, ldap, self._rules)
        self._permissions = Permissions(self._store, self._directories, self._rules)
        synchronisation_seconds = float(environment.get('STANDIN_SYNCHRONISATION_SECONDS', '1'))
        self._synchroniser = Synchroniser(self._store, self._directories, ldap, synchronisation_seconds)
        self._repositories = Repositories(self._store, self._permissions, settings)
        self._git = GitHttp(self._repositories, self._permissions, self._rules)
        self._directory_rest = DirectoryRest(self._directories, self._permissions, self._rules)

    def configure(self) -> None:
        """Reads what the settings say beside the connectors, and does the first start."""
        self._check_settings()
        if 'context-path' in self._rules:
            self._context = context_path(self._settings)
        self._requires_ssl = self._settings.flag('server.require-ssl') and 'require-ssl' in self._rules
        self._sessions = Sessions(
            self._directories, self._permissions, self._settings, self._version, self._rules, self._context
        )
        self._crowd = EmbeddedCrowd(
            self._store, self._directories, self._permissions, self._sessions, self._synchroniser, self._rules
        )
        if not self._store.is_set_up or 'setup-once' not in self._rules:
            missing = missing_for_setup(self._settings)
            if missing and 'first-run' in self._rules:
                print(f'Setup is not complete, missing: {", ".join(missing)}', flush=True)
                self._status.settle('FIRST_RUN')
                return
            set_up(self._store, self._settings)
        self._synchroniser.forget_interrupted()

    def _check_settings(self) -> None:
        if self._settings.unknown and 'known-properties' in self._rules:
            raise SettingsError(f'unknown settings: {", ".join(self._settings.unknown)}')
        ssh_port = self._settings.port('plugin.ssh.port', 7999)
        if not 1024 <= ssh_port <= 65535:
            raise SettingsError(f'plugin.ssh.port: {ssh_port} is not between 1024 and 65535')
        base_url = self._settings.text('setup.baseUrl')
        if base_url and not (urlsplit(base_url).scheme in ('http', 'https') and urlsplit(base_url).hostname):
            raise SettingsError(f'setup.baseUrl: {base_url!r} is no http or https URL')

    def fail(self) -> None:
        """The server does not start, and /status says so."""
        self._status.settle('ERROR')

    @property
    def has_ssh(self) -> bool:
        """Whether users are told a URL of SSH, and the settings are right."""
        return self._settings.text('plugin.ssh.baseurl') != '' and self._status.state != 'ERROR'

    def answer(self, connector: Connector, incoming: Incoming) -> Response:
        """The response to any request."""
        if incoming.target == '/stand-in/requests':
            return self._answer_requests(incoming)
        with self._requests_lock:
            target = re.sub(r'(atl_token=)[^&]*', r'\1', incoming.target)
            self._requests.append({'method': incoming.method, 'path': target})
        if self._status.state == 'ERROR':
            return self._status.response()
        if self._requires_ssl and not connector.is_secure:
            return redirect(connector.secure_origin(incoming.headers.get('Host', '')) + incoming.target)
        request = incoming.below(self._context, connector)
        if request is None:
            return html_response(404, 'HTTP Status 404', '')
        if request.path == '':
            return redirect(f'{request.base}/')
        if request.path == '/status':
            return self._status.response()
        if self._status.state == 'FIRST_RUN':
            return redirect(f'{request.base}/setup')
        if self._status.state != 'RUNNING':
            return self._status.response()
        return self._route(request)

    def _answer_requests(self, incoming: Incoming) -> Response:
        if incoming.client != '127.0.0.1':
            return html_response(404, 'HTTP Status 404', '')
        with self._requests_lock:
            return json_response(200, self._requests)

    def _route(self, request: Request) -> Response:
        if request.path == '/rest/tsv/1.0/authenticate' and self._sessions.has_login_resource:
            return self._sessions.authenticate(request) if request.method == 'POST' else error_response(405, 'POST')
        refused = self._sessions.identify(request)
        if refused is not None:
            if request.path.startswith('/scm/') and refused.status == 401:
                request.username = None
                return self._git.answer(request)
            return refused
        if request.path == SERVLET or request.path.startswith(f'{SERVLET}/'):
            return self._crowd.answer(request)
        if request.path.startswith('/scm/'):
            return self._git.answer(request)
        if request.segments[:2] == ['rest', 'crowd'] and request.segments[3:4] == ['directory']:
            return self._directory_rest.answer_crowd(request)
        rest = _REST.fullmatch(request.path)
        if rest is not None:
            return self._route_rest(request, rest.group(1))
        if request.path.startswith('/rest/'):
            return error_response(404, 'There is no such resource.')
        return self._answer_pages(request)

    def _route_rest(self, request: Request, resource: str) -> Response:
        if resource == '/application-properties':
            display_name = self._store.state['settings']['displayName']
            return json_response(200, {'version': self._version, 'displayName': display_name})
        if resource == '/projects' or resource.startswith('/projects/'):
            return self._repositories.answer(request)
        if resource in ('/admin/permissions/groups', '/admin/permissions/users'):
            with self._store.lock:
                return self._permissions.answer(request, resource.rpartition('/')[2])
        if resource == '/admin/user-directories' and request.method == 'GET':
            return self._directory_rest.answer_api(request)
        if resource == '/admin/license':
            return self._answer_licence(request)
        return error_response(404, 'There is no such resource.')

    def _answer_licence(self, request: Request) -> Response:
        if not self._permissions.has(request.username, 'SYS_ADMIN' if request.method == 'POST' else 'ADMIN'):
            return error_response(401, 'You are not permitted to access this resource')
        if request.method == 'POST':
            text = str(request.json.get('license', '')) if isinstance(request.json, dict) else ''
            if not is_licence(text):
                return error_response(400, 'The licence is not valid.')
            with self._store.lock:
                self._store.state['settings']['licence'] = text
                self._store.save()
        licence = self._store.state['settings']['licence']
        return json_response(
            200,
            {
                'license': licence,
                'maximumNumberOfUsers': user_limit(licence),
                'unlimitedNumberOfUsers': False,
                'status': {'currentNumberOfUsers': self._permissions.licensed_users()},
            },
        )

    def _answer_pages(self, request: Request) -> Response:
        if request.path == '/login':
            return html_response(200, 'Log in', '<p>Log in with Basic or /rest/tsv/1.0/authenticate.</p>')
        if request.username is None:
            return redirect(f'{request.base}/login?next=/projects')
        if request.path == '/':
            return redirect(f'{request.base}/projects')
        if request.path == '/projects':
            return html_response(200, self._store.state['settings']['displayName'], '<h1>Projects</h1>')
        return html_response(404, 'HTTP Status 404', '')

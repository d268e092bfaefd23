"""/plugins/servlet/embedded-crowd: the forms of directories, and what is done to one from the list of all."""

from collections.abc import Callable
from html import escape
from urllib.parse import quote

from .directories import Directories, Directory, DirectoryError
from .directory_form import CHECKBOXES, CHOICES, FIELDS, Values, new_values, read_submission
from .exchange import Request, Response, html_response, redirect
from .permissions import Permissions
from .rules import RuleSet
from .sessions import Sessions
from .store import Store
from .synchronisation import Synchroniser

SERVLET = '/plugins/servlet/embedded-crowd'
_ACTIVE_DIRECTORY = 'com.atlassian.crowd.directory.MicrosoftActiveDirectory'
_OWN_DIRECTORY = 'You cannot disable or remove the directory that you are in.'
_LOST = 'The current user would lose the rights of a system administrator.'


class EmbeddedCrowd:
    """The servlets; all are for system administrators."""

    def __init__(
        self,
        store: Store,
        directories: Directories,
        permissions: Permissions,
        sessions: Sessions,
        synchroniser: Synchroniser,
        rules: RuleSet,
    ) -> None:
        self._store = store
        self._directories = directories
        self._permissions = permissions
        self._sessions = sessions
        self._synchroniser = synchroniser
        self._rules = rules

    @property
    def _base_url(self) -> str:
        base: str = self._store.state['settings']['baseUrl']
        return base

    def answer(self, request: Request) -> Response:
        """Any of the servlet's pages."""
        if 'sysadmin-only' in self._rules:
            if request.username is None:
                return redirect(f'{request.base}/login?next={quote(request.path, safe="")}')
            if not self._permissions.has(request.username, 'SYS_ADMIN'):
                return html_response(403, 'Forbidden', '<p class="error">System administrators only.</p>')
        if request.method == 'POST' and not self._sessions.has_token(request):
            return redirect(self._base_url)
        with self._store.lock:
            return self._route(request)

    def _route(self, request: Request) -> Response:
        page = request.path.removeprefix(SERVLET).strip('/')
        if page in ('configure/ldap', 'configure/activedirectory'):
            if request.method == 'POST':
                return self._submit(request)
            return self._show_form(request, page)
        operation = self._operations().get(page)
        if request.method == 'GET' and page == 'directories/list':
            return self._list(request)
        if operation is None and page not in ('directories/edit', 'directories/troubleshoot'):
            return html_response(404, 'Not found', '')
        directory = self._chosen(request)
        if directory is None:
            return self._list(request, 'The directory does not exist.')
        if operation is not None:
            if request.method != 'POST':
                return html_response(405, 'Method not allowed', '')
            return self._operate(request, operation, directory)
        if page == 'directories/edit':
            kind = 'internal' if directory['kind'] == 'INTERNAL' else 'ldap'
            return redirect(f'{self._base_url}{SERVLET}/configure/{kind}/?directoryId={directory["id"]}')
        return html_response(200, 'Troubleshooting', f'<p>Test of {escape(directory["name"])}</p>')

    def _chosen(self, request: Request) -> Directory | None:
        identifier = request.parameters.get('directoryId', '')
        return self._directories.find(int(identifier)) if identifier.isdecimal() else None

    def _submit(self, request: Request) -> Response:
        submission = read_submission(request.parameters, self._rules)
        errors = dict(submission.errors)
        general = ''
        if submission.directory_id > 0 and self._directories.find(submission.directory_id) is None:
            general = 'The directory does not exist.'
        elif not errors:
            failure = self._directories.test_connection(submission)
            if failure is not None:
                general = f'Connection test failed. Response from the server: {failure}'
            elif 'save' in request.parameters or 'mode-required' not in self._rules:
                try:
                    directory = self._directories.save(submission)
                except DirectoryError as error:
                    general = str(error)
                else:
                    return redirect(self._success(directory))
            elif 'test' in request.parameters:
                return self._form(request, submission.values, submission.directory_id, submission.is_active, 'tested')
            else:
                general = 'The submission mode is missing.'
        return self._form(
            request, submission.values, submission.directory_id, submission.is_active, '', general, errors
        )

    def _success(self, directory: Directory) -> str:
        if 'troubleshoot-redirect' in self._rules:
            return f'{self._base_url}{SERVLET}/directories/troubleshoot?directoryId={directory["id"]}&forceTest=true'
        return f'{self._base_url}{SERVLET}/directories/list'

    def _show_form(self, request: Request, page: str) -> Response:
        if request.parameters.get('directoryId', '0') == '0':
            values = new_values()
            if page.endswith('activedirectory'):
                values = {**values, 'type': _ACTIVE_DIRECTORY, 'name': 'Active Directory server'}
            return self._form(request, values, 0, True)
        directory = self._chosen(request)
        if directory is None or directory['kind'] == 'INTERNAL':
            return self._list(request, 'The directory does not exist.')
        password = '' if 'password-hidden' in self._rules else directory['password']
        return self._form(request, directory['values'], directory['id'], directory['active'], password=password)

    def _form(
        self,
        request: Request,
        values: Values,
        directory_id: int,
        is_active: bool,
        notice: str = '',
        general: str = '',
        errors: dict[str, str] | None = None,
        password: str = '',
    ) -> Response:
        headers: list[tuple[str, str]] = []
        token = self._sessions.session_of(request, headers).token
        lines = [f'<div class="aui-message error"><p>{escape(general)}</p></div>'] if general else []
        if notice == 'tested':
            lines.append('<div class="aui-message success"><p>Connection test successful.</p></div>')
        lines += [
            '<form class="aui" method="post" action="">',
            _input('hidden', 'atl_token', token),
            _input('hidden', 'directoryId', str(directory_id)),
            _input('hidden', 'newForm', 'false'),
            _input('hidden', 'active', 'true' if is_active else 'false'),
            *(_field(name, str(values[name]), (errors or {}).get(name, '')) for name in FIELDS),
            _input('password', 'ldapPassword', password),
            *(_checkbox(name, bool(values[name])) for name in CHECKBOXES),
            '<input type="submit" name="test" value="Quick Test">',
            '<input type="submit" name="save" value="Save and Test">',
            '</form>',
        ]
        response = html_response(200, 'Configure LDAP User Directory', '\n'.join(lines))
        response.headers += headers
        return response

    def _list(self, request: Request, error: str = '') -> Response:
        headers: list[tuple[str, str]] = []
        token = escape(self._sessions.session_of(request, headers).token)
        rows = []
        for directory in self._directories.all():
            links = ''.join(
                f'<a class="{operation}-directory" href="{request.base}{SERVLET}/directories/{operation}'
                f'?directoryId={directory["id"]}">{operation}</a>'
                for operation in ('edit', 'sync', 'enable', 'disable', 'remove', 'moveUp', 'moveDown')
            )
            state = '' if directory['active'] else ' (inactive)'
            rows.append(f'<tr><td>{escape(directory["name"])}{state}</td><td>{links}</td></tr>')
        message = f'<div class="aui-message error"><p>{escape(error)}</p></div>' if error else ''
        table = '\n'.join(rows)
        content = f'{message}<input type="hidden" name="atl_token" value="{token}"><table>\n{table}\n</table>'
        response = html_response(200, 'User Directories', content)
        response.headers += headers
        return response

    def _operations(self) -> dict[str, Callable[[Request, Directory], None]]:
        def set_active(is_active: bool) -> Callable[[Request, Directory], None]:
            def operation(request: Request, directory: Directory) -> None:
                if not is_active:
                    self._refuse_own(request, directory)
                self._directories.set_active(directory, is_active)

            return operation

        def remove(request: Request, directory: Directory) -> None:
            self._refuse_own(request, directory)
            self._directories.remove(directory)

        def move(by: int) -> Callable[[Request, Directory], None]:
            def operation(request: Request, directory: Directory) -> None:
                self._directories.move(directory, by)
                if not self._permissions.has(request.username, 'SYS_ADMIN'):
                    self._directories.move(directory, -by)
                    raise DirectoryError(_LOST)

            return operation

        return {
            'directories/enable': set_active(True),
            'directories/disable': set_active(False),
            'directories/remove': remove,
            'directories/moveUp': move(-1),
            'directories/moveDown': move(1),
            'directories/sync': lambda _request, directory: self._synchroniser.start(directory),
        }

    def _refuse_own(self, request: Request, directory: Directory) -> None:
        if self._directories.directory_of(request.username or '') is directory:
            raise DirectoryError(_OWN_DIRECTORY)

    def _operate(
        self, request: Request, operation: Callable[[Request, Directory], None], directory: Directory
    ) -> Response:
        try:
            operation(request, directory)
        except DirectoryError as error:
            return self._list(request, str(error))
        return redirect(f'{self._base_url}{SERVLET}/directories/list?highlightDirectoryId={directory["id"]}')


def _input(kind: str, name: str, value: str) -> str:
    return f'<input type="{kind}" name="{name}" value="{escape(value)}">'


def _field(name: str, value: str, error: str) -> str:
    message = f'<div class="error">{escape(error)}</div>' if error else ''
    if name not in CHOICES:
        return _input('text', name, value) + message
    options = ''.join(
        f'<option value="{choice}"{" selected" if choice == value else ""}>{choice}</option>'
        for choice in ([] if value in CHOICES[name] else ['']) + CHOICES[name]
    )
    return f'<select name="{name}">{options}</select>{message}'


def _checkbox(name: str, is_checked: bool) -> str:
    checked = ' checked' if is_checked else ''
    return (
        f'<input type="checkbox" name="{name}" value="true"{checked}>'
        f'<input type="hidden" name="_{name}" value="visible">'
    )

"""The form that makes and changes directories: the server has no API for that."""

from urllib.parse import parse_qs, urlsplit

from .directory_refusal import refusal
from .forms import Form, Page, read_page
from .http_session import REDIRECTS, Session
from .messages import Problem, keep_secret, quoted
from .settings import WantedDirectory

SERVLET = '/plugins/servlet/embedded-crowd'
TOKEN = 'atl_token'
NEW = 0


def read_form(session: Session, path: str, directory_id: int = NEW) -> Form:
    """The form for a new directory, or with the present settings of one."""
    query = '' if directory_id == NEW else f'?directoryId={directory_id}'
    answer = session.get(f'{SERVLET}/configure/{path}/{query}')
    if answer.status != 200:
        raise answer.problem()
    form = read_page(answer.text()).form_with(TOKEN, 'directoryId')
    if form is None:
        raise Problem(
            f'{answer.request}: there is no form for directories but "{quoted(_title(answer.text()))}"; '
            'look with a browser as the administrator whether the server asks to log in or to confirm the password'
        )
    keep_secret(form.values[TOKEN])
    return form


def save_form(session: Session, wanted: WantedDirectory, form: Form, directory_id: int, password: str | None) -> int:
    """Sends what is wanted on top of what the form shows, as a person would, and returns the id of the directory."""
    values = {name: value for name, value in form.values.items() if not name.startswith('_')}
    values.update(wanted.fields)
    # An empty one keeps the old one.
    values['ldapPassword'] = password or ''
    values.update({'newForm': 'false', 'directoryId': str(directory_id), 'save': 'Save and Test'})
    checkboxes = {**form.checkboxes, **wanted.checkboxes}
    fields = [(name, value) for name, value in values.items() if name not in checkboxes]
    for name, checked in checkboxes.items():
        # Without the marker the server cannot tell a checkbox that is off from one that the form does not have.
        fields.append((f'_{name}', 'visible'))
        if checked:
            fields.append((name, 'true'))
    answer = session.post_form(f'{SERVLET}/configure/{wanted.path}/', fields)
    if answer.status == 200:
        raise refusal(wanted, read_page(answer.text()))
    if answer.status not in REDIRECTS:
        raise answer.problem()
    target = urlsplit(session.target(answer))
    saved = parse_qs(target.query).get('directoryId', [''])[0]
    if not target.path.endswith('/directories/troubleshoot') or not saved.isdecimal():
        raise not_accepted(session, f'directory "{wanted.name}"', target.path)
    return int(saved)


def operate(session: Session, operation: str, directory_id: int, token: str, what: str) -> None:
    """One of the operations of the list of directories: enable, disable, remove, moveUp, moveDown, sync."""
    path = f'{SERVLET}/directories/{operation}?directoryId={directory_id}'
    answer = session.post_form(path, [(TOKEN, token)])
    if answer.status == 200:
        raise Problem(
            f'{what}: {operation} was refused ({_errors(read_page(answer.text()))}); '
            'do it in the list of user directories of the server, or mend what it says'
        )
    if answer.status not in REDIRECTS:
        raise answer.problem()
    target = urlsplit(session.target(answer))
    # The list with "timeout" is where requests without the right token are sent.
    if not target.path.endswith('/directories/list') or 'timeout' in parse_qs(target.query):
        raise not_accepted(session, what, target.path)


def not_accepted(session: Session, what: str, path: str) -> Problem:
    """For a redirect to somewhere else than where success leads."""
    return Problem(
        f'{what}: the server did not take the form but redirected to {session.base_url}{quoted(path)}: it did not '
        f'accept the session or atl_token, or its base URL is wrong; make {session.base_url} the base URL in its '
        'settings, and look that nothing between takes cookies away'
    )


def _errors(page: Page) -> str:
    return quoted(' '.join(text for _, text in page.errors)) or 'without a reason'


def _title(html: str) -> str:
    start, _, rest = html.partition('<title>')
    return rest.partition('</title>')[0] if rest else start[:60]

"""Logging in as the administrator whom the set-up made."""

import base64
import json

from .directory_list import DIRECTORIES
from .http_session import Answer, Session
from .messages import Problem, keep_secret, say
from .settings import Settings

AUTHENTICATE = '/rest/tsv/1.0/authenticate'


def log_in(session: Session, settings: Settings) -> None:
    """Makes the session that of the administrator, or says why that cannot be."""
    if settings.login == 'basic':
        credentials = base64.b64encode(f'{settings.username}:{settings.password}'.encode()).decode('ascii')
        keep_secret(credentials)
        session.authorization = f'Basic {credentials}'
    else:
        _authenticate(session, settings)
    # This one answers to system administrators alone.
    answer = session.get(DIRECTORIES)
    if answer.status != 200:
        raise _refusal(answer, settings)
    say(f'logged in as {settings.username} ({settings.login})')


def _authenticate(session: Session, settings: Settings) -> None:
    body = json.dumps(
        {'username': settings.username, 'password': settings.password, 'rememberMe': False, 'targetUrl': ''}
    )
    answer = session.request('POST', AUTHENTICATE, body.encode(), 'application/json')
    if answer.status == 404:
        raise Problem(f'{answer.request}: got 404, this version has no such log-in; write "login": "basic"')
    if answer.status not in (200, 204):
        raise _refusal(answer, settings)


def _refusal(answer: Answer, settings: Settings) -> Problem:
    who = f'{answer.request} as {settings.username}: got {answer.status}'
    if 'CAPTCHA' in answer.headers.get('X-Authentication-Denied-Reason', ''):
        return Problem(f'{who}, too many log-ins failed before; log in once with a browser to answer the CAPTCHA')
    if 'Basic Authentication has been disabled' in answer.text():
        return Problem(f'{who}, Basic authentication is off as in version 10 and later; write "login": "session"')
    if answer.status == 401:
        return Problem(
            f'{who}, the password is wrong: the one of the set-up counts at first start only, and may have been '
            'changed in the server since; give the present one'
        )
    if answer.status == 403:
        return Problem(f'{who} {answer.reason()}; give an administrator who has SYS_ADMIN')
    return answer.problem()

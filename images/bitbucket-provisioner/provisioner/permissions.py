"""Global permissions of groups; a group has one level, which includes those below it."""

from typing import Any
from urllib.parse import urlencode

from .http_session import Answer, Session
from .messages import Problem, say
from .state import State

PERMISSIONS = '/rest/api/latest/admin/permissions/groups'
LEVELS = ('LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN')


def apply_permissions(session: Session, wanted: dict[str, list[str]], state: State) -> None:
    """Grants what is missing, and takes back what an earlier run granted and nobody wants now."""
    levels = _levels(wanted)
    present = _read(session)
    for name, granted in list(state.permissions.items()):
        level = levels.get(name.lower(), (name, None))[1]
        if level is not None and LEVELS.index(level) >= LEVELS.index(granted):
            continue
        # Another level than the granted one is somebody else's decision.
        if present.get(name.lower()) == granted:
            _change(session, 'DELETE', {'name': name}, f'group "{name}"', f'taking {granted} back')
            del present[name.lower()]
            say(f'group "{name}": {granted} taken back, because it is not wanted any more')
        del state.permissions[name]
        state.save()
    for key, (name, level) in levels.items():
        has = present.get(key)
        if has is not None and LEVELS.index(has) >= LEVELS.index(level):
            say(f'group "{name}": has {has}')
            continue
        _grant(session, name, level, state)
        say(f'group "{name}": {level} granted')


def _levels(wanted: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    """The highest level that is wanted for each group, by its name in lower case: the server tells no case apart."""
    unknown = sorted(set(wanted) - set(LEVELS))
    if unknown:
        raise Problem(f'permissions: there is no {", ".join(unknown)}; write {", ".join(LEVELS)}')
    return {name.lower(): (name, level) for level in LEVELS for name in wanted.get(level, [])}


def _read(session: Session) -> dict[str, str]:
    present: dict[str, str] = {}
    start = 0
    while True:
        answer = session.get(f'{PERMISSIONS}?{urlencode({"start": start, "limit": 500})}')
        groups, following = answer.read(_page)
        for name, level in groups:
            present[name] = max(present.get(name, level), level, key=LEVELS.index)
        if following is None:
            return present
        start = following


def _page(data: dict[str, Any]) -> tuple[list[tuple[str, str]], int | None]:
    """Groups with their levels, and where the next page starts."""
    groups = [(each['group']['name'].lower(), each['permission']) for each in data['values']]
    return groups, None if data['isLastPage'] else data['nextPageStart']


def _grant(session: Session, name: str, level: str, state: State) -> None:
    before = state.permissions.get(name)
    # Before it is sent: whoever is killed after sending must know later what to take back.
    state.permissions[name] = level
    state.save()
    try:
        _change(session, 'PUT', {'name': name, 'permission': level}, f'group "{name}"', level)
    except Refused:
        if before is None:
            del state.permissions[name]
        else:
            state.permissions[name] = before
        state.save()
        raise


class Refused(Problem):
    """The server said no, so nothing changed."""


def _change(session: Session, method: str, query: dict[str, str], what: str, change: str) -> None:
    answer = session.request(method, f'{PERMISSIONS}?{urlencode(query)}')
    if answer.status not in (200, 204):
        raise Refused(f'{what}: {change} was refused with {answer.status} {answer.reason()}; {_advice(answer)}')


def _advice(answer: Answer) -> str:
    if answer.status == 403:
        return 'more people than the licence allows would have access: name a smaller group, or get a larger licence'
    if answer.status == 404:
        return (
            'no directory has such a group after its synchronisation: correct its name, or base DN and group filter '
            'of the directory'
        )
    if answer.status == 409:
        return 'the administrator would lose SYS_ADMIN by it: give that to another group of theirs first'
    if answer.status == 401:
        return 'the administrator needs at least this level: give one who has SYS_ADMIN'
    return 'see the log of the server'

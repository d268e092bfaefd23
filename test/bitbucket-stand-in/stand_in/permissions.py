"""Global permissions: one level for each group and user, and their REST resource."""

from .directories import Directories
from .exchange import Request, Response, error_response, page_of
from .licence import user_limit
from .rules import RuleSet
from .store import Store

LEVELS = ['LICENSED_USER', 'PROJECT_CREATE', 'ADMIN', 'SYS_ADMIN']


class Permissions:
    """Who has which level; a level includes those below it."""

    def __init__(self, store: Store, directories: Directories, rules: RuleSet) -> None:
        self._store = store
        self._directories = directories
        self._rules = rules

    def _granted(self, kind: str) -> dict[str, str]:
        granted: dict[str, str] = self._store.state['permissions'][kind]
        return granted

    def has(self, username: str | None, permission: str) -> bool:
        """Whether the user has the permission, directly or by a group."""
        return username is not None and self._level(username) >= _level(permission)

    def _level(self, username: str) -> int:
        if self._directories.directory_of(username) is None:
            return -1
        users = {name.lower(): permission for name, permission in self._granted('users').items()}
        levels = [_level(users[username.lower()])] if username.lower() in users else []
        groups = self._directories.groups_of(username)
        levels += [_level(permission) for name, permission in self._granted('groups').items() if name.lower() in groups]
        return max(levels, default=-1)

    def licensed_users(self) -> int:
        """How many people count for the licence."""
        found = {name.lower() for name in self._granted('users') if self._directories.user(name) is not None}
        for group in self._granted('groups'):
            found |= self._directories.members_of(group)
        return len(found)

    def exceeds_licence(self) -> bool:
        """Whether more people may use the server than the licence is for."""
        return self.licensed_users() > user_limit(self._store.state['settings']['licence'])

    def answer(self, request: Request, kind: str) -> Response:
        """/rest/api/latest/admin/permissions/groups and .../users."""
        if not self.has(request.username, 'ADMIN') and 'permission-admin' in self._rules:
            return _not_permitted()
        if request.method == 'GET':
            return self._list(request, kind)
        if request.method in ('PUT', 'DELETE'):
            return self._change(request, kind)
        return error_response(405, 'Method not allowed')

    def _list(self, request: Request, kind: str) -> Response:
        searched = request.parameters.get('filter', '').lower()
        singular = kind.removesuffix('s')
        values = [
            {singular: {'name': name}, 'permission': permission}
            for name, permission in sorted(self._granted(kind).items())
            if searched in name.lower()
        ]
        return page_of(values, request)

    def _change(self, request: Request, kind: str) -> Response:
        names = request.all_of('name')
        permission = request.parameters.get('permission', '')
        granted = self._granted(kind)
        if not names or any(name == '' for name in names):
            return error_response(400, 'A name is required.')
        if request.method == 'DELETE':
            return self._revoke(request, kind, names)
        if permission not in LEVELS and 'permission-names' in self._rules:
            return error_response(400, f'{permission!r} is not a global permission.')
        if 'permission-admin' in self._rules and not self.has(request.username, permission):
            return _not_permitted()
        known = {name: self._known_name(kind, name) for name in names}
        for name, known_name in known.items():
            if known_name is None and 'sync-before-grant' in self._rules:
                exception = f'com.atlassian.bitbucket.user.NoSuch{kind.removesuffix("s").capitalize()}Exception'
                return error_response(404, f'{kind.removesuffix("s").capitalize()} {name} does not exist.', exception)
        before = dict(granted)
        granted.update({known_name or name: permission for name, known_name in known.items()})
        if 'licence-limit' in self._rules and self.exceeds_licence():
            granted.clear()
            granted.update(before)
            return error_response(403, 'Granting this permission would exceed the limit of users of the licence.')
        self._store.save()
        return Response(204)

    def _revoke(self, request: Request, kind: str, names: list[str]) -> Response:
        granted = self._granted(kind)
        for name in names:
            if name in granted:
                if 'permission-admin' in self._rules and not self.has(request.username, granted[name]):
                    return _not_permitted()
                del granted[name]
        self._store.save()
        return Response(204)

    def _known_name(self, kind: str, name: str) -> str | None:
        if kind == 'groups':
            return self._directories.group_name(name)
        user = self._directories.user(name)
        return user['name'] if user else None


def _level(permission: str) -> int:
    return LEVELS.index(permission) if permission in LEVELS else -1


def _not_permitted() -> Response:
    return error_response(
        401,
        'You are not permitted to access this resource',
        'com.atlassian.bitbucket.AuthorisationException',
    )

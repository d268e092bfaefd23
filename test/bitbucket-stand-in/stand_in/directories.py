"""The user directories: who is in them, in which order they are asked, and how an LDAP directory is connected."""

from collections.abc import Iterator
from typing import Any

from .directory_form import Submission
from .ldap import Connection, LdapClient, LdapError
from .rules import RuleSet
from .store import Store, is_password

Directory = dict[str, Any]


class DirectoryError(Exception):
    """Why a directory was not saved, moved or removed."""


class Directories:
    """All directories, in order."""

    def __init__(self, store: Store, ldap: LdapClient, rules: RuleSet) -> None:
        self._store = store
        self._ldap = ldap
        self._rules = rules

    def all(self) -> list[Directory]:
        """In the order in which they are asked."""
        found: list[Directory] = self._store.state['directories']
        return found

    def active(self) -> Iterator[Directory]:
        """Those that take part."""
        return (directory for directory in self.all() if directory['active'])

    def find(self, identifier: int) -> Directory | None:
        """By id."""
        return next((directory for directory in self.all() if directory['id'] == identifier), None)

    def directory_of(self, username: str) -> Directory | None:
        """The first active directory that has the user: the others do not count for them."""
        return next((directory for directory in self.active() if username.lower() in directory['users']), None)

    def user(self, username: str) -> dict[str, str] | None:
        """What is known of a user."""
        directory = self.directory_of(username)
        found: dict[str, str] | None = directory['users'][username.lower()] if directory else None
        return found

    def members_of(self, group: str) -> set[str]:
        """Who is in a group, by lower-case name."""
        return {
            member
            for directory in self.active()
            for member in directory['groups'].get(group.lower(), {'members': []})['members']
            if self.directory_of(member) is directory
        }

    def groups_of(self, username: str) -> set[str]:
        """The user's groups, by lower-case name."""
        directory = self.directory_of(username)
        if directory is None:
            return set()
        groups = directory['groups'].items()
        return {name for name, group in groups if username.lower() in group['members']}

    def group_name(self, name: str) -> str | None:
        """How a group is written, where there is one."""
        for directory in self.active():
            group = directory['groups'].get(name.lower())
            if group is not None:
                found: str = group['name']
                return found
        return None

    def authenticate(self, username: str, password: str) -> str | None:
        """The user's name, when the password is theirs."""
        directory = self.directory_of(username)
        if directory is None:
            return None
        user = directory['users'][username.lower()]
        if directory['kind'] == 'INTERNAL':
            accepted = is_password(password, directory['passwords'][username.lower()])
        else:
            accepted = self._ldap.can_bind(connection_of(directory['values'], user['dn'], password))
        name: str = user['name']
        return name if accepted else None

    def test_connection(self, submission: Submission) -> str | None:
        """Why the directory cannot be reached as it was sent."""
        old = self.find(submission.directory_id)
        password = submission.password
        if password == '' and old is not None and 'empty-password-kept' in self._rules:
            password = old['password']
        submission.password = password
        if 'connection-test' not in self._rules:
            return None
        connection = connection_of(submission.values, str(submission.values['ldapUserdn']), password)
        try:
            self._ldap.search(connection, str(submission.values['ldapBasedn']), 'base', '(objectClass=*)', ['1.1'])
        except LdapError as error:
            return str(error)
        return None

    def save(self, submission: Submission) -> Directory:
        """Creates or updates an LDAP directory; the caller has tested its connection."""
        directory = self.find(submission.directory_id) if submission.directory_id > 0 else None
        if directory is None:
            directory = self._create(submission)
        else:
            # What was not sent stays as it was.
            kept = {
                name: value
                for name, value in directory['values'].items()
                if name not in submission.sent and submission.values[name] == ''
            }
            directory['values'] = {**submission.values, **kept}
        directory['name'] = submission.values['name']
        directory['password'] = submission.password
        directory['active'] = submission.is_active
        for group in str(directory['values']['ldapAutoAddGroups']).split(','):
            if group.strip():
                add_local_group(directory, group.strip())
        self._store.save()
        return directory

    def _create(self, submission: Submission) -> Directory:
        name = str(submission.values['name'])
        if 'duplicate-name' in self._rules and any(each['name'] == name for each in self.all()):
            raise DirectoryError(f'A directory with the name {name} already exists.')
        directory: Directory = {
            'id': self._store.next_id(),
            'kind': 'CONNECTOR',
            'values': dict(submission.values),
            'users': {},
            'groups': {},
            'synchronisation': {'active': None, 'last': None},
        }
        self.all().append(directory)
        return directory

    def set_active(self, directory: Directory, is_active: bool) -> None:
        """Enables or disables."""
        directory['active'] = is_active
        self._store.save()

    def remove(self, directory: Directory) -> None:
        """Removes a directory and all that it had."""
        if directory['kind'] == 'INTERNAL':
            raise DirectoryError('An internal directory cannot be removed.')
        if directory['synchronisation']['active'] is not None:
            raise DirectoryError('The directory is currently synchronising.')
        self.all().remove(directory)
        self._store.save()

    def move(self, directory: Directory, by: int) -> None:
        """Up by -1, down by 1; at the ends nothing happens."""
        directories = self.all()
        index = directories.index(directory)
        directories.insert(max(0, min(len(directories) - 1, index + by)), directories.pop(index))
        self._store.save()


def add_local_group(directory: Directory, name: str) -> None:
    """A group that is in the server's own database alone."""
    directory['groups'].setdefault(name.lower(), {'name': name, 'members': [], 'local': True})


def connection_of(values: dict[str, str | bool], bind_dn: str, password: str) -> Connection:
    """How the directory of these fields is reached."""
    return Connection(
        hostname=str(values['hostname']),
        port=int(values['port']),
        is_ldaps=bool(values['useSSL']),
        bind_dn=bind_dn,
        password=password,
        connect_timeout=int(values['ldapConnectionTimeoutInSec'] or 10),
        time_limit=int(values['ldapSearchTimelimitInSec'] or 60),
    )

"""The synchronisation of a directory: its users, groups and memberships, copied by LDAP searches."""

import re
import threading
import time
from datetime import datetime
from typing import Any

from .directories import Directories, Directory, connection_of
from .directory_form import POSIX_TYPES
from .ldap import Entry, LdapClient, LdapError
from .store import Store

COMPLETED = 'Full synchronisation completed successfully.'
FAILED = 'Synchronisation failed. See server logs for details.'
RUNNING = 'Synchronising users and groups.'


class Synchroniser:
    """Synchronises in the background, one round at a time for each directory."""

    def __init__(self, store: Store, directories: Directories, ldap: LdapClient, seconds: float) -> None:
        self._store = store
        self._directories = directories
        self._ldap = ldap
        self._seconds = seconds

    def forget_interrupted(self) -> None:
        """A round that a stop of the server has cut off is over."""
        for directory in self._directories.all():
            if directory['kind'] == 'CONNECTOR':
                directory['synchronisation']['active'] = None

    def start(self, directory: Directory) -> None:
        """Starts a round unless one is under way."""
        if directory['kind'] == 'INTERNAL' or directory['synchronisation']['active'] is not None:
            return
        directory['synchronisation']['active'] = time.time()
        threading.Thread(target=self._run, args=(directory,), daemon=True).start()

    def _run(self, directory: Directory) -> None:
        started = time.time()
        try:
            users, groups = self._read(directory)
            status = COMPLETED
        except (LdapError, ValueError) as error:
            print(f'Synchronisation of directory {directory["name"]!r} failed: {error}', flush=True)
            status = FAILED
        # A client that does not wait for the end must be found out, so the smallest directory takes a while.
        time.sleep(max(0.0, started + self._seconds - time.time()))
        with self._store.lock:
            if status == COMPLETED:
                local = {name: group for name, group in directory['groups'].items() if group['local']}
                directory['users'], directory['groups'] = users, {**local, **groups}
            directory['synchronisation'] = {
                'active': None,
                'last': {'started': started, 'duration': time.time() - started, 'status': status},
            }
            self._store.save()

    def _read(self, directory: Directory) -> tuple[dict[str, Any], dict[str, Any]]:
        values = directory['values']
        connection = connection_of(values, values['ldapUserdn'], directory['password'])
        page_size = int(values['ldapPagedresultsSize'] or 0) if values['ldapPagedresults'] else 0

        def search(additional_dn: str, search_filter: str, *attributes: str) -> list[Entry]:
            base = ','.join(dn for dn in (additional_dn, values['ldapBasedn']) if dn)
            return self._ldap.search(connection, base, 'sub', search_filter, list(attributes), page_size)

        user_fields = ('Username', 'Firstname', 'Lastname', 'Displayname', 'Email')
        user_entries = search(
            values['ldapUserDn'], values['ldapUserFilter'], *(values[f'ldapUser{name}'] for name in user_fields)
        )
        group_entries = search(
            values['ldapGroupDn'], values['ldapGroupFilter'], values['ldapGroupName'], values['ldapGroupUsernames']
        )
        users = {
            entry.first(values['ldapUserUsername']).lower(): {
                'dn': entry.dn,
                'name': entry.first(values['ldapUserUsername']),
                'displayName': entry.first(values['ldapUserDisplayname']),
                'emailAddress': entry.first(values['ldapUserEmail']),
            }
            for entry in user_entries
            if entry.first(values['ldapUserUsername'])
        }
        return users, _groups(values, users, group_entries)


def _groups(values: dict[str, Any], users: dict[str, Any], entries: list[Entry]) -> dict[str, Any]:
    is_posix = values['type'] in POSIX_TYPES
    user_of = {name if is_posix else _normal(user['dn']): name for name, user in users.items()}
    members = {
        _normal(entry.dn): [
            value.lower() if is_posix else _normal(value)
            for value in entry.attributes.get(values['ldapGroupUsernames'].lower(), [])
        ]
        for entry in entries
    }

    def usernames(group: str, seen: set[str]) -> set[str]:
        if group in seen:
            return set()
        found = {user_of[member] for member in members[group] if member in user_of}
        if values['nestedGroupsEnabled'] and not is_posix:
            for member in members[group]:
                if member in members:
                    found |= usernames(member, seen | {group})
        return found

    groups = {}
    for entry in entries:
        name = entry.first(values['ldapGroupName'])
        if name:
            is_in = sorted(usernames(_normal(entry.dn), set()))
            groups[name.lower()] = {'name': name, 'members': is_in, 'local': False}
    return groups


def _normal(dn: str) -> str:
    return re.sub(r'\s*([,=])\s*', r'\1', dn).lower()


def describe(directory: Directory) -> dict[str, Any] | None:
    """What the REST resource says about it; nothing for a directory that is not synchronised."""
    if directory['kind'] == 'INTERNAL':
        return None
    active, last = directory['synchronisation']['active'], directory['synchronisation']['last']
    described: dict[str, Any] = {'lastDuration': 0, 'currentStartTime': 0, 'currentDuration': 0}
    if last is not None:
        started = datetime.fromtimestamp(last['started'])
        described['lastStartTime'] = f'{started:%-m/%-d/%y %-I:%M %p}'
        described['lastDuration'] = int(last['duration'])
        described['syncStatus'] = last['status']
    if active is not None:
        described['currentStartTime'] = int(active * 1000)
        described['currentDuration'] = int(time.time() - active)
        described['syncStatus'] = RUNNING
    return described

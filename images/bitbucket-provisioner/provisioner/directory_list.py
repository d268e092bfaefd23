"""Which directories the server has, in its order."""

import re
from dataclasses import dataclass
from typing import Any

from .http_session import Session

DIRECTORIES = '/rest/crowd/1/directory'
USER_DIRECTORIES = '/rest/api/latest/admin/user-directories?includeInactive=true&limit=1000'


@dataclass(frozen=True)
class Synchronisation:
    """How the copy of a directory stands; `last` is None before the first one."""

    running: bool
    last: tuple[str, str, str] | None
    status: str


@dataclass(frozen=True)
class PresentDirectory:
    """A directory that the server has."""

    id: int
    name: str
    active: bool
    internal: bool
    synchronisation: Synchronisation


def list_directories(session: Session) -> list[PresentDirectory]:
    """All of them. Ids and synchronisations come from Crowd's list, what is active or internal from Bitbucket's."""
    details = session.get(USER_DIRECTORIES).read(_by_name)
    return session.get(DIRECTORIES).read(
        lambda data: [_directory(entry, details.get(entry['name'], {})) for entry in data['directory']]
    )


def _by_name(data: Any) -> dict[str, dict[str, Any]]:
    # Bitbucket answers with the list, or with a page that holds it.
    return {each['name']: each for each in (data if isinstance(data, list) else data['values'])}


def _directory(entry: dict[str, Any], detail: dict[str, Any]) -> PresentDirectory:
    return PresentDirectory(
        id=_id(entry),
        name=entry['name'],
        # Both names of it have been seen.
        active=bool(detail.get('active', detail.get('isActive', True))),
        internal=str(detail.get('type', '')).upper().startswith('INTERNAL'),
        synchronisation=_synchronisation(entry.get('synchronisation') or {}),
    )


def _id(entry: dict[str, Any]) -> int:
    for link in entry['link']:
        match = re.search(r'/directory/(\d+)$', link['href'])
        if match:
            return int(match[1])
    raise ValueError(f'no link with the id of "{entry["name"]}"')


def _synchronisation(data: dict[str, Any]) -> Synchronisation:
    status = data.get('syncStatus') or ''
    start = data.get('lastStartTime')
    return Synchronisation(
        running=bool(int(data.get('currentStartTime') or 0)),
        last=(str(start), str(data.get('lastDuration')), status) if start else None,
        status=status,
    )

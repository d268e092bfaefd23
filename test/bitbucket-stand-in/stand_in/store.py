"""What the server keeps: one JSON file in its home, written whole after each change."""

import hashlib
import hmac
import json
import os
import secrets
import threading
from pathlib import Path
from typing import Any

State = dict[str, Any]


class Store:
    """The state of the server, and the lock around it."""

    def __init__(self, home: Path) -> None:
        self._file = home / 'shared/data/stand-in.json'
        self.repositories = home / 'shared/data/repositories'
        self.lock = threading.RLock()
        self.state: State = {}
        if self._file.exists():
            self.state = json.loads(self._file.read_text('utf-8'))

    @property
    def is_set_up(self) -> bool:
        """Whether a start before this one has set the server up."""
        return bool(self.state)

    def set_up(self, settings: dict[str, str], administrator: dict[str, str], password: str) -> None:
        """What the first start makes: the internal directory with the administrator in it."""
        username = administrator['name']
        internal = {
            'id': 32769,
            'name': 'Bitbucket Internal Directory',
            'kind': 'INTERNAL',
            'active': True,
            'users': {username.lower(): administrator},
            'groups': {},
            'passwords': {username.lower(): hash_password(password)},
        }
        self.state = {
            'settings': settings,
            'next_id': 32770,
            'directories': [internal],
            'permissions': {'groups': {}, 'users': {username: 'SYS_ADMIN'}},
            'projects': {},
        }
        self.save()

    def next_id(self) -> int:
        """An id that nothing else has had."""
        number: int = self.state['next_id']
        self.state['next_id'] = number + 1
        return number

    def save(self) -> None:
        """Writes the state so that a kill leaves the old or the new."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix('.new')
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, 'w', encoding='utf-8') as file:
            json.dump(self.state, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._file)


def hash_password(password: str) -> str:
    """A salted hash of the password."""
    salt = secrets.token_bytes(16)
    return f'{salt.hex()}:{_scrypt(password, salt).hex()}'


def is_password(password: str, hashed: str) -> bool:
    """Whether the hash is of this password."""
    salt, _, expected = hashed.partition(':')
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), expected)


def _scrypt(password: str, salt: bytes) -> bytes:
    # Cheap on purpose: Basic is checked with each request.
    return hashlib.scrypt(password.encode(), salt=salt, n=1024, r=8, p=1)

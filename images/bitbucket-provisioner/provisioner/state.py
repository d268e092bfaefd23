"""What this program made, kept between runs so that it removes nothing else, and sends nothing twice."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .messages import Problem


@dataclass
class DirectoryState:
    """What is known of a directory beyond what the server shows."""

    # None while it is being made: a run that was killed then does not know the id, but that it is its own.
    id: int | None
    made: bool
    synchronised: bool = False
    # Salt and scrypt hash of the password that was sent last; the server does not show it.
    password: tuple[str, str] | None = None
    # Fields that the server shows otherwise than sent (or not at all: None), as sent and as shown then.
    shown: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    # Hash of the authorities with which the server last reached the directory.
    authority: str | None = None

    def has_password(self, password: str) -> bool:
        """Whether this is the password that was sent last."""
        if self.password is None:
            return False
        salt, known = self.password
        return hmac.compare_digest(_hash(password, salt), known)

    def keep_password(self, password: str) -> None:
        """Remembers which password was sent, not the password."""
        salt = secrets.token_hex(16)
        self.password = (salt, _hash(password, salt))

    def has_authority(self, authority: str) -> bool:
        """Whether the server reached the directory with these authorities."""
        return self.authority == _digest(authority)

    def keep_authority(self, authority: str) -> None:
        """Remembers that it did."""
        self.authority = _digest(authority)


class State:
    """The file of it; each `save` leaves the old one or the new one, whatever happens."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / 'state.json'
        self.directories: dict[str, DirectoryState] = {}
        # The level that each group was granted.
        self.permissions: dict[str, str] = {}
        try:
            data = json.loads(self._file.read_text('utf-8'))
            for name, entry in data['directories'].items():
                self.directories[name] = DirectoryState(**_with_tuples(entry))
            self.permissions = data['permissions']
        except FileNotFoundError:
            pass
        except OSError as error:
            raise Problem(f'{self._file} cannot be read ({error.strerror}); give it to this user') from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Problem(
                f'{self._file} is not what this program wrote; remove it: directories are taken over by their names'
            ) from None

    def save(self) -> None:
        """Writes all of it, for this user alone."""
        data = {
            'directories': {name: asdict(entry) for name, entry in self.directories.items()},
            'permissions': self.permissions,
        }
        temporary = self._file.with_suffix('.new')
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, 'w', encoding='utf-8') as stream:
                json.dump(data, stream, indent=2)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, self._file)
            folder = os.open(self._file.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise Problem(
                f'{self._file} cannot be written ({error.strerror}); make its folder writable for user {os.getuid()}'
            ) from None


def _with_tuples(entry: dict) -> dict:
    password = entry['password']
    shown = {name: (sent, shown) for name, (sent, shown) in entry['shown'].items()}
    return {**entry, 'password': None if password is None else tuple(password), 'shown': shown}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()

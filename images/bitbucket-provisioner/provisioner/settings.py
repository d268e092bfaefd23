"""What is wanted: provision.json and the secrets beside it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .messages import Problem, keep_secret


@dataclass(frozen=True)
class WantedDirectory:
    """A user directory in the words of the server's form."""

    path: str
    name: str
    fields: dict[str, str]
    checkboxes: dict[str, bool]
    password: str | None
    # PEM of the authorities that the server takes up for it when it starts: no field of the form.
    authority: str


@dataclass(frozen=True)
class Tls:
    """What verifies the certificate of a server that speaks TLS itself, and the host name that it is for."""

    ca_file: Path
    name: str


@dataclass(frozen=True)
class Settings:
    """All that a run needs to know; times are in seconds."""

    server: str
    tls: Tls | None
    base_url: str
    login: str
    username: str
    password: str
    directories: tuple[WantedDirectory, ...]
    permissions: dict[str, list[str]]
    wait_for_running: float
    wait_for_synchronisation: float
    request_timeout: float


def read_settings(folder: Path) -> Settings:
    """Reads `folder`/provision.json; files that it names are relative to `folder`."""
    file = folder / 'provision.json'
    try:
        data = json.loads(file.read_text('utf-8'))
        administrator = data['administrator']
        settings = Settings(
            server=data['server'],
            tls=Tls(folder / data['tls']['caFile'], data['tls']['name']) if 'tls' in data else None,
            base_url=data['baseUrl'],
            login=data['login'],
            username=administrator['username'],
            password=_read_secret(folder / administrator['passwordFile']),
            directories=tuple(_directory(folder, each) for each in data['directories']),
            permissions=data['permissions'],
            wait_for_running=data['waitForRunning'],
            wait_for_synchronisation=data['waitForSynchronisation'],
            request_timeout=data['requestTimeout'],
        )
    except KeyError as error:
        raise Problem(f'{file}: {error.args[0]} is missing; write it') from None
    except OSError as error:
        raise Problem(f'{error.filename} cannot be read ({error.strerror}); give the file to this user') from None
    except ValueError as error:
        raise Problem(f'{file} is no JSON ({error}); write it anew') from None
    if settings.login not in ('basic', 'session'):
        raise Problem(f'{file}: login is "{settings.login}"; write "basic", or "session" for version 10 and later')
    return settings


def _directory(folder: Path, data: dict[str, Any]) -> WantedDirectory:
    return WantedDirectory(
        path=data['path'],
        name=data['name'],
        fields={**data['fields'], 'name': data['name']},
        checkboxes=data['checkboxes'],
        password=_read_secret(folder / data['passwordFile']) if 'passwordFile' in data else None,
        authority=(folder / data['authorityFile']).read_text('utf-8'),
    )


def _read_secret(file: Path) -> str:
    secret = file.read_text('utf-8').removesuffix('\n')
    keep_secret(secret)
    return secret

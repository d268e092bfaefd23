#!/usr/bin/env python3
"""Starts the stand-in as Atlassian's image starts Bitbucket: as root it becomes bitbucket first."""

import os
import pwd
import signal
import sys
import threading
from pathlib import Path
from socketserver import BaseServer

from stand_in.application import Bitbucket
from stand_in.connectors import Connector, open_server, read_connectors
from stand_in.properties import Settings, SettingsError
from stand_in.ssh import open_ssh

_HOME = '/var/atlassian/application-data/bitbucket'


def become_bitbucket(home: Path) -> None:
    """Gives the home to the user bitbucket, for them alone, and goes on as that user."""
    account = pwd.getpwnam('bitbucket')
    if os.environ.get('SET_PERMISSIONS', 'true') == 'true' and home.stat().st_uid != account.pw_uid:
        for folder, _, files in os.walk(home):
            for path in (folder, *(os.path.join(folder, file) for file in files)):
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        home.chmod(0o700)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def settings_of_failure(settings: Settings) -> list[Connector]:
    """A plain connector that says ERROR, where the configured ones cannot be."""
    try:
        port = settings.port('server.port', 7990)
    except SettingsError:
        port = 7990
    return [Connector('0.0.0.0', port, 'http', False, '', 0, 443, None)]


def main() -> None:
    """Runs until SIGTERM."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    home = Path(os.environ.get('BITBUCKET_HOME', _HOME))
    # Root is what the image starts as; where tests run as root there is no such user.
    if os.getuid() == 0 and str(home) == _HOME:
        become_bitbucket(home)
    os.umask(0o027)
    settings, problem = read_settings(home)
    bitbucket = Bitbucket(home, settings, os.environ)
    connectors: list[Connector] = []
    try:
        if problem is not None:
            raise problem
        connectors = read_connectors(settings)
        bitbucket.configure()
    except SettingsError as error:
        print(f'Bitbucket cannot start: {error}', file=sys.stderr, flush=True)
        bitbucket.fail()
        connectors = connectors or settings_of_failure(settings)
    servers: list[BaseServer] = [open_server(connector, bitbucket) for connector in connectors]
    if bitbucket.has_ssh:
        servers.append(open_ssh(settings.port('plugin.ssh.port', 7999)))
    (home / 'docker-app.pid').write_text(f'{os.getpid()}\n')
    for server in servers:
        # The interval is how long a stop takes.
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    print(f'Listening on {", ".join(str(connector.port) for connector in connectors)}', flush=True)
    stopped.wait()
    for server in servers:
        server.shutdown()


def read_settings(home: Path) -> tuple[Settings, SettingsError | None]:
    """The settings; where the file is malformed, those of the environment and why."""
    try:
        return Settings.read(home / 'shared/bitbucket.properties', os.environ), None
    except SettingsError as error:
        return Settings.read(home / 'no such file', os.environ), error


if __name__ == '__main__':
    main()

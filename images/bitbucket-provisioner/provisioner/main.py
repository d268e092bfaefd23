"""One run, from the first look at the server to the last permission."""

import argparse
import signal
import sys
from pathlib import Path

from .directories import apply_directory, remove_unwanted
from .directory_list import list_directories
from .http_session import Session
from .login import log_in
from .messages import Problem, say
from .order import apply_order
from .permissions import apply_permissions
from .settings import read_settings
from .state import State
from .synchronisation import synchronise
from .waiting import wait_until_running


def main(arguments: list[str]) -> int:
    """The program; returns its exit status."""
    parser = argparse.ArgumentParser(prog='provision', description=__doc__)
    parser.add_argument('--files', type=Path, default=Path('/files/current'), help='folder of provision.json')
    parser.add_argument('--state', type=Path, default=Path('/state'), help='folder that is kept between runs')
    options = parser.parse_args(arguments)
    # The first process of a container ignores the signal otherwise.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        _provision(options.files, options.state)
    except Problem as problem:
        print(f'provision: {problem}', file=sys.stderr, flush=True)
        return 1
    return 0


def _provision(files: Path, folder: Path) -> None:
    settings = read_settings(files)
    state = State(folder)
    session = Session(settings.server, settings.base_url, settings.request_timeout, settings.tls)
    wait_until_running(session, settings.wait_for_running)
    log_in(session, settings)
    present = {each.name: each for each in list_directories(session)}
    for wanted in settings.directories:
        apply_directory(session, wanted, present.get(wanted.name), state)
    apply_order(session, settings.directories)
    for wanted in settings.directories:
        synchronise(session, wanted, state, settings.wait_for_synchronisation, wanted.name not in present)
    # Before permissions: people of a directory that goes away still count for the licence.
    remove_unwanted(session, settings.directories, state, settings.wait_for_synchronisation)
    apply_permissions(session, settings.permissions, state)
    say('all is as wanted')

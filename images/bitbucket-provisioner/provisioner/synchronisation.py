"""Has the server copy a directory, and waits until it did."""

import re
import time

from .directory_form import operate, read_form
from .directory_list import Synchronisation, list_directories
from .http_session import Session
from .messages import Problem, quoted, say
from .settings import WantedDirectory
from .state import State
from .waiting import pauses

# The server tells the start of the last synchronisation by the minute: after more than one, the same minute
# as before means that none was since.
ASK_AGAIN_AFTER = 65.0


def synchronise(session: Session, wanted: WantedDirectory, state: State, limit: float, is_new: bool) -> None:
    """Returns when the server knows users and groups of the directory as it is now."""
    entry = state.directories[wanted.name]
    if entry.synchronised:
        return
    assert entry.id is not None
    what = f'directory "{wanted.name}"'
    before = _look(session, entry.id, what)
    # The server begins by itself with a new one; of another, one that runs may have begun with the settings of before.
    has_run = is_new and before.running
    if not is_new:
        before = wait_until_idle(session, entry.id, what, limit)
    start = time.monotonic()
    if not has_run:
        _ask(session, wanted, entry.id, what)
    asked = start
    for pause in pauses():
        now = _look(session, entry.id, what)
        if now.running:
            has_run = True
        elif now.last is not None and (has_run or now.last != before.last):
            _check(what, wanted, now)
            break
        _check_time(what, wanted, now, start, limit)
        if not now.running and time.monotonic() - asked >= ASK_AGAIN_AFTER:
            _ask(session, wanted, entry.id, what)
            asked = time.monotonic()
        time.sleep(pause)
    entry.synchronised = True
    state.save()
    say(f'{what}: {quoted(now.status) or "synchronised"}')


def wait_until_idle(session: Session, directory_id: int, what: str, limit: float) -> Synchronisation:
    """Waits for the end of a synchronisation that runs, whatever becomes of it."""
    start = time.monotonic()
    for pause in pauses():
        now = _look(session, directory_id, what)
        if not now.running:
            return now
        if time.monotonic() - start >= limit:
            raise Problem(
                f'{what}: an earlier synchronisation still runs after {limit:g} s ({quoted(now.status)}); '
                'see the log of the server, or wait longer'
            )
        time.sleep(pause)
    raise AssertionError('pauses do not end')


def _ask(session: Session, wanted: WantedDirectory, directory_id: int, what: str) -> None:
    token = read_form(session, wanted.path, directory_id).values['atl_token']
    try:
        operate(session, 'sync', directory_id, token, what)
    except Problem:
        # It has begun by itself, and refuses a second one.
        if not _look(session, directory_id, what).running:
            raise
    say(f'{what}: synchronisation asked for')


def _look(session: Session, directory_id: int, what: str) -> Synchronisation:
    found = next((each for each in list_directories(session) if each.id == directory_id), None)
    if found is None:
        raise Problem(f'{what}: somebody removed it during this run; run it again')
    return found.synchronisation


def _check(what: str, wanted: WantedDirectory, now: Synchronisation) -> None:
    if re.search(r'fail|error|abort', now.status, re.IGNORECASE):
        raise Problem(
            f'{what}: the synchronisation failed ({quoted(now.status)}); see the log of the server, and look whether '
            f'{wanted.fields.get("hostname")} runs and base DN, filters and attributes are right'
        )


def _check_time(what: str, wanted: WantedDirectory, now: Synchronisation, start: float, limit: float) -> None:
    if time.monotonic() - start >= limit:
        raise Problem(
            f'{what}: not synchronised after {limit:g} s ({quoted(now.status) or "never begun"}); look whether '
            f'{wanted.fields.get("hostname")} answers in time, or wait longer'
        )

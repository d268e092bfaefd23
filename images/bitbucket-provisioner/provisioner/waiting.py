"""Waiting for the server."""

import json
import time
from itertools import chain, repeat
from typing import Iterator

from .http_session import Session, Unreachable
from .messages import Problem, quoted, say

# A set-up that has all that it needs is over within seconds.
FIRST_RUN_LIMIT = 120.0
STATUS_TIMEOUT = 10.0


def pauses() -> Iterator[float]:
    """Seconds between two looks: short at first, for what is nearly done."""
    return chain((0.02, 0.05, 0.1, 0.2, 0.4, 0.8), repeat(1.5))


def wait_until_running(session: Session, limit: float) -> None:
    """Returns when the server is ready to be asked; a failure where it will not be, or after `limit` seconds."""
    url = f'{session.server}/status'
    start = time.monotonic()
    seen: set[str] = set()
    first_run: float | None = None
    for pause in pauses():
        state = _state(session)
        now = time.monotonic()
        if state == 'RUNNING':
            say(f'{session.server} is running')
            return
        if state not in seen:
            seen.add(state)
            say(f'waiting: {url} says {state}')
        if state == 'ERROR':
            raise Problem(f'{url} says ERROR: the server cannot start; see its log for the reason')
        first_run = (first_run or now) if state == 'FIRST_RUN' else None
        if first_run is not None and now - first_run >= FIRST_RUN_LIMIT:
            raise Problem(
                f'{url} says FIRST_RUN for {FIRST_RUN_LIMIT:g} s: the server waits to be set up by hand; '
                'look whether its licence is valid and all of setup.* are in its properties'
            )
        if now - start >= limit:
            advice = (
                'look whether "server" has the context path of Bitbucket'
                if state.startswith('404')
                else 'see the log of the server, or wait longer'
            )
            raise Problem(f'{url} still says {state} after {limit:g} s; {advice}')
        time.sleep(pause)


def _state(session: Session) -> str:
    try:
        answer = session.get('/status', timeout=STATUS_TIMEOUT)
    except Unreachable:
        return 'nothing'
    try:
        state = str(json.loads(answer.body)['state'])
    except (ValueError, KeyError, TypeError):
        return f'{answer.status} without a state'
    if state == 'RUNNING' and answer.status != 200:
        return f'RUNNING with {answer.status}'
    return quoted(state)

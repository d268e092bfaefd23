"""The state that /status tells."""

import time

from .exchange import Response, json_response
from .licence import is_licence
from .properties import Settings
from .rules import RuleSet
from .store import Store

SETUP_KEYS = [
    'setup.displayName',
    'setup.baseUrl',
    *(f'setup.sysadmin.{key}' for key in 'username password displayName emailAddress'.split()),
]


class Status:
    """STARTING, then FIRST_RUN or RUNNING; ERROR where the settings are wrong."""

    def __init__(self, seconds: float, rules: RuleSet) -> None:
        self._runs_from = time.monotonic() + (seconds if 'starting' in rules else 0)
        self._settled = 'RUNNING'

    def settle(self, state: str) -> None:
        """What it is after the start."""
        self._settled = state

    @property
    def state(self) -> str:
        """What it is now."""
        if self._settled == 'ERROR':
            return 'ERROR'
        return 'STARTING' if time.monotonic() < self._runs_from else self._settled

    def response(self) -> Response:
        """200 for RUNNING alone."""
        state = self.state
        return json_response(200 if state == 'RUNNING' else 503, {'state': state})


def missing_for_setup(settings: Settings) -> list[str]:
    """The keys without which the first start asks for them in the browser."""
    missing = [key for key in SETUP_KEYS if settings.text(key) == '']
    return missing if is_licence(settings.text('setup.license')) else [*missing, 'setup.license']


def set_up(store: Store, settings: Settings) -> None:
    """The first start."""
    store.set_up(
        {
            'displayName': settings.text('setup.displayName'),
            'baseUrl': settings.text('setup.baseUrl').rstrip('/'),
            'licence': settings.text('setup.license'),
        },
        {
            'name': settings.text('setup.sysadmin.username'),
            'displayName': settings.text('setup.sysadmin.displayName'),
            'emailAddress': settings.text('setup.sysadmin.emailAddress'),
        },
        settings.secret('setup.sysadmin.password'),
    )

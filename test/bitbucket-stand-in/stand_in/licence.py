"""The licence: a text of which the stand-in wants a line "users=N" for another limit than 10."""

import re

SHORTEST = 20
_DEFAULT_LIMIT = 10


def is_licence(text: str) -> bool:
    """Whether it could be one."""
    return len(text.strip()) >= SHORTEST


def user_limit(text: str) -> int:
    """How many people it is for."""
    found = re.search(r'^users=(\d+)$', text, re.MULTILINE)
    return int(found.group(1)) if found else _DEFAULT_LIMIT

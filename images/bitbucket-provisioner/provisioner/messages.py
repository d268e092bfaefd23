"""What people read: lines of the log, and failures of one sentence."""

_secrets: set[str] = set()


class Problem(Exception):
    """Where, what was got, and what to do; ends the run."""


def keep_secret(value: str) -> None:
    """From now on `quoted` leaves this out. What is shorter than four characters is part of ordinary words."""
    if len(value) >= 4:
        _secrets.add(value)


def say(line: str) -> None:
    """One line of the log, at once: whoever waits for the server wants to see for what."""
    print(f'provision: {line}', flush=True)


def quoted(text: str) -> str:
    """What somebody else wrote, on one line, short, and without the secrets that it may have been given."""
    line = ' '.join(text.split())
    for secret in sorted(_secrets, key=len, reverse=True):
        line = line.replace(secret, '***')
    return line if len(line) <= 300 else f'{line[:300]}...'

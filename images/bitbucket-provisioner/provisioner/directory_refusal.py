"""Why the server showed the form of a directory again, and what to do about it."""

import re

from .forms import Page
from .messages import Problem, quoted
from .settings import WantedDirectory

# In this order: Java wraps what is wrong with a certificate or a password into a problem of the connection.
CONNECTION_TEST = (
    (
        r'PKIX|certificat|SSLHandshake|SSLException|subject alternative name|\bTLS\b',
        'it does not trust the certificate, or that is for another host; give the CA that issued it as the CA of the '
        'directory, and a certificate with this host name in subjectAltName',
    ),
    (
        r'error code 49|invalid credentials|AuthenticationException',
        'the bind was refused; correct the bind DN (ldapUserdn) or its password',
    ),
    (
        r'error code 32|no such object',
        'there is no such entry; correct the base DN (ldapBasedn)',
    ),
    (
        r'UnknownHost|refused|unreachable|No route|timed? ?out|CommunicationException|ConnectException|\w:\d+',
        'it cannot be reached from the server; correct hostname and port, or start the directory',
    ),
)


def refusal(wanted: WantedDirectory, page: Page) -> Problem:
    """Names the first reason that is known, and always what the page says."""
    directory = f'directory "{wanted.name}"'
    texts = [text for _, text in page.errors]
    said = quoted(' '.join(texts)) or 'no reason given'
    fields = [name for name, _ in page.errors if name is not None]
    place = f'{wanted.fields.get("hostname")}:{wanted.fields.get("port")}'
    if re.search(r'already exists|already in use|in use by|duplicate|conflict', said, re.IGNORECASE):
        return Problem(
            f'{directory}: the name is taken ({said}); give another name, or that of the present one exactly as the '
            'server writes it to take it over'
        )
    if fields:
        return Problem(f'{directory}: the server refuses {", ".join(dict.fromkeys(fields))} ({said}); correct these')
    if re.search(r'required|must not be (empty|blank)', said, re.IGNORECASE):
        return Problem(f'{directory}: a required field is missing ({said}); give it')
    for pattern, advice in CONNECTION_TEST:
        if re.search(pattern, said, re.IGNORECASE):
            return Problem(f'{directory}: the server tested the connection to {place} and failed ({said}): {advice}')
    return Problem(f'{directory}: the server refuses the form ({said}); correct the directory, or see its log')

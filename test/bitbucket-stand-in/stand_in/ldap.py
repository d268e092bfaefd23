"""LDAP by ldapsearch: binds and searches, with the messages that Java would give for failures."""

import base64
import os
import socket
import ssl
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from .keystores import TrustStore
from .rules import RuleSet

Attributes = dict[str, list[str]]

# ldapsearch ends with the result of LDAP, or with what libldap says: server down, timeout, connect error.
_CANNOT_CONTACT = (255, 251, 245)
_RESULTS = {
    32: 'No Such Object',
    34: 'invalid DN',
    49: 'Invalid Credentials',
    50: 'Insufficient Access Rights',
    53: 'Unwilling To Perform',
}


class LdapError(Exception):
    """What the LDAP server or the way to it has refused."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """An entry, its attributes by lower-case name."""

    dn: str
    attributes: Attributes

    def first(self, attribute: str) -> str:
        """The first value, or nothing."""
        return next(iter(self.attributes.get(attribute.lower(), [])), '')


@dataclass(frozen=True)
class Connection:
    """Where a directory is and who asks it."""

    hostname: str
    port: int
    is_ldaps: bool
    bind_dn: str
    password: str = field(repr=False)
    connect_timeout: int = 10
    time_limit: int = 60

    @property
    def url(self) -> str:
        """What the clients of LDAP take."""
        host = f'[{self.hostname}]' if ':' in self.hostname else self.hostname
        return f'{"ldaps" if self.is_ldaps else "ldap"}://{host}:{self.port}'


class LdapClient:
    """Runs ldapsearch; the trust store is the JVM's."""

    def __init__(self, trust_store: TrustStore, rules: RuleSet) -> None:
        self._trust_store = trust_store
        self._rules = rules

    def search(
        self,
        connection: Connection,
        base: str,
        scope: str,
        search_filter: str,
        attributes: list[str],
        page_size: int = 0,
    ) -> list[Entry]:
        """The entries that are found, or an LdapError."""
        with tempfile.TemporaryDirectory() as folder:
            password = Path(folder, 'password')
            password.touch(0o600)
            password.write_text(connection.password)
            authorities = Path(folder, 'authorities.pem')
            if connection.is_ldaps:
                authorities.write_text(self._trust_store.pem())
            verify = 'demand' if 'ldaps-verified' in self._rules else 'never'
            command = [
                *['ldapsearch', '-x', '-LLL', '-o', 'ldif-wrap=no', '-H', connection.url],
                *['-o', f'nettimeout={connection.connect_timeout}', '-l', str(connection.time_limit)],
                *(['-D', connection.bind_dn, '-y', str(password)] if connection.bind_dn else []),
                *(['-E', f'pr={page_size}/noprompt'] if page_size > 0 else []),
                *['-b', base, '-s', scope, search_filter, *attributes],
            ]
            environment = {**os.environ, 'LDAPTLS_CACERT': str(authorities), 'LDAPTLS_REQCERT': verify}
            done = subprocess.run(command, capture_output=True, env=environment, check=False)
        if done.returncode == 0:
            return parse_ldif(done.stdout.decode())
        if done.returncode in _CANNOT_CONTACT:
            raise LdapError(self._why_no_contact(connection) or done.stderr.decode().strip(), done.returncode)
        meaning = _RESULTS.get(done.returncode, done.stderr.decode().strip())
        raise LdapError(f'[LDAP: error code {done.returncode} - {meaning}]', done.returncode)

    def can_bind(self, connection: Connection) -> bool:
        """Whether the server takes the password; it may refuse to show the entry afterwards."""
        if connection.password == '':
            return False  # An unauthenticated bind says nothing about anyone.
        try:
            self.search(connection, connection.bind_dn, 'base', '(objectClass=*)', ['1.1'])
        except LdapError as error:
            return error.code in (32, 50)
        return True

    def _why_no_contact(self, connection: Connection) -> str:
        where = f'{connection.hostname}:{connection.port}'
        try:
            plain = socket.create_connection((connection.hostname, connection.port), connection.connect_timeout)
        except socket.gaierror:
            return f'{where}; nested exception is java.net.UnknownHostException: {connection.hostname}'
        except TimeoutError:
            return f'{where}; nested exception is java.net.SocketTimeoutException: connect timed out'
        except OSError:
            return f'{where}; nested exception is java.net.ConnectException: Connection refused'
        failed = f'simple bind failed: {where}; nested exception is javax.net.ssl.SSLHandshakeException:'
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        authorities = self._trust_store.pem() if connection.is_ldaps else ''
        with plain:
            if not connection.is_ldaps:
                return ''
            if authorities == '':
                return f'{failed} the trustAnchors parameter must be non-empty'
            context.load_verify_locations(cadata=authorities)
            try:
                context.wrap_socket(plain, server_hostname=connection.hostname).close()
            except ssl.SSLCertVerificationError as error:
                # 62 and 64: the names and addresses of the certificate.
                if error.verify_code in (62, 64):
                    return f'{failed} No subject alternative DNS name matching {connection.hostname} found.'
                return (
                    f'{failed} PKIX path building failed: '
                    'unable to find valid certification path to requested target'
                )
            except OSError as error:
                return f'{failed} {error.strerror or error}'
        return ''


def parse_ldif(text: str) -> list[Entry]:
    """The entries of LDIF whose lines are not wrapped."""
    entries: list[Entry] = []
    for block in text.split('\n\n'):
        dn = ''
        attributes: Attributes = {}
        for line in block.splitlines():
            name, separator, value = line.partition(':')
            if separator == '' or line.startswith(('#', 'ref:')):
                continue
            if value.startswith(':'):
                value = base64.b64decode(value[1:]).decode('utf-8', 'replace')
            value = value.strip()
            if name == 'dn':
                dn = value
            else:
                attributes.setdefault(name.lower(), []).append(value)
        if dn:
            entries.append(Entry(dn, attributes))
    return entries

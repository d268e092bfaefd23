"""Key stores of Java: the key of a connector, the authorities that LDAPS trusts."""

import os
import re
import ssl
import subprocess
import tempfile
from pathlib import Path

from .properties import Settings, SettingsError, java_home

_CERTIFICATE = re.compile(r'-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n', re.DOTALL)
_KEY = re.compile(r'-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.*?-----END (?:[A-Z]+ )?PRIVATE KEY-----\n', re.DOTALL)


def keytool() -> str:
    """Java's own, or the one on the PATH."""
    own = java_home() / 'bin/keytool'
    return str(own) if own.exists() else 'keytool'


def _run(command: list[str], **secrets: str) -> subprocess.CompletedProcess[str]:
    # Secrets go by the environment, because the command line is for everyone to read.
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **secrets}, check=False)


def tls_context(settings: Settings, prefix: str) -> ssl.SSLContext:
    """The key and the certificates of `<prefix>ssl.*`."""
    store = settings.text(f'{prefix}ssl.key-store').removeprefix('file:')
    password = settings.secret(f'{prefix}ssl.key-store-password')
    if not Path(store).is_file():
        raise SettingsError(f'{prefix}ssl.key-store: there is no file {store!r}')
    with tempfile.TemporaryDirectory() as folder:
        if settings.text(f'{prefix}ssl.key-store-type', 'JKS').upper() != 'PKCS12':
            store = _converted(store, password, settings.secret(f'{prefix}ssl.key-password'), folder, prefix)
        elif settings.secret(f'{prefix}ssl.key-password') not in ('', password):
            raise SettingsError(f'{prefix}ssl.key-password: a PKCS12 store has one password')
        content = _run(
            ['openssl', 'pkcs12', '-in', store, '-nodes', '-passin', 'env:STORE_PASSWORD'], STORE_PASSWORD=password
        )
        if content.returncode != 0:
            raise SettingsError(f'{prefix}ssl.key-store: {store} does not open as PKCS12 with its password')
        alias = settings.text(f'{prefix}ssl.key-alias').lower()
        names = [name.strip().lower() for name in re.findall(r'friendlyName: (.*)', content.stdout)]
        if alias and alias not in names:
            raise SettingsError(f'{prefix}ssl.key-alias: the store has no entry {alias!r}')
        pem = Path(folder, 'key-and-chain.pem')
        pem.touch(0o600)
        pem.write_text(''.join(_KEY.findall(content.stdout) + _CERTIFICATE.findall(content.stdout)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(pem)
        except ssl.SSLError as error:
            raise SettingsError(f'{prefix}ssl.key-store: no certificate with its key: {error}') from error
        return context


def _converted(store: str, password: str, key_password: str, folder: str, prefix: str) -> str:
    target = f'{folder}/store.p12'
    done = _run(
        [
            *[keytool(), '-importkeystore', '-noprompt', '-srckeystore', store, '-destkeystore', target],
            *['-deststoretype', 'PKCS12', '-srcstorepass:env', 'STORE_PASSWORD'],
            *['-deststorepass:env', 'STORE_PASSWORD', '-destkeypass:env', 'STORE_PASSWORD'],
            *(['-srckeypass:env', 'KEY_PASSWORD'] if key_password else []),
        ],
        STORE_PASSWORD=password,
        KEY_PASSWORD=key_password,
    )
    if done.returncode != 0:
        raise SettingsError(f'{prefix}ssl.key-store: {store} does not open with its password')
    return target


class TrustStore:
    """What the JVM trusts: the store that its arguments name, or the one of the image."""

    def __init__(self, settings: Settings) -> None:
        default = java_home() / 'lib/security/cacerts'
        self.path = Path(settings.jvm.get('javax.net.ssl.trustStore', str(default)))
        self._password = settings.jvm.get('javax.net.ssl.trustStorePassword', 'changeit')
        self._changed: float | None = None
        self._pem = ''

    def pem(self) -> str:
        """All authorities; none where there is no store, as in Java."""
        if not self.path.exists():
            return ''
        changed = self.path.stat().st_mtime
        if changed != self._changed:
            listed = _run(
                [keytool(), '-list', '-rfc', '-keystore', str(self.path), '-storepass:env', 'STORE_PASSWORD'],
                STORE_PASSWORD=self._password,
            )
            self._pem = ''.join(_CERTIFICATE.findall(listed.stdout))
            self._changed = changed
        return self._pem

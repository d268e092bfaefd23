"""bitbucket.properties as java.util.Properties reads it, and what Spring lays over it."""

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

_ESCAPES = {'t': '\t', 'n': '\n', 'r': '\r', 'f': '\f'}
_SEPARATORS = '=:'
_BLANKS = ' \t\f'


class SettingsError(Exception):
    """Why the server cannot start with these settings."""


def parse_properties(content: bytes) -> dict[str, str]:
    """The keys and values of a .properties file; later ones win."""
    found: dict[str, str] = {}
    for line in _logical_lines(content.decode('iso-8859-1')):
        key, value = _split(line)
        found[_unescape(key)] = _unescape(value)
    return found


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    continued = ''
    is_continued = False
    for natural in re.split(r'\r\n|\r|\n', text):
        line = natural.lstrip(_BLANKS)
        if not is_continued and (line == '' or line[0] in '#!'):
            continue
        trailing = len(line) - len(line.rstrip('\\'))
        continued += line[:-1] if trailing % 2 == 1 else line
        is_continued = trailing % 2 == 1
        if not is_continued:
            lines.append(continued)
            continued = ''
    if is_continued:
        lines.append(continued)
    return lines


def _split(line: str) -> tuple[str, str]:
    end = 0
    while end < len(line) and line[end] not in _SEPARATORS + _BLANKS:
        end += 2 if line[end] == '\\' else 1
    value = line[end:].lstrip(_BLANKS)
    if value[:1] and value[0] in _SEPARATORS:
        value = value[1:].lstrip(_BLANKS)
    return line[:end], value


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match.group(1)
        if len(code) > 1:
            return chr(int(code[1:], 16))
        if code == 'u':
            raise SettingsError('bitbucket.properties: malformed \\uxxxx encoding')
        return _ESCAPES.get(code, code)

    unescaped = re.sub(r'\\(u[0-9a-fA-F]{4}|.)', character, text, flags=re.DOTALL)
    # Java joins the two escapes of a character beyond the 16 bits.
    return unescaped.encode('utf-16', 'surrogatepass').decode('utf-16')


_SSL = (
    'enabled key-store key-store-password key-store-type key-alias key-password protocol '
    'enabled-protocols ciphers client-auth trust-store trust-store-password trust-store-type'
).split()
_CONNECTOR = [
    *'port address scheme secure proxy-name proxy-port redirect-port protocol'.split(),
    *(f'ssl.{key}' for key in _SSL),
]
KNOWN_KEYS = [
    *(f'server.{key}' for key in _CONNECTOR),
    *'server.require-ssl server.context-path server.forward-headers-strategy'.split(),
    *(f'server.additional-connector.{number}.{key}' for number in range(1, 6) for key in _CONNECTOR),
    *'setup.displayName setup.baseUrl setup.license'.split(),
    *(f'setup.sysadmin.{key}' for key in 'username password displayName emailAddress'.split()),
    *'jdbc.driver jdbc.url jdbc.user jdbc.password jdbc.password.decrypter.classname'.split(),
    *'plugin.ssh.enabled plugin.ssh.port plugin.ssh.baseurl'.split(),
]
_CHECKED = ('server.', 'setup.', 'jdbc.', 'plugin.ssh.')


def _environment_names(key: str) -> set[str]:
    """Dots become underscores; dashes too as Atlassian writes it, or go as Spring has it."""
    upper = key.upper().replace('.', '_')
    return {upper.replace('-', '_'), upper.replace('-', '')}


_KEY_OF_VARIABLE = {name: key for key in KNOWN_KEYS for name in _environment_names(key)}


class Settings:
    """The settings of the server: JVM arguments win over the environment, and that over the file."""

    def __init__(self, values: Mapping[str, str], unknown: list[str], jvm: Mapping[str, str]) -> None:
        self._values = dict(values)
        self.unknown = unknown
        self.jvm = dict(jvm)

    @classmethod
    def read(cls, file: Path, environment: Mapping[str, str]) -> 'Settings':
        """The file need not exist."""
        values = parse_properties(file.read_bytes()) if file.exists() else {}
        jvm = jvm_properties(environment)
        unknown = [key for key in values if key.startswith(_CHECKED) and key not in KNOWN_KEYS]
        for variable, value in environment.items():
            key = _KEY_OF_VARIABLE.get(variable)
            if key is not None:
                values[key] = value
            elif variable.startswith(('SERVER_', 'SETUP_', 'JDBC_', 'PLUGIN_SSH_')):
                unknown.append(variable)
        for key, value in jvm.items():
            if key.startswith(_CHECKED):
                values[key] = value
                if key not in KNOWN_KEYS:
                    unknown.append(f'-D{key}')
        return cls(values, sorted(unknown), jvm)

    def text(self, key: str, default: str = '') -> str:
        """The value, or the default where there is none."""
        return self._values.get(key, '').strip() or default

    def secret(self, key: str) -> str:
        """The value with the blanks that it may have."""
        return self._values.get(key, '')

    def flag(self, key: str, default: bool = False) -> bool:
        """A boolean as Spring reads it."""
        value = self.text(key).lower()
        if value in ('true', 'on', 'yes', '1'):
            return True
        if value in ('false', 'off', 'no', '0'):
            return False
        if value == '':
            return default
        raise SettingsError(f'{key}: {value!r} is not true or false')

    def port(self, key: str, default: int) -> int:
        """The number of a port."""
        value = self.text(key, str(default))
        if not value.isdecimal() or int(value) > 65535:
            raise SettingsError(f'{key}: {value!r} is not a port')
        return int(value)


def jvm_properties(environment: Mapping[str, str]) -> dict[str, str]:
    """The -Dkey=value of JVM_SUPPORT_RECOMMENDED_ARGS."""
    arguments = shlex.split(environment.get('JVM_SUPPORT_RECOMMENDED_ARGS', ''))
    pairs = (argument[2:].partition('=') for argument in arguments if argument.startswith('-D'))
    return {key: value for key, _, value in pairs}


def java_home() -> Path:
    """Where Java is."""
    return Path(os.environ.get('JAVA_HOME', '/opt/java/openjdk'))

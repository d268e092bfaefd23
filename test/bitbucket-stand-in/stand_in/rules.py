"""The rules of Bitbucket that the stand-in enforces, each with the line that it comes from.

STANDIN_WITHOUT=rule,rule switches rules off: whatever is proven with the stand-in must fail without them.
"""

from dataclasses import dataclass

BITBUCKET = 'facts/bitbucket.md'
LDAP = 'facts/ldap.md'


@dataclass(frozen=True)
class Rule:
    """What a server of Bitbucket does, and where that is written."""

    text: str
    source: str


RULES: dict[str, Rule] = {
    'starting': Rule('/status is 503 STARTING until the server runs', f'{BITBUCKET} 1, Health'),
    'first-run': Rule(
        '/status is 503 FIRST_RUN while setup.* or the licence is incomplete', f'{BITBUCKET} 1, Health'
    ),
    'known-properties': Rule(
        'a misspelt key of server.*, setup.*, jdbc.*, plugin.ssh.* is an ERROR here, so that it is found; '
        'Bitbucket would ignore it',
        f'{BITBUCKET} 1, Environment variables; 2',
    ),
    'setup-once': Rule('setup.* counts at the first start only', f'{BITBUCKET} 1, SETUP_DISPLAYNAME'),
    'context-path': Rule('everything is below server.context-path', f'{BITBUCKET} 2, server.context-path'),
    'require-ssl': Rule(
        'with server.require-ssl a connector that is not secure redirects to its redirect-port',
        f'{BITBUCKET} 2, TLS connector',
    ),
    'secure-cookie': Rule(
        'the cookie of the session is Secure on a connector that is secure', f'{BITBUCKET} 2, server.secure'
    ),
    'basic-off-in-10': Rule(
        'from 10.0 Basic is answered with 403 unless a JVM argument allows it', f'{BITBUCKET} 3, first bullet'
    ),
    'login-token-header': Rule(
        'POST /rest/tsv/1.0/authenticate wants X-Atlassian-Token: no-check', f'{BITBUCKET} 3, first bullet'
    ),
    'permission-names': Rule(
        'global permissions are LICENSED_USER, PROJECT_CREATE, ADMIN and SYS_ADMIN, else 400',
        f'{BITBUCKET} 4, first bullet',
    ),
    'permission-admin': Rule(
        'granting needs ADMIN and at least the level that is granted, else 401', f'{BITBUCKET} 4, first bullet'
    ),
    'licence-limit': Rule('a grant that would exceed the licence is 403', f'{BITBUCKET} 4, first bullet'),
    'sync-before-grant': Rule(
        'permissions go to groups that a synchronisation has brought', f'{BITBUCKET} 4, Order'
    ),
    'licensed-login': Rule(
        'people of a directory get in only when they or their groups have a global permission',
        f'{BITBUCKET} 4, Order',
    ),
    'licence-limit-push': Rule('pushes stop while users exceed the licence', f'{BITBUCKET} 4, Order'),
    'xsrf-token': Rule(
        'a form whose atl_token is not that of the session gets 302 to the base URL', f'{LDAP} 8.2, rule 1'
    ),
    'sysadmin-only': Rule(
        'embedded-crowd and its REST are for system administrators', f'{LDAP} 8.1, second bullet; 8.2, rule 2'
    ),
    'mode-required': Rule('a form needs a parameter named "save" or "test"', f'{LDAP} 8.2, rule 3'),
    'connection-test': Rule('a directory is saved only when its connection test passes', f'{LDAP} 8.2, rule 4'),
    'troubleshoot-redirect': Rule(
        'success is 302 to directories/troubleshoot with the new id', f'{LDAP} 8.2, rule 5'
    ),
    'duplicate-name': Rule('a new directory needs a name of its own', f'{LDAP} 8.2, rule 6'),
    'empty-password-kept': Rule('an empty password keeps the old one', f'{LDAP} 8.2, rule 6'),
    'password-hidden': Rule('the form never shows the password', f'{LDAP} 8.2, rule 6'),
    'required-fields': Rule('nothing has a default for the fields that are required', f'{LDAP} 8.2, rule 7'),
    'base-dn-required': Rule('ldapBasedn is required except for GenericLDAP', f'{LDAP} 8.2, rule 7'),
    'sync-interval': Rule('ldapCacheSynchroniseIntervalInMin is at least 1', f'{LDAP} 8.2, rule 7'),
    'pool-settings': Rule(
        'COMMONS_POOL2 needs both intervals of eviction above 0', f'{LDAP} 8.2, rule 8'
    ),
    'auto-groups-local-only': Rule(
        'ldapAutoAddGroups counts with READ_ONLY_LOCAL_GROUPS alone', f'{LDAP} 8.2, rule 9'
    ),
    'auto-groups-separator': Rule('ldapAutoAddGroups has no "|"', f'{LDAP} 8.2, rule 9'),
    'checkbox-marker': Rule(
        'an unchecked box is sent as its marker "_name" alone; without the marker it has its default',
        f'{LDAP} 8.2, E3 field set',
    ),
    'ldaps-verified': Rule(
        'the certificate of LDAPS must be of an authority in the trust store and name the host',
        f'{LDAP} 8.2, TLS',
    ),
}


class RuleSet:
    """The rules that are in force."""

    def __init__(self, without: str) -> None:
        self._without = {name.strip() for name in without.split(',') if name.strip()}
        unknown = self._without - RULES.keys()
        if unknown:
            raise ValueError(f'STANDIN_WITHOUT: no such rule: {", ".join(sorted(unknown))}')

    def __contains__(self, rule: str) -> bool:
        if rule not in RULES:
            raise KeyError(rule)
        return rule not in self._without

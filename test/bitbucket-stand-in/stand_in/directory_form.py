"""The form of an LDAP directory: its fields, their defaults in Crowd's bean, and what Crowd checks."""

from dataclasses import dataclass, field

from .rules import RuleSet

_TYPE = 'com.atlassian.crowd.directory.'
TYPES = [
    _TYPE + name
    for name in (
        'MicrosoftActiveDirectory ApacheDS ApacheDS15 AppleOpenDirectory FedoraDS GenericLDAP NovelleDirectory '
        'OpenDS OpenLDAP OpenLDAPRfc2307 Rfc2307 SunONE'
    ).split()
]
POSIX_TYPES = {_TYPE + name for name in ('AppleOpenDirectory', 'FedoraDS', 'OpenLDAPRfc2307', 'Rfc2307')}

CHOICES: dict[str, list[str]] = {
    'type': TYPES,
    'ldapPermissionOption': ['READ_ONLY', 'READ_ONLY_LOCAL_GROUPS', 'READ_WRITE'],
    'ldapUserEncryption': ['plaintext', 'md5', 'sha', 'ssha', 'des', 'atlassian-security'],
    'groupSyncOnAuthMode': ['NEVER', 'ALWAYS', 'WHEN_AUTHENTICATION_CREATED_THE_USER'],
    'ldapPoolType': ['JNDI', 'COMMONS_POOL2'],
}

_SCHEMA = [
    *'ldapUserObjectclass ldapUserFilter ldapUserUsername ldapUserUsernameRdn ldapUserFirstname'.split(),
    *'ldapUserLastname ldapUserDisplayname ldapUserEmail ldapUserGroup ldapUserPassword'.split(),
    *'ldapGroupObjectclass ldapGroupFilter ldapGroupName ldapGroupDescription ldapGroupUsernames'.split(),
]

FIELDS: dict[str, str] = {
    'name': 'LDAP server',
    'type': '',
    'hostname': '',
    'port': '389',
    'ldapUserdn': '',
    'ldapBasedn': '',
    'ldapUserDn': '',
    'ldapGroupDn': '',
    'ldapPermissionOption': 'READ_ONLY',
    'ldapAutoAddGroups': '',
    'ldapPagedresultsSize': '1000',
    'groupSyncOnAuthMode': 'WHEN_AUTHENTICATION_CREATED_THE_USER',
    'ldapCacheSynchroniseIntervalInMin': '60',
    'ldapConnectionTimeoutInSec': '10',
    'ldapReadTimeoutInSec': '120',
    'ldapSearchTimelimitInSec': '60',
    **dict.fromkeys(_SCHEMA, ''),
    'ldapUserEncryption': 'sha',
    'ldapExternalId': '',
    'ldapPoolType': 'COMMONS_POOL2',
    **dict.fromkeys('maxTotal maxTotalPerKey maxIdlePerKey minIdlePerKey maxWaitSeconds'.split(), ''),
    'timeBetweenEvictionRunsSeconds': '',
    'minEvictableIdleTimeSeconds': '',
}
"""Text fields and selects, with the bean's defaults."""

CHECKBOXES: dict[str, bool] = {
    'useSSL': False,
    'ldapSecure': False,
    'nestedGroupsEnabled': False,
    'localUserStatusEnabled': False,
    'rolesDisabled': True,
    'ldapFilterExpiredUsers': False,
    'ldapPagedresults': False,
    'ldapReferral': False,
    'ldapRelaxedDnStandardisation': False,
    'ldapUsermembershipUse': False,
    'ldapUsermembershipUseForGroups': False,
    'crowdSyncIncrementalEnabled': True,
    'blockWhenExhausted': False,
    'testOnCreate': False,
    'testOnBorrow': False,
    'testOnReturn': False,
    'testWhileIdle': False,
}
"""Boxes, with the bean's defaults."""

NEW_FORM_DEFAULTS: dict[str, str | bool] = {
    **dict.fromkeys('maxTotal maxTotalPerKey maxIdlePerKey maxWaitSeconds'.split(), '-1'),
    'minIdlePerKey': '0',
    'timeBetweenEvictionRunsSeconds': '300',
    'minEvictableIdleTimeSeconds': '300',
    'blockWhenExhausted': True,
    'testOnBorrow': True,
}
"""What the form shows for a new directory beside the bean's defaults."""

REQUIRED = [
    *'name type hostname port ldapPermissionOption ldapUserObjectclass ldapUserFilter ldapUserUsername'.split(),
    *'ldapUserFirstname ldapUserLastname ldapUserDisplayname ldapUserEmail ldapUserGroup ldapUserPassword'.split(),
    *'ldapGroupObjectclass ldapGroupFilter ldapGroupName ldapGroupDescription ldapGroupUsernames'.split(),
    'ldapCacheSynchroniseIntervalInMin',
]

Values = dict[str, str | bool]
Parameters = dict[str, str]


@dataclass
class Submission:
    """What was sent, as the bean has it, and what is wrong with it by field."""

    directory_id: int
    is_active: bool
    values: Values
    password: str
    sent: set[str]
    errors: dict[str, str] = field(default_factory=dict)


def new_values() -> Values:
    """What the empty form shows."""
    return {**FIELDS, **CHECKBOXES, **NEW_FORM_DEFAULTS}


def read_submission(parameters: Parameters, rules: RuleSet) -> Submission:
    """Binds the parameters as Spring does, and validates them as Crowd does."""
    values: Values = {name: parameters.get(name, default) for name, default in FIELDS.items()}
    for name, default in CHECKBOXES.items():
        values[name] = _is_checked(name, default, parameters, rules)
    identifier = parameters.get('directoryId', '0')
    submission = Submission(
        directory_id=int(identifier) if identifier.isdecimal() else 0,
        is_active=parameters.get('active', 'true') == 'true',
        values=values,
        password=parameters.get('ldapPassword', ''),
        sent=set(parameters),
    )
    _validate(submission, parameters, rules)
    if values['ldapPermissionOption'] != 'READ_ONLY_LOCAL_GROUPS' and 'auto-groups-local-only' in rules:
        values['ldapAutoAddGroups'] = ''
    return submission


def _is_checked(name: str, default: bool, parameters: Parameters, rules: RuleSet) -> bool:
    if name in parameters:
        return parameters[name].lower() in ('true', 'on', 'yes', '1')
    if f'_{name}' in parameters or 'checkbox-marker' not in rules:
        return False
    return default


def _validate(submission: Submission, parameters: Parameters, rules: RuleSet) -> None:
    values, errors = submission.values, submission.errors
    if 'required-fields' in rules:
        for name in REQUIRED:
            if not parameters.get(name, '').strip():
                errors[name] = f'{name} is required.'
    for name, choices in CHOICES.items():
        if values[name] not in choices and name not in errors:
            errors[name] = f'{name}: {values[name]!r} is not one of {", ".join(choices)}.'
    if not str(values['port']).isdecimal():
        errors.setdefault('port', f'port: {values["port"]!r} is not a number.')
    if 'base-dn-required' in rules and values['type'] != f'{_TYPE}GenericLDAP' and not values['ldapBasedn']:
        errors['ldapBasedn'] = 'ldapBasedn is required.'
    if 'sync-interval' in rules and _number(values['ldapCacheSynchroniseIntervalInMin']) < 1:
        errors.setdefault('ldapCacheSynchroniseIntervalInMin', 'ldapCacheSynchroniseIntervalInMin is invalid.')
    if 'auto-groups-separator' in rules and '|' in str(values['ldapAutoAddGroups']):
        errors['ldapAutoAddGroups'] = 'ldapAutoAddGroups is invalid.'
    if 'pool-settings' in rules and values['ldapPoolType'] == 'COMMONS_POOL2':
        for name in ('minEvictableIdleTimeSeconds', 'timeBetweenEvictionRunsSeconds'):
            if _number(values[name]) <= 0:
                errors[name] = f'{name} is invalid.'


def _number(value: str | bool) -> int:
    text = str(value)
    return int(text) if text.removeprefix('-').isdecimal() else 0

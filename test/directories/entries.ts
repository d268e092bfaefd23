import { EVERYBODY, GROUPS, NO_GROUP, PEOPLE, type GroupName, type PersonName } from './people';

/** One entry of a directory. Bytes are for values that are no text. */
export interface Entry {
  readonly dn: string;
  readonly attributes: Readonly<Record<string, string | Buffer | readonly string[]>>;
}

/** Where people and groups are, and how they are named. */
export interface Naming {
  /** DN of the branch that people are in. */
  readonly people: string;
  /** Attribute of a person's RDN. */
  readonly rdn: 'uid' | 'cn';
}

const groupNames = Object.keys(GROUPS) as GroupName[];

export function personDn(person: PersonName, { people, rdn }: Naming): string {
  return `${rdn}=${person},${people}`;
}

/** A branch, of the attribute that its RDN has. */
export function branch(dn: string): Entry {
  const [type = '', value = ''] = (dn.split(',')[0] ?? '').split('=');
  const classes = { dc: ['domain'], o: ['organization'], ou: ['organizationalUnit'], cn: ['container'] };
  return { dn, attributes: { objectClass: classes[type as keyof typeof classes], [type]: value } };
}

/** RFC 2798 people. Where `cn` is the RDN, it is the name that they log in with. */
export function people(naming: Naming, options: { isPosix?: boolean; classes?: readonly string[] } = {}): Entry[] {
  return EVERYBODY.map((name) => {
    const { givenName, surname, number, primaryGroup } = PEOPLE[name];
    const fullName = `${givenName} ${surname}`;
    return {
      dn: personDn(name, naming),
      attributes: {
        objectClass: ['inetOrgPerson', ...(options.isPosix ? ['posixAccount'] : []), ...(options.classes ?? [])],
        uid: name,
        cn: naming.rdn === 'cn' ? name : fullName,
        sn: surname,
        givenName,
        displayName: fullName,
        mail: `${name}@example.com`,
        ...(options.isPosix
          ? {
              uidNumber: String(number),
              gidNumber: String(primaryGroup === undefined ? NO_GROUP : GROUPS[primaryGroup].number),
              homeDirectory: `/home/${name}`,
            }
          : {}),
      },
    };
  });
}

/** Groups of the DNs of their members. */
export function groupsOfDns(
  groups: string,
  naming: Naming,
  objectClass: 'groupOfNames' | 'groupOfUniqueNames' | 'group',
  members: readonly PersonName[] = EVERYBODY,
): Entry[] {
  const attribute = objectClass === 'groupOfUniqueNames' ? 'uniqueMember' : 'member';
  return groupNames.map((name) => ({
    dn: `cn=${name},${groups}`,
    attributes: {
      objectClass,
      cn: name,
      description: `Those who are in ${name}`,
      [attribute]: [
        ...GROUPS[name].people.filter((person) => members.includes(person)).map((person) => personDn(person, naming)),
        ...GROUPS[name].groups.map((group) => `cn=${group},${groups}`),
      ],
    },
  }));
}

/** RFC 2307 groups, of the names of their members. */
export function posixGroups(groups: string, classes: readonly string[] = []): Entry[] {
  const members: readonly PersonName[] = EVERYBODY;
  return groupNames.map((name) => ({
    dn: `cn=${name},${groups}`,
    attributes: {
      objectClass: ['posixGroup', ...classes],
      cn: name,
      description: `Those who are in ${name}`,
      gidNumber: String(GROUPS[name].number),
      memberUid: GROUPS[name].people.filter((person) => members.includes(person)),
    },
  }));
}

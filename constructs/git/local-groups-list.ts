/** Groups beside those of a directory as the realm reads them: a line for each, its name and its users, with tabs between. */
export function renderLocalGroups(groups: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(groups)
    .map(([group, users]) => `${[group, ...users].join('\t')}\n`)
    .join('');
}

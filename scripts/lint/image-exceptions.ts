import type { DockerfileRuleId } from './dockerfile-rules';

export interface ImageException {
  readonly rule: DockerfileRuleId;
  /** Folders, relative to the project, that it holds for: each, and what is in it. */
  readonly folders: readonly string[];
  readonly reason: string;
}

/** Rules that need not hold for some images. One that nothing needs is a mistake. */
export const IMAGE_EXCEPTIONS: readonly ImageException[] = [
  {
    rule: 'CIS-4.1',
    folders: ['images/loader'],
    reason:
      'root without a network, for seconds: the provider uploads files as root, and it alone may read secret ones',
  },
  {
    rule: 'CIS-4.6',
    folders: ['images', 'test'],
    reason:
      'what to ask for depends on the deployment: each construct gives its container a check of its health (CIS-5.27)',
  },
  {
    rule: 'DL3008',
    folders: ['images', 'test'],
    reason:
      "Debian's mirrors keep the newest version of a package alone, so that a number written here would fail with the next fix of security; npm run sbom records what each image has",
  },
  {
    rule: 'CIS-4.1',
    folders: ['test/directories', 'test/images', 'test/bitbucket-stand-in'],
    reason: "fixtures of tests, of other people's software as it comes",
  },
  {
    rule: 'CIS-4.8',
    folders: ['test/directories', 'test/images', 'test/bitbucket-stand-in'],
    reason: "fixtures of tests, of other people's software as it comes",
  },
];

/** Whether the rule need not hold for the image of a folder. */
export function isExcepted(rule: DockerfileRuleId, folder: string): boolean {
  return exceptionFor(rule, folder) !== undefined;
}

export function exceptionFor(rule: DockerfileRuleId, folder: string): ImageException | undefined {
  return IMAGE_EXCEPTIONS.find(
    (exception) =>
      exception.rule === rule &&
      exception.folders.some((parent) => folder === parent || folder.startsWith(`${parent}/`)),
  );
}

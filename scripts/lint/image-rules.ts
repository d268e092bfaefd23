import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PROJECT } from '../../stacks/settings';
import { Dockerfile } from './dockerfile';
import { DOCKERFILE_RULES, type DockerfileRule, type DockerfileRuleId } from './dockerfile-rules';
import { exceptionFor, IMAGE_EXCEPTIONS, isExcepted, type ImageException } from './image-exceptions';
import { shellProblems } from './shell-scripts';

const RULES = Object.entries(DOCKERFILE_RULES) as [DockerfileRuleId, DockerfileRule][];

/** The rules that a Dockerfile breaks, excepted or not. */
export function brokenRules(text: string): readonly DockerfileRuleId[] {
  const file = Dockerfile.parse(text);
  return RULES.flatMap(([id, rule]) => (rule.isBroken(file) ? [id] : []));
}

/** What is wrong with folders of images and of scripts for images of others, a line each. */
export function imageProblems(folders: readonly string[]): string[] {
  const used = new Set<ImageException>();
  const problems = folders.flatMap((folder) => {
    const name = relative(PROJECT, folder);
    const broken = dockerfileOf(folder).flatMap(brokenRules);
    for (const rule of broken) {
      const exception = exceptionFor(rule, name);
      if (exception !== undefined) used.add(exception);
    }
    return [
      ...broken
        .filter((rule) => !isExcepted(rule, name))
        .map((rule) => `${name}/Dockerfile: ${rule}: ${DOCKERFILE_RULES[rule].says}`),
      ...shellProblems(folder),
    ];
  });
  const unused = IMAGE_EXCEPTIONS.filter((exception) => !used.has(exception)).map(
    ({ rule, folders: where }) => `an exception of ${rule} for ${where.join(', ')} that no image needs; leave it out`,
  );
  return [...problems, ...unused];
}

/** A folder without one holds scripts for an image of others. */
function dockerfileOf(folder: string): string[] {
  const file = join(folder, 'Dockerfile');
  return existsSync(file) ? [readFileSync(file, 'utf8')] : [];
}

/** js-yaml has no types of its own; only this is used of it. */
declare module 'js-yaml' {
  export function load(text: string): unknown;
}

import { create } from 'xmlbuilder2';

/** An element as it reads: attributes, text, and the elements in it in order. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

type Builder = ReturnType<ReturnType<typeof create>['root']>;
type Node = Builder['node'];

/** The root element of an XML document, read back by a parser. */
export function parseXml(xml: string): Element {
  return elementOf(create(xml).root().node);
}

/** All elements of this name below an element, in document order for each parent. */
export function all(element: Element, name: string): readonly Element[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...all(child, name)]);
}

/** The only element of this name below an element. */
export function only(element: Element, name: string): Element {
  const found = all(element, name);
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} elements ${name}`);
  return first;
}

/** The `<Service>` of a server.xml with this name. */
export function service(server: Element, name = 'git'): Element {
  const found = all(server, 'Service').find(({ attributes }) => attributes['name'] === name);
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

/** The texts of all elements of this name below an element. */
export function texts(element: Element, name: string): readonly string[] {
  return all(element, name).map((each) => each.text);
}

function elementOf(node: Node): Element {
  const { attributes } = node as unknown as { attributes: Iterable<{ name: string; value: string }> };
  const children = [...node.childNodes].filter((child) => !child.nodeName.startsWith('#'));
  return {
    name: node.nodeName,
    attributes: Object.fromEntries([...attributes].map(({ name, value }) => [name, value])),
    text: children.length === 0 ? (node.textContent ?? '') : '',
    children: children.map((child) => elementOf(child)),
  };
}

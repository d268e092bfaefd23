import { create } from 'xmlbuilder2';

/** An element of an XML file, as a parser reads it. */
export interface XmlElement {
  /** Name of the element: `Connector`. */
  readonly name: string;
  /** Values of its attributes by name. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Its text; empty where there are elements in it. */
  readonly text: string;
  /** The elements directly in it, in order. */
  readonly children: readonly XmlElement[];
}

type Builder = ReturnType<ReturnType<typeof create>['root']>;
type Node = Builder['node'];

/** The root element of an XML file such as `server.xml`. Refused: what is not well-formed. */
export function parseXml(xml: string): XmlElement {
  return elementOf(create(xml).root().node);
}

/** All elements of a name below an element, in document order for each parent. */
export function elementsOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elementsOf(child, name)]);
}

function elementOf(node: Node): XmlElement {
  const { attributes } = node as unknown as { attributes: Iterable<{ name: string; value: string }> };
  const children = [...node.childNodes].filter((child) => !child.nodeName.startsWith('#'));
  return {
    name: node.nodeName,
    attributes: Object.fromEntries([...attributes].map(({ name, value }) => [name, value])),
    text: children.length === 0 ? (node.textContent ?? '') : '',
    children: children.map((child) => elementOf(child)),
  };
}

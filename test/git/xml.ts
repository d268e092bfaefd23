import { elementsOf as all, parseXml, type XmlElement as Element } from '../../constructs/testing/xml';

export { all, parseXml, type Element };

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

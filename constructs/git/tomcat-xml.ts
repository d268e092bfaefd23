import type { create } from 'xmlbuilder2';
import { xmlText } from '../xml-text';

/** An element under construction. */
export type XmlElement = ReturnType<ReturnType<typeof create>['ele']>;

/** The attributes of a Tomcat element; what is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export function attributes(values: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, xmlText(String(value))]])),
  );
}

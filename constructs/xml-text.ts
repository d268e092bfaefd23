/**
 * Text as xmlbuilder2 is given it, to be read as it stands: where one `&` begins what could be a reference, such as `&amp;`
 * or `&D;`, xmlbuilder2 takes it for one and leaves it, so that each is written as a reference beforehand.
 */
export function xmlText(text: string): string {
  return text.replaceAll('&', '&amp;');
}

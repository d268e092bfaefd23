import { create } from 'xmlbuilder2';
import { xmlText } from '../constructs/xml-text';

test.each([
  ['R&D;', 'R&amp;D;'],
  ['&amp;', '&amp;amp;'],
  ['&#60;', '&amp;#60;'],
  ['a & b && c', 'a &amp; b &amp;&amp; c'],
  ['<x>', '&lt;x&gt;'],
])('%s is written as %s, as text and as an attribute', (text, written) => {
  const xml = create()
    .ele('e', { a: xmlText(text) })
    .txt(xmlText(text))
    .end({ headless: true });
  expect(xml).toBe(`<e a="${written}">${written}</e>`);
});

/** An XML element: its name and its text, or its children. */
export type XmlElement = readonly [name: string, content: string | number | boolean | readonly XmlElement[]];

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * A whole XML document with one root element.
 *
 * @param root the root element
 * @param namespace the root's default namespace; S3's error documents have none
 */
export function xmlDocument(root: XmlElement, namespace?: string): string {
  const [name, content] = root;
  const attribute = namespace === undefined ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${attribute}>${inner(content)}</${name}>`;
}

function inner(content: XmlElement[1]): string {
  if (typeof content === 'string') return escapeText(content);
  if (typeof content !== 'object') return String(content);
  return content.map(([name, below]) => `<${name}>${inner(below)}</${name}>`).join('');
}

/**
 * Control characters become character references, as S3 writes them, but for tab and newline, which XML keeps. XML 1.0
 * forbids most of those references, which is why clients ask for `encoding-type=url`.
 */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g,
      (character) => `&#x${character.charCodeAt(0).toString(16)};`,
    );
}

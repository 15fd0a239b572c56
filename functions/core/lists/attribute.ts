/** What an attribute of listed things holds: a text or a whole number. */
export type AttributeKind = 'text' | 'integer';

/** The attributes that a list can be filtered and sorted by, under the names its callers use. */
export type AttributeKinds = Readonly<Record<string, AttributeKind>>;

/** The attributes of one listed thing. One that is absent is the empty text, and comes before every other value. */
export type Attributes<Kinds extends AttributeKinds> = {
  readonly [Name in keyof Kinds]?: (Kinds[Name] extends 'integer' ? number : string) | undefined;
};

export type AttributeValue = string | number | undefined;

/** Whether a text names one of the attributes; what every object inherits does not count. */
export const isAttribute = <Kinds extends AttributeKinds>(kinds: Kinds, name: string): name is keyof Kinds & string =>
  Object.hasOwn(kinds, name);

/** The attributes, in their order. */
export const listAttributes = <Kinds extends AttributeKinds>(
  kinds: Kinds,
): readonly { readonly name: keyof Kinds & string; readonly kind: AttributeKind }[] =>
  Object.entries(kinds).flatMap(([name, kind]) => (isAttribute(kinds, name) ? [{ name, kind }] : []));

/**
 * Orders two values of one attribute: numbers by size; texts by code points, so that capitals count; absent first.
 *
 * @returns negative, 0 or positive; 0 only for equal values, of which absent and the empty text are two
 */
export function compareValues(a: AttributeValue, b: AttributeValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareTexts(String(a ?? ''), String(b ?? ''));
}

function compareTexts(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const difference = rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Code units in the order of the code points they stand for: surrogates, for those above U+FFFF, come last. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

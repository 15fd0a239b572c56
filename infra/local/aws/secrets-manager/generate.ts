import { randomInt, randomUUID } from 'node:crypto';
import type { GeneratedSecret } from '../../template/model.ts';
import type { Secret } from './state.ts';
import { current, putVersion } from './versions.ts';

const kinds = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
/** The punctuation of GetRandomPassword (Secrets Manager API Reference). */
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * A random text as Secrets Manager generates it: at least one character of every kind it may have.
 * @param length characters, 4 or more
 */
export function generateValue(length: number, excludePunctuation: boolean): string {
  const wanted = excludePunctuation ? kinds : [...kinds, punctuation];
  const all = wanted.join('');
  const characters = Array.from({ length }, (_, index) => pick(wanted[index] ?? all));
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? '', characters[last] ?? ''];
  }
  return characters.join('');
}

function pick(from: string): string {
  return from[randomInt(from.length)] ?? '';
}

/** A secret of the template as its first start makes it. */
export function createGenerated({ name, arn, length, excludePunctuation }: GeneratedSecret): Secret {
  const at = Date.now();
  const secret: Secret = { name, arn, tags: [], createdAt: at, changedAt: at, versions: [] };
  putVersion(secret, randomUUID(), { string: generateValue(length, excludePunctuation) }, [current]);
  return secret;
}

/** The six random characters at the end of a new secret's ARN. */
export function randomSuffix(): string {
  const alphabet = kinds.join('');
  return Array.from({ length: 6 }, () => pick(alphabet)).join('');
}

import { randomInt, randomUUID } from 'node:crypto';
import type { GeneratedSecret } from '../../template/model.ts';
import type { Secret } from './state.ts';
import { current, putVersion } from './versions.ts';

const characterKinds = ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'];
/**
 * GetRandomPassword's punctuation:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/**
 * Generates a random text as Secrets Manager does, with at least one character of every allowed kind.
 * @param length the number of characters, 4 or more
 */
export function generateValue(length: number, excludePunctuation: boolean): string {
  const allowedKinds = excludePunctuation ? characterKinds : [...characterKinds, punctuation];
  const all = allowedKinds.join('');
  const characters = Array.from({ length }, (_, index) => pick(allowedKinds[index] ?? all));
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? '', characters[last] ?? ''];
  }
  return characters.join('');
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] ?? '';
}

/** Creates a secret that the template asks to generate. */
export function createGenerated({ name, arn, length, excludePunctuation }: GeneratedSecret): Secret {
  const now = Date.now();
  const secret: Secret = { name, arn, tags: [], createdAt: now, changedAt: now, versions: [] };
  putVersion(secret, randomUUID(), { string: generateValue(length, excludePunctuation) }, [current]);
  return secret;
}

/** Generates the six random characters at the end of a new secret's ARN. */
export function randomSuffix(): string {
  const alphabet = characterKinds.join('');
  return Array.from({ length: 6 }, () => pick(alphabet)).join('');
}

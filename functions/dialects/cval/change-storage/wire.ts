import * as z from 'zod/mini';
import type { Fault } from '../../../core/validation/result.ts';
import { parseBody } from '../../../http/body/validate-shape.ts';
import { Refused } from '../../../http/problem.ts';

/** The client's name, and the one the document prints (dialects/README.md). */
const names = ['synchronize', 'syncronization'] as const;

const anyObject = z.looseObject({});

/**
 * Reads the flag of "Change synchronization": under either name, in the query or in a JSON body, as a boolean or as the
 * text of one in any case (the client sends `True`). It may be there several times as long as it says one thing.
 *
 * @param body undefined when there was none
 * @throws Refused when it is nowhere, is none, or contradicts itself
 */
export function synchronizeIn(query: Readonly<Record<string, string>>, body: unknown): boolean {
  const sources: readonly Readonly<Record<string, unknown>>[] = [
    query,
    body === undefined ? {} : parseBody(anyObject, body),
  ];
  const given = sources.flatMap((source) =>
    names.flatMap((name) => (Object.hasOwn(source, name) ? [{ name, value: source[name] }] : [])),
  );
  const read = given.map(({ name, value }) => ({ name, flag: flagOf(value) }));
  const wrong = read.find(({ flag }) => flag === undefined);
  if (wrong) throw refused({ field: wrong.name, code: 'invalid', message: 'must be true or false' });
  const [first, ...others] = read;
  if (first?.flag === undefined) throw refused({ field: names[0], code: 'blank', message: 'is required' });
  if (others.some(({ flag }) => flag !== first.flag)) {
    throw refused({ field: first.name, code: 'invalid', message: 'is given as true and as false' });
  }
  return first.flag;
}

const refused = (fault: Fault<string>): Refused => new Refused({ kind: 'invalid', faults: [fault] });

function flagOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

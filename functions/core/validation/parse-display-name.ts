import { type Fault, tooLong } from './result.ts';
import { showable } from './text.ts';

/** Longest name for people, in characters. */
const longest = 100;

/** What is wrong with the name that people are to know something by; nothing, or one fault. */
export function displayNameFaults(name: string): readonly Fault<'name'>[] {
  const field = 'name';
  if (name.trim() === '') return [{ field, code: 'blank', message: "can't be blank" }];
  if ([...name].length > longest) return [tooLong(field, longest)];
  const message = showable(name);
  return message === undefined ? [] : [{ field, code: 'invalid', message }];
}

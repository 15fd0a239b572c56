import { describeSecret, secretFormOf } from './secret-form.ts';

/** C0, DEL and C1 controls, and the separators that end a line: nothing that is typed on purpose. */
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const loneSurrogate = /\p{Surrogate}/u;

/** Says what is wrong with a text, without repeating it; undefined when nothing is. */
export type Check = (value: string) => string | undefined;

/** What is wrong with a text that people are to read, if anything. */
export const printable: Check = (value) => {
  if (control.test(value)) return 'must not contain control characters';
  if (loneSurrogate.test(value)) return 'must be well-formed text';
  return undefined;
};

/** What is wrong with a text that APIs, tables and events show to others than its sender: it must not be a secret. */
export const showable: Check = (value) => {
  const form = secretFormOf(value);
  return form === undefined ? printable(value) : describeSecret(form);
};

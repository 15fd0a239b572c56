import { type Check, showable } from '../validation/text.ts';

/** Says what is certainly wrong with a prefix: a URL or an ARN of which only the part behind the bucket counts. */
export const checkPrefix: Check = (prefix) =>
  /^(?:s3a?|gs|https?|wasbs?|abfss?|arn):/i.test(prefix)
    ? "must be what keys begin with behind the bucket's name, not a URL or an ARN"
    : showable(prefix);

/**
 * Says what is probably wrong with a prefix that matches no key. Keys may begin with `/` or contain `*`, so that it is no
 * error.
 */
export function warnOfPrefix(prefix: string): string | undefined {
  if (prefix.startsWith('/')) return 'The prefix begins with a slash, which hardly any key does. Leave the slash out.';
  if (prefix.endsWith('*')) return 'The prefix ends in an asterisk, which is no wildcard here. Leave it out.';
  return undefined;
}

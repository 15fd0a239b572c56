import { isRecord } from '../../template/intrinsics.ts';
import { refuse } from '../../template/start-refused.ts';

type Matches = (value: unknown) => boolean;

/**
 * Compiles an EventBridge event pattern
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html). It supports exact values,
 * `prefix`, `suffix`, `equals-ignore-case`, `anything-but` (values, a prefix or a suffix) and `exists`. A field that
 * holds a list matches when one of its entries does.
 * @param title the rule's name in error messages
 * @throws StartRefused for any other matcher
 */
export function compilePattern(pattern: Readonly<Record<string, unknown>>, title: string): Matches {
  const fields = Object.entries(pattern).map(([name, wanted]): Matches => {
    const field = Array.isArray(wanted) ? compileLeaf(wanted, `${title}: ${name}`) : compileObject(wanted, name, title);
    return (event) => field(isRecord(event) ? event[name] : undefined);
  });
  return (event) => fields.every((matches) => matches(event));
}

function compileObject(wanted: unknown, name: string, title: string): Matches {
  if (!isRecord(wanted) || name.startsWith('$')) return refuse(`${title}: the matcher ${name} is not supported.`);
  return compilePattern(wanted, title);
}

/** Compiles the alternatives of one field. */
function compileLeaf(alternatives: readonly unknown[], where: string): Matches {
  const matchers = alternatives.map((alternative) => compileMatcher(alternative, where));
  return (value) => {
    if (!Array.isArray(value)) return matchers.some((matches) => matches(value));
    const values: readonly unknown[] = value;
    // An empty list matches nothing, because it has no value.
    return values.some((entry) => matchers.some((matches) => matches(entry)));
  };
}

function compileMatcher(matcher: unknown, where: string): Matches {
  if (!isRecord(matcher)) return (value) => value !== undefined && value === matcher;
  const [entry, ...others] = Object.entries(matcher);
  if (entry === undefined || others.length > 0) return refuse(`${where} has a matcher that is not supported.`);
  const [kind, argument] = entry;
  switch (kind) {
    case 'prefix':
    case 'suffix': {
      const affix = requireText(argument, where);
      return (value) =>
        typeof value === 'string' && (kind === 'prefix' ? value.startsWith(affix) : value.endsWith(affix));
    }
    case 'equals-ignore-case': {
      const wanted = requireText(argument, where).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'exists': {
      if (typeof argument !== 'boolean') return refuse(`${where}: exists must be true or false.`);
      return (value) => (value !== undefined) === argument;
    }
    case 'anything-but': {
      const [affix] = isRecord(argument) ? Object.keys(argument) : [];
      if (affix !== undefined && affix !== 'prefix' && affix !== 'suffix') {
        return refuse(`${where}: anything-but ${affix} is not supported.`);
      }
      const excluded = [argument].flat().map((value) => compileMatcher(value, where));
      return (value) => value !== undefined && !excluded.some((matches) => matches(value));
    }
    default:
      return refuse(`${where}: the matcher ${kind} is not supported.`);
  }
}

function requireText(argument: unknown, where: string): string {
  return typeof argument === 'string' ? argument : refuse(`${where} has a matcher that is not supported.`);
}

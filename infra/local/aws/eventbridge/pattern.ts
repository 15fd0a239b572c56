import { isRecord } from '../../template/intrinsics.ts';
import { refuse } from '../../template/start-refused.ts';

type Matches = (value: unknown) => boolean;

/**
 * Compiles an EventBridge event pattern (EventBridge User Guide, "Event patterns"): exact values, `prefix`, `suffix`,
 * `equals-ignore-case`, `anything-but` (values, a prefix or a suffix) and `exists`. A field that holds a list matches when one of its entries
 * does.
 * @param title names the rule in a refusal
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
  if (!isRecord(wanted) || name.startsWith('$')) return refuse(`${title}: the matcher ${name} is not understood.`);
  return compilePattern(wanted, title);
}

/** A list of alternatives for one field. */
function compileLeaf(alternatives: readonly unknown[], where: string): Matches {
  const matchers = alternatives.map((alternative) => compileMatcher(alternative, where));
  return (value) => {
    if (!Array.isArray(value)) return matchers.some((matches) => matches(value));
    const values: readonly unknown[] = value;
    // An empty list is a field that exists and has no value to match.
    return values.some((entry) => matchers.some((matches) => matches(entry)));
  };
}

function compileMatcher(matcher: unknown, where: string): Matches {
  if (!isRecord(matcher)) return (value) => value !== undefined && value === matcher;
  const [entry, ...others] = Object.entries(matcher);
  if (entry === undefined || others.length > 0) return refuse(`${where} has a matcher that is not understood.`);
  const [kind, argument] = entry;
  switch (kind) {
    case 'prefix':
    case 'suffix': {
      const affix = text(argument, where);
      return (value) =>
        typeof value === 'string' && (kind === 'prefix' ? value.startsWith(affix) : value.endsWith(affix));
    }
    case 'equals-ignore-case': {
      const wanted = text(argument, where).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted;
    }
    case 'exists': {
      if (typeof argument !== 'boolean') return refuse(`${where}: exists is true or false.`);
      return (value) => (value !== undefined) === argument;
    }
    case 'anything-but': {
      const [affix] = isRecord(argument) ? Object.keys(argument) : [];
      if (affix !== undefined && affix !== 'prefix' && affix !== 'suffix') {
        return refuse(`${where}: anything-but ${affix} is not understood.`);
      }
      const excluded = [argument].flat().map((one) => compileMatcher(one, where));
      return (value) => value !== undefined && !excluded.some((matches) => matches(value));
    }
    default:
      return refuse(`${where}: the matcher ${kind} is not understood.`);
  }
}

function text(argument: unknown, where: string): string {
  return typeof argument === 'string' ? argument : refuse(`${where} has a matcher that is not understood.`);
}

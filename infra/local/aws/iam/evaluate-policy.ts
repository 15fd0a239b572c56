import type { Statement } from '../../template/model.ts';
import { wildcard } from './wildcard.ts';

/** One call, as IAM sees it. */
export interface AccessRequest {
  /** `service:Operation`. */
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request, each with its values; a key the request does not have is absent. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

type Compare = (wanted: string, actual: string) => boolean;

/** `negated` operators hold when no wanted value matches. */
const comparisons: Readonly<Record<string, { readonly compare: Compare; readonly negated: boolean }>> = {
  StringEquals: { compare: (wanted, actual) => wanted === actual, negated: false },
  StringNotEquals: { compare: (wanted, actual) => wanted === actual, negated: true },
  StringLike: { compare: wildcard, negated: false },
  StringNotLike: { compare: wildcard, negated: true },
  /** The same as ArnLike (IAM User Guide, "Amazon Resource Name (ARN) condition operators"). */
  ArnEquals: { compare: arnLike, negated: false },
  ArnLike: { compare: arnLike, negated: false },
  Bool: { compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(), negated: false },
};

const setOperators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'];

/** Every condition operator that `decide` knows; a policy with another one must be refused where it is read. */
export const conditionOperators: readonly string[] = [
  ...Object.keys(comparisons),
  ...setOperators.flatMap((operator) => [`ForAllValues:${operator}`, `ForAnyValue:${operator}`]),
];

/** Why a call is allowed or not: `denied` by a Deny statement, `unmentioned` when nothing allows it. */
export type Verdict = 'allowed' | 'denied' | 'unmentioned';

/**
 * Identity-based policy evaluation within one account (IAM User Guide, "Policy evaluation logic"): an explicit deny
 * wins, then an allow, and what no statement mentions is denied.
 */
export function judge(statements: readonly Statement[], request: AccessRequest): Verdict {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'unmentioned';
}

/** `judge`, without the reason. */
export function decide(statements: readonly Statement[], request: AccessRequest): 'allow' | 'deny' {
  return judge(statements, request) === 'allowed' ? 'allow' : 'deny';
}

function applies(statement: Statement, { action, resource, keys }: AccessRequest): boolean {
  return (
    statement.actions.some((pattern) => wildcard(pattern.toLowerCase(), action.toLowerCase())) &&
    statement.resources.some((pattern) => wildcard(pattern, resource)) &&
    Object.entries(statement.conditions).every(([operator, wanted]) =>
      Object.entries(wanted).every(([key, values]) => holds(operator, values, valuesOf(keys, key))),
    )
  );
}

/** Condition keys are not case-sensitive. */
function valuesOf(keys: AccessRequest['keys'], wanted: string): readonly string[] {
  const found = Object.entries(keys).find(([key]) => key.toLowerCase() === wanted.toLowerCase());
  return found?.[1] ?? [];
}

/**
 * One operator and key (IAM User Guide, "Condition operators" and "Set operators for multivalued context keys").
 * An absent key fails a positive operator and passes a negated one; it passes every ForAllValues, and fails every
 * ForAnyValue, negated or not.
 */
function holds(operator: string, wanted: readonly string[], actual: readonly string[]): boolean {
  const [set, name] = operator.includes(':') ? operator.split(':') : [undefined, operator];
  const comparison = comparisons[name ?? ''];
  if (comparison === undefined) throw new Error(`The condition operator ${operator} is not known.`);
  const matches = (value: string) => wanted.some((one) => comparison.compare(one, value));
  const passes = (value: string) => matches(value) !== comparison.negated;
  switch (set) {
    case undefined:
      return comparison.negated ? actual.every(passes) : actual.some(passes);
    case 'ForAllValues':
      return actual.every(passes);
    case 'ForAnyValue':
      return actual.some(passes);
    default:
      throw new Error(`The condition operator ${operator} is not known.`);
  }
}

/** The six parts of an ARN are matched one by one, so that a `*` does not reach over a colon but in the last. */
function arnLike(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const actual = arnParts(arn);
  return wanted.length === actual.length && wanted.every((part, index) => wildcard(part, actual[index] ?? ''));
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

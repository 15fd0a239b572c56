import type { Statement } from '../../template/model.ts';
import { matchesWildcard } from './wildcard.ts';

/** The call that a policy is evaluated for. */
export interface AccessRequest {
  /** `service:Operation`. */
  readonly action: string;
  readonly resource: string;
  /** The request's condition keys with their values. A key that the request does not have is absent. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

type Compare = (wanted: string, actual: string) => boolean;

/** The plain operators. A negated one holds when no wanted value matches. */
const comparisons: Readonly<Record<string, { readonly compare: Compare; readonly negated: boolean }>> = {
  StringEquals: { compare: (wanted, actual) => wanted === actual, negated: false },
  StringNotEquals: { compare: (wanted, actual) => wanted === actual, negated: true },
  StringLike: { compare: matchesWildcard, negated: false },
  StringNotLike: { compare: matchesWildcard, negated: true },
  /**
   * AWS treats ArnEquals like ArnLike:
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
   */
  ArnEquals: { compare: matchesArn, negated: false },
  ArnLike: { compare: matchesArn, negated: false },
  Bool: { compare: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(), negated: false },
};

const setOperators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike'];

/** Every condition operator that can be evaluated; the template's reader refuses a policy with any other. */
export const conditionOperators: readonly string[] = [
  ...Object.keys(comparisons),
  ...setOperators.flatMap((operator) => [`ForAllValues:${operator}`, `ForAnyValue:${operator}`]),
];

/**
 * IAM's verdict: `explicit-deny` comes from a Deny statement, `implicit-deny` means that no statement allows the call.
 */
export type Verdict = 'allowed' | 'explicit-deny' | 'implicit-deny';

/**
 * Evaluates identity-based policies within one account: an explicit deny wins, then an allow, and otherwise the call is
 * denied (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
export function evaluatePolicy(statements: readonly Statement[], request: AccessRequest): Verdict {
  const applying = statements.filter((statement) => applies(statement, request));
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicit-deny';
  return applying.length > 0 ? 'allowed' : 'implicit-deny';
}

/** `evaluatePolicy`, without the reason. */
export function decideAccess(statements: readonly Statement[], request: AccessRequest): 'allow' | 'deny' {
  return evaluatePolicy(statements, request) === 'allowed' ? 'allow' : 'deny';
}

function applies(statement: Statement, { action, resource, keys }: AccessRequest): boolean {
  return (
    statement.actions.some((pattern) => matchesWildcard(pattern.toLowerCase(), action.toLowerCase())) &&
    statement.resources.some((pattern) => matchesWildcard(pattern, resource)) &&
    Object.entries(statement.conditions).every(([operator, wanted]) =>
      Object.entries(wanted).every(([key, values]) => isConditionMet(operator, values, findKeyValues(keys, key))),
    )
  );
}

/** Finds a condition key's values; the keys' names are case-insensitive. */
function findKeyValues(keys: AccessRequest['keys'], wanted: string): readonly string[] {
  const found = Object.entries(keys).find(([key]) => key.toLowerCase() === wanted.toLowerCase());
  return found?.[1] ?? [];
}

/**
 * Evaluates one operator on one key's values.
 * An absent key fails a positive operator and satisfies a negated one. It satisfies every ForAllValues and fails every
 * ForAnyValue, negated or not
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html).
 */
function isConditionMet(operator: string, wanted: readonly string[], actual: readonly string[]): boolean {
  const [set, name] = operator.includes(':') ? operator.split(':') : [undefined, operator];
  const comparison = comparisons[name ?? ''];
  if (comparison === undefined) throw new Error(`The condition operator ${operator} is not supported.`);
  const matches = (value: string) => wanted.some((candidate) => comparison.compare(candidate, value));
  const satisfies = (value: string) => matches(value) !== comparison.negated;
  switch (set) {
    case undefined:
      return comparison.negated ? actual.every(satisfies) : actual.some(satisfies);
    case 'ForAllValues':
      return actual.every(satisfies);
    case 'ForAnyValue':
      return actual.some(satisfies);
    default:
      throw new Error(`The condition operator ${operator} is not supported.`);
  }
}

/** Matches the six parts of two ARNs one by one, so that a `*` spans colons only in the last part. */
function matchesArn(pattern: string, arn: string): boolean {
  const wanted = splitArn(pattern);
  const actual = splitArn(arn);
  return wanted.length === actual.length && wanted.every((part, index) => matchesWildcard(part, actual[index] ?? ''));
}

function splitArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  conditionOperators,
  decideAccess,
  evaluatePolicy,
} from '../../../../../infra/local/aws/iam/evaluate-policy.ts';
import { matchesWildcard } from '../../../../../infra/local/aws/iam/wildcard.ts';
import type { Statement } from '../../../../../infra/local/template/model.ts';

/** An independent implementation of IAM's rules, by regular expressions and truth tables. */
const oracle = {
  like(pattern: string, text: string): boolean {
    const source = [...pattern].map((character) => {
      if (character === '*') return '[^]*';
      return character === '?' ? '[^]' : character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
    });
    return new RegExp(`^${source.join('')}$`).test(text);
  },
  test(operator: string, wanted: string, actual: string): boolean {
    switch (operator) {
      case 'StringEquals':
      case 'StringNotEquals':
        return wanted === actual;
      case 'StringLike':
      case 'StringNotLike':
        return oracle.like(wanted, actual);
      case 'Bool':
        return wanted.toLowerCase() === actual.toLowerCase();
      default: {
        const left = wanted.split(':');
        const right = actual.split(':');
        if (Math.min(left.length, 6) !== Math.min(right.length, 6)) return false;
        const head = left.slice(0, 5).every((part, index) => oracle.like(part, right[index] ?? ''));
        return head && oracle.like(left.slice(5).join(':'), right.slice(5).join(':'));
      }
    }
  },
  condition(operator: string, wanted: readonly string[], actual: readonly string[] | undefined): boolean {
    const [name = '', set] = operator.split(':').reverse();
    const negative = name.includes('Not');
    const values = actual ?? [];
    const one = (value: string) => {
      const any = wanted.filter((candidate) => oracle.test(name, candidate, value)).length > 0;
      return negative ? !any : any;
    };
    const passing = values.filter(one).length;
    if (set === 'ForAllValues') return passing === values.length;
    if (set === 'ForAnyValue') return passing > 0;
    if (values.length === 0) return negative;
    return negative ? passing === values.length : passing > 0;
  },
  decideAccess(statements: readonly Statement[], request: AccessRequest): 'allow' | 'deny' {
    let allowed = false;
    for (const { effect, actions, resources, conditions } of statements) {
      let applies = actions.some((action) => oracle.like(action.toUpperCase(), request.action.toUpperCase()));
      applies &&= resources.some((resource) => oracle.like(resource, request.resource));
      for (const [operator, keys] of Object.entries(conditions)) {
        for (const [key, wanted] of Object.entries(keys)) {
          applies &&= oracle.condition(operator, wanted, request.keys[key]);
        }
      }
      if (applies && effect === 'Deny') return 'deny';
      allowed ||= applies;
    }
    return allowed ? 'allow' : 'deny';
  },
};

/** Few letters, so that patterns often match. */
const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ':', '.', '/'), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'A', 'b', ':', '.', '*', '?'), maxLength: 8 });
const value = fc.oneof(text, fc.constantFrom('true', 'False', 'a:a:a:a:a:a:b', 'x:a'));
const conditions = fc.dictionary(
  fc.constantFrom(...conditionOperators),
  fc.dictionary(fc.constantFrom('k:one', 'k:two'), fc.array(fc.oneof(pattern, value), { minLength: 1, maxLength: 3 }), {
    minKeys: 1,
  }),
  { maxKeys: 2 },
);
const statement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom('Allow', 'Deny'),
  actions: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  resources: fc.array(fc.oneof(fc.constant('*'), pattern), { minLength: 1, maxLength: 3 }),
  conditions,
});
const request: fc.Arbitrary<AccessRequest> = fc.record({
  action: text,
  resource: text,
  keys: fc.dictionary(fc.constantFrom('k:one', 'k:two'), fc.array(value, { minLength: 1, maxLength: 3 })),
});

describe('policy evaluation', () => {
  it('agrees with an independent implementation on random policies and requests', () => {
    const seen = { allow: 0, deny: 0 };
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 4 }), request, (statements, call) => {
        const decision = decideAccess(statements, call);
        seen[decision] += 1;
        expect(decision).toBe(oracle.decideAccess(statements, call));
      }),
      { numRuns: 3000 },
    );
    // The generators reach both outcomes often.
    expect(Math.min(seen.allow, seen.deny)).toBeGreaterThan(50);
  });

  it('agrees with an independent implementation on every condition operator', () => {
    const seen = new Map<string, Set<string>>();
    fc.assert(
      fc.property(
        fc.constantFrom(...conditionOperators),
        fc.array(fc.oneof(pattern, value), { minLength: 1, maxLength: 3 }),
        fc.option(fc.array(value, { minLength: 1, maxLength: 3 }), { nil: undefined }),
        (operator, wanted, actual) => {
          const statements: Statement[] = [
            { effect: 'Allow', actions: ['*'], resources: ['*'], conditions: { [operator]: { k: wanted } } },
          ];
          const request = { action: 'a', resource: 'r', keys: actual === undefined ? {} : { k: actual } };
          const decision = decideAccess(statements, request);
          seen.set(operator, (seen.get(operator) ?? new Set()).add(decision));
          expect(decision, operator).toBe(oracle.decideAccess(statements, request));
        },
      ),
      { numRuns: 4000 },
    );
    for (const operator of conditionOperators) expect([...(seen.get(operator) ?? [])], operator).toHaveLength(2);
  });

  const everything: Statement = { effect: 'Allow', actions: ['*'], resources: ['*'], conditions: {} };
  const getItem: AccessRequest = { action: 'dynamodb:GetItem', resource: 'arn:aws:dynamodb:r:1:table/T', keys: {} };

  it.each([
    ['denies implicitly when no statement applies', [], 'implicit-deny'],
    ['allows what a statement allows', [everything], 'allowed'],
    [
      'denies explicitly although another statement allows',
      [everything, { ...everything, effect: 'Deny' }],
      'explicit-deny',
    ],
    ['ignores the case of actions', [{ ...everything, actions: ['DYNAMODB:getitem'] }], 'allowed'],
    [
      'respects the case of resources',
      [{ ...everything, resources: [getItem.resource.toUpperCase()] }],
      'implicit-deny',
    ],
    ['lets a star match colons and slashes', [{ ...everything, resources: ['arn:*T'] }], 'allowed'],
  ] as const)('%s', (_, statements, verdict) => {
    expect(evaluatePolicy(statements, getItem)).toBe(verdict);
  });

  it('ignores the case of condition keys', () => {
    const conditional = { ...everything, conditions: { StringEquals: { 'DynamoDB:leadingkeys': ['a'] } } };
    expect(decideAccess([conditional], { ...getItem, keys: { 'dynamodb:LeadingKeys': ['a'] } })).toBe('allow');
  });

  it('throws on an unknown condition operator', () => {
    const conditional = { ...everything, conditions: { NumericEquals: { k: ['1'] } } };
    expect(() => decideAccess([conditional], getItem)).toThrow('NumericEquals');
  });
});

describe('matchesWildcard', () => {
  it('agrees with the equivalent regular expression', () => {
    fc.assert(
      fc.property(pattern, text, (wanted, given) => {
        expect(matchesWildcard(wanted, given)).toBe(oracle.like(wanted, given));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes at most pattern × text steps', () => {
    const started = performance.now();
    expect(matchesWildcard(`${'*a'.repeat(500)}b`, 'a'.repeat(5000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

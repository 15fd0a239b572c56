import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scopeNamed, scopes } from '../../../functions/core/access/scope.ts';

const nodeum = {
  index: 'connections:list',
  show: 'connections:read',
  create: 'connections:create',
  update: 'connections:update',
  destroy: 'connections:delete',
  test: 'connections:verify',
  get_secret_key: 'credentials:reveal',
} as const;

describe('a scope', () => {
  test.each(scopes)('is known by its own name: %s', (scope) => {
    expect(scopeNamed(scope)).toBe(scope);
  });

  test.each(Object.entries(nodeum))("is known by Nodeum's name: %s", (action, scope) => {
    for (const slash of ['/', ' / ', ' /', '/ ']) expect(scopeNamed(`cloud_connectors${slash}${action}`)).toBe(scope);
  });

  test("each is one of Nodeum's actions, and none is two", () => {
    expect(Object.values(nodeum).toSorted()).toEqual(scopes.toSorted());
  });

  test.each([
    '',
    'connections',
    'connections:*',
    'connections:list ',
    'Connections:List',
    'cloud_connectors',
    'cloud_connectors/',
    'cloud_connectors/list',
    'cloud_connectors  /  index',
    ' cloud_connectors/index',
    'cloud_connectors/index\n',
    'cloud_connectors/connections:list',
    'other/index',
    'index',
    'constructor',
  ])('has no other name: %j', (name) => {
    expect(scopeNamed(name)).toBeUndefined();
  });

  test('is not read out of any other text', () => {
    const known = /^(?:connections:(?:list|read|create|update|delete|verify)|credentials:reveal)$/;
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!known.test(text) && !text.startsWith('cloud_connectors'));
        expect(scopeNamed(text)).toBeUndefined();
      }),
    );
  });
});

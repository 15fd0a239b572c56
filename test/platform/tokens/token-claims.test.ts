import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { organizationNamed } from '../../../functions/core/access/organization.ts';
import { scopes } from '../../../functions/core/access/scope.ts';
import { type ClaimNames, holderIn, isFor } from '../../../functions/platform/tokens/token-claims.ts';

const names: ClaimNames = { organizationClaim: 'organization', scopesClaim: 'scope', scopePrefix: '' };
const holder = (claims: object, more: Partial<ClaimNames> = {}) =>
  holderIn({ sub: 'somebody', ...claims }, { ...names, ...more });

describe('organizations', () => {
  it.each([
    [7, ['7']],
    ['7', ['7']],
    ['acme', ['acme']],
    ['acme 7 globex', ['acme', '7', 'globex']],
    [' acme  acme ', ['acme']],
    [
      ['acme', 7],
      ['acme', '7'],
    ],
    [
      ['acme globex', 'acme'],
      ['acme', 'globex'],
    ],
    [undefined, []],
    [null, []],
    [true, []],
    ['', []],
    [{ id: 7 }, []],
    [[['acme'], { id: 7 }, null], []],
    [[0, -1, 1.5, 2 ** 31, 1e21, '007', 'Acme', 'a_b', 'ORG#1'], []],
  ])('in %j are %j', (organization, expected) => {
    expect(holder({ organization })?.organizations).toEqual(expected);
  });

  it('are twenty at most', () => {
    const organization = Array.from({ length: 30 }, (_, index) => index + 1);
    expect(holder({ organization })?.organizations).toEqual(organization.slice(0, 20).map(String));
  });

  it.each(['cognito:groups', 'https://example.com/organization', 'a.b.c'])('are found in the claim %s', (claim) => {
    expect(holder({ [claim]: ['acme'] }, { organizationClaim: claim })?.organizations).toEqual(['acme']);
  });

  it.each(['', 'constructor', '__proto__', 'toString'])('are not found in what a claim %j is not', (claim) => {
    expect(holder({}, { organizationClaim: claim, scopesClaim: claim })).toEqual({
      subject: 'somebody',
      organizations: [],
      scopes: [],
    });
  });
});

describe('scopes', () => {
  it.each([
    ['connections:list connections:read', '', ['connections:list', 'connections:read']],
    [['connections:list', 'connections:list'], '', ['connections:list']],
    ['openid profile connections:verify admin', '', ['connections:verify']],
    ['cloud_connectors/index', '', ['connections:list']],
    [['cloud_connectors / test'], '', ['connections:verify']],
    [['connections:list connections:read'], '', []],
    [[['connections:list'], 7, null], '', []],
    [7, '', []],
    [undefined, '', []],
    ['sc/connections:list connections:read', 'sc/', ['connections:list']],
    [['sc/connections:list', 'other/connections:read'], 'sc/', ['connections:list']],
    ['xy/connections:list sc/sc/connections:list', 'sc/', []],
    ['sc/connections:list', '', []],
  ])('in %j after %j are %j', (scope, scopePrefix, expected) => {
    expect(holder({ scope }, { scopePrefix })?.scopes).toEqual(expected);
  });

  it('are those of this service and no others, whatever a claim holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (claim) => {
        const { organizations = [], scopes: found = [] } = holder({ organization: claim, scope: claim }) ?? {};
        expect(scopes).toEqual(expect.arrayContaining([...found]));
        expect(organizations.every((name) => organizationNamed(name) !== undefined)).toBe(true);
      }),
    );
  });
});

describe('a subject', () => {
  it.each(['a', 'auth0|5f7c8ec7c33c6c004bbafe82', 'x'.repeat(255), 'Zoë'])('can be %j', (sub) => {
    expect(holder({ sub })?.subject).toBe(sub);
  });

  it.each([undefined, null, 7, '', 'x'.repeat(256), 'a\nb', 'a\u001b[2J', 'a\u007f', 'a\u0085', 'a\ud800', ['a']])(
    'cannot be %j',
    (sub) => {
      expect(holder({ sub })).toBeUndefined();
    },
  );
});

describe('an audience', () => {
  const ours = new Set(['ours', 'also ours']);
  it.each([
    [{ aud: 'ours' }, true],
    [{ aud: ['theirs', 'also ours'] }, true],
    [{ client_id: 'ours' }, true],
    [{ aud: 'theirs' }, false],
    [{ aud: 'ours also' }, false],
    [{ aud: [] }, false],
    [{ aud: 'theirs', client_id: 'ours' }, false],
    [{ aud: [], client_id: 'ours' }, false],
    [{ aud: null, client_id: 'ours' }, false],
    [{ azp: 'ours' }, false],
    [{}, false],
  ])('in %j is ours: %j', (claims, expected) => {
    expect(isFor(ours, claims)).toBe(expected);
  });
});

import { canary } from '../canary.ts';
import type { Ask } from '../operator.ts';

/** What the operator's API refuses, of the organization `demo`: method, path below `/admin`, what is sent. */

const organization = { name: 'Never', slug: 'never' };
export const key = { name: 'never', scopes: ['connections:list'] };
export const keys = '/organizations/demo/keys';
export const audit = '/organizations/demo/audit';
/** Of no connection. */
const history = '/connections/0192f0c1-1111-7000-8000-000000000000/history';

/** With the faults that are told, as field and code. */
export const invalid: readonly (readonly [Ask['method'], string, Pick<Ask, 'query' | 'body'>, readonly string[]])[] = [
  ['POST', '/organizations', { body: {} }, ['name blank', 'slug blank']],
  ['POST', '/organizations', { body: { name: 1, slug: [canary.secret] } }, ['name invalid', 'slug invalid']],
  ['POST', '/organizations', { body: { name: ' ', slug: '' } }, ['name blank', 'slug blank']],
  ['POST', '/organizations', { body: { ...organization, name: 'x'.repeat(101) } }, ['name too_long']],
  ['POST', '/organizations', { body: { ...organization, name: 'a\nb' } }, ['name invalid']],
  ['POST', '/organizations', { body: { ...organization, slug: '7up' } }, ['slug invalid']],
  ['POST', '/organizations', { body: { ...organization, slug: canary.secret } }, ['slug invalid']],
  ['POST', '/organizations', { body: { ...organization, id: 0 } }, ['id invalid']],
  ['POST', '/organizations', { body: { ...organization, id: 2 ** 31 } }, ['id invalid']],
  ['POST', '/organizations', { body: { ...organization, id: 1e300 } }, ['id invalid']],
  ['POST', '/organizations', { body: { ...organization, id: '7' } }, ['id invalid']],
  ['POST', keys, { body: {} }, ['name blank', 'scopes blank']],
  ['POST', keys, { body: { ...key, name: '' } }, ['name blank']],
  ['POST', keys, { body: { ...key, scopes: [] } }, ['scopes blank']],
  ['POST', keys, { body: { ...key, scopes: ['connections:list', canary.secret] } }, ['scopes invalid']],
  ['POST', keys, { body: { ...key, scopes: [7] } }, ['scopes.0 invalid']],
  ['POST', keys, { body: { ...key, expiresAt: '2020-01-01T00:00:00Z' } }, ['expiresAt invalid']],
  ['POST', keys, { body: { ...key, expiresAt: 'never' } }, ['expiresAt invalid']],
  ['POST', keys, { body: { ...key, expiresAt: 4e12 } }, ['expiresAt invalid']],
  ['POST', keys, { body: { ...key, organizations: ['nobody'] } }, ['organizations invalid']],
  ['POST', keys, { body: { ...key, organizations: [2_000_000_000] } }, ['organizations invalid']],
  ['POST', keys, { body: { ...key, organizations: ['No Body'] } }, ['organizations invalid']],
  ['POST', keys, { body: { ...key, organizations: 'demo' } }, ['organizations invalid']],
  ['GET', '/organizations', { query: { limit: '0' } }, ['limit invalid']],
  ['GET', '/organizations', { query: { limit: '101', after: 'demo' } }, ['limit invalid', 'after invalid']],
  ['GET', '/organizations', { query: { after: '' } }, ['after blank']],
  ['GET', keys, { query: { limit: 'all', after: '7' } }, ['limit invalid', 'after invalid']],
  ['GET', audit, { query: { limit: '201' } }, ['limit invalid']],
  ['GET', audit, { query: { after: '7', connection: 'demo' } }, ['after invalid', 'connection invalid']],
  ['GET', audit, { query: { from: 'today', to: '2026-11-20' } }, ['from invalid', 'to invalid']],
  ['GET', audit, { query: { from: '2026-11-20T00:00:00Z', to: '2026-11-19T00:00:00Z' } }, ['from invalid']],
  [
    'GET',
    '/organizations/demo/connections',
    { query: { limit: '1001', after: '7' } },
    ['limit invalid', 'after invalid'],
  ],
  ['GET', history, { query: { limit: '101', after: canary.secret } }, ['limit invalid', 'after invalid']],
  ['GET', '/events', { query: { after: '2026-11-20', from: 'today' } }, ['after invalid', 'from invalid']],
  ['POST', '/reverify', { body: { connection: 1, all: 'yes' } }, ['connection invalid', 'all invalid']],
];

/** Bodies for a new organization, with the status. */
export const unreadable: readonly (readonly [string, unknown, number])[] = [
  ['no JSON', `{"name":"${canary.secret}`, 400],
  ['no object', [], 400],
  ['nothing', undefined, 400],
  ['too much', { ...organization, note: 'x'.repeat(70_000) }, 413],
];

/** Answered 404. */
export const notThere: readonly (readonly [Ask['method'], string, Pick<Ask, 'body'>])[] = [
  ['GET', '/organizations/nobody', {}],
  ['GET', '/organizations/2000000000', {}],
  ['GET', '/organizations/01', {}],
  ['GET', '/organizations/Demo', {}],
  ['GET', '/organizations/demo%20', {}],
  ['POST', '/organizations/nobody/disable', {}],
  ['POST', '/organizations/nobody/enable', {}],
  ['GET', '/organizations/nobody/keys', {}],
  ['POST', '/organizations/nobody/keys', { body: key }],
  ['GET', '/organizations/nobody/audit', {}],
  ['POST', '/keys/000000000000/revoke', {}],
  ['GET', '/organizations/nobody/connections', {}],
  ['GET', '/organizations/nobody/forwarding', {}],
  ['GET', history, {}],
  ['GET', '/connections/demo/history', {}],
  ['POST', '/reverify', { body: { connection: '0192f0c1-1111-7000-8000-000000000000' } }],
  ['POST', '/reverify', { body: { organization: 'nobody' } }],
  ['POST', '/keys/ei_000000000000/revoke', {}],
];

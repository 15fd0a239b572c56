import { describe, expect, test } from 'vitest';
import { scopes } from '../../../../functions/core/access/scope.ts';
import { key, localService, secret } from '../local-service.ts';

const { run, answers, askedBy } = localService();

describe('keys', () => {
  const create = ['keys', 'create', '--organization', 'acme', '--name', 'ci'];

  test('are made, and shown once', async () => {
    const made = { ...key, key: `ei_${key.id}_${secret}` };
    answers({ status: 201, body: made });
    expect(await run([...create, '--scopes', 'all'])).toEqual({
      code: 0,
      out: `KEY    ${made.key}\nID     ${key.id}\nBASIC  ${key.id}:${secret}\n`,
      err: 'The key is shown only now. Keep it as you would a password.\n',
    });
    expect(await askedBy([...create, '--scopes', 'all'])).toMatchObject([{ body: { name: 'ci', scopes } }]);
    const { out } = await run([...create, '--scopes', 'all', '--json']);
    expect(JSON.parse(out)).toEqual(made);
  });

  test('are made for some scopes, for a time, and for further organizations', async () => {
    answers({ status: 201, body: { ...key, key: `ei_${key.id}_${secret}` } });
    const some = ['--scopes', 'connections:list, cloud_connectors / show', '--expires', '90d'];
    expect(await askedBy([...create, ...some, '--also', 'other-org', '--also', '7'])).toEqual([
      {
        method: 'POST',
        path: '/admin/organizations/acme/keys',
        query: {},
        body: {
          name: 'ci',
          scopes: ['connections:list', 'cloud_connectors / show'],
          expiresAt: '2027-02-19T10:32:00.000Z',
          organizations: ['other-org', 7],
        },
      },
    ]);
  });

  test('are listed', async () => {
    const used = { ...key, id: 'nmkjhgfedcba', scopes, expiresAt: null, lastUsedAt: '2026-11-21T10:00:00.000Z' };
    answers({ body: { keys: [key, used], next: null } });
    expect((await run('keys list --organization 42')).out).toBe(
      [
        'ID            NAME  STATUS  ORGANIZATIONS  SCOPES                              CREATED           EXPIRES           LAST USED',
        'abcdefghjkmn  ci    active  42, 7          connections:list, connections:read  2026-11-20 12:00  2027-01-31 00:00  –',
        'nmkjhgfedcba  ci    active  42, 7          all                                 2026-11-20 12:00  –                 2026-11-21 10:00',
        '',
      ].join('\n'),
    );
    expect(await askedBy('keys list --organization 42')).toMatchObject([{ path: '/admin/organizations/42/keys' }]);
  });

  test.each([key.id, `ei_${key.id}_${secret}`, `${key.id}_${secret}`])(
    'are revoked by their id, or by the key itself, which is not sent: %s',
    async (text) => {
      answers({ body: { ...key, status: 'revoked', revokedAt: '2026-11-21T10:32:00.000Z' } });
      const { out, err } = await run(['keys', 'revoke', text]);
      expect(out).toContain('STATUS         revoked\n');
      expect(err).toBe('It opens nothing any more, at the latest in 5 seconds.\n');
      expect(await askedBy(['keys', 'revoke', text])).toEqual([
        { method: 'POST', path: `/admin/keys/${key.id}/revoke`, query: {}, body: undefined },
      ]);
    },
  );
});

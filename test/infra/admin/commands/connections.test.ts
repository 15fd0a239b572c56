import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { connection, failing, localService } from '../local-service.ts';

const { run, answers, askedBy, env } = localService();
const of = (...connections: readonly unknown[]) => answers({ body: { connections, next: null } });

describe('connections', () => {
  test('are shown with how they are, since when, and when they are looked at next', async () => {
    const unknown = { ...connection, status: 'unverified', lastCheck: null, nextCheck: null };
    const due = { ...connection, nextCheck: '2026-11-21T10:31:00.000Z', cause: 'request' };
    of(failing, connection, due, { ...connection, checking: true }, unknown);
    expect(await run('connections --organization acme')).toEqual({
      code: 0,
      out: [
        'NAME     UID                                   PROVIDER  STATUS      SINCE       LAST CHECK  DIAGNOSIS                     NEXT CHECK',
        'runs[2J  0192f0c1-1111-7000-8000-000000000002  wasabi    error       12 min ago  30 s ago    secret-key-wrong (secretKey)  in 15 min',
        'walks    0192f0c1-1111-7000-8000-000000000001  s3        connected   3 d ago     2 h ago     –                             in 22 h',
        'walks    0192f0c1-1111-7000-8000-000000000001  s3        connected   3 d ago     2 h ago     –                             due (request)',
        'walks    0192f0c1-1111-7000-8000-000000000001  s3        connected   3 d ago     2 h ago     –                             now',
        'walks    0192f0c1-1111-7000-8000-000000000001  s3        unverified  3 d ago     –           –                             –',
        '',
      ].join('\n'),
      err: '',
    });
    const { out } = await run('connections --organization acme --json');
    expect(JSON.parse(out)).toEqual({
      connections: [failing, connection, due, { ...connection, checking: true }, unknown],
      next: null,
    });
    expect(out).not.toContain('\u001b');
  });

  test('that fail can be picked out', async () => {
    of(connection, failing);
    const { out } = await run('connections --organization acme --failing');
    expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual(['NAME', 'runs[2J', '']);
    expect(JSON.parse((await run('connections --organization acme --failing --json')).out)).toEqual({
      ...{ connections: [failing], next: null },
    });
    of(connection);
    expect((await run('connections --organization acme --failing')).err).toBe('No connection is failing.\n');
    of();
    expect((await run('connections --organization acme --failing')).err).toBe('There are no connections.\n');
    expect(await askedBy('connections --organization acme')).toMatchObject([
      { path: '/admin/organizations/acme/connections', query: { limit: '1000' } },
    ]);
  });

  test('of many pages say how far they are to whoever watches, and nothing of it is left', async () => {
    answers(({ query }) => ({ body: { connections: [connection], next: query['after'] ? null : connection.uid } }));
    const told: string[] = [];
    const outcome = await run('connections --organization acme', undefined, {
      progress: (text) => told.push(text),
    });
    expect(outcome).toMatchObject({ code: 0, err: '' });
    expect(told).toEqual(['1 connections …', '']);
  });

  test('can be interrupted while the API is silent', async () => {
    const interrupt = new AbortController();
    answers(() => {
      interrupt.abort();
      return 'nothing';
    });
    const ask = () => run('connections --organization acme', undefined, { interrupt: interrupt.signal });
    expect(await ask()).toEqual({ code: 130, out: '', err: '' });
    answers({ body: {} });
    expect(await askedBy('connections --organization acme')).toHaveLength(1);
    // From then on nothing is asked.
    expect(await ask()).toEqual({ code: 130, out: '', err: '' });
  });

  test('are left by the whole program on Ctrl-C', async () => {
    const program = fileURLToPath(new URL('../../../../infra/admin/admin.ts', import.meta.url));
    const child = spawn(process.execPath, [program, 'connections', '--organization', 'acme'], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    answers(() => {
      child.kill('SIGINT');
      return 'nothing';
    });
    expect(await ended).toEqual([130, null]);
  });
});

import { describe, expect, test } from 'vitest';
import { acme, localService } from '../local-service.ts';

const { run, answers, askedBy } = localService();

describe('organizations', () => {
  const create = ['organizations', 'create', '--slug', 'acme', '--name', 'Acme Inc'];

  test('are made', async () => {
    answers({ status: 201, body: acme });
    expect(await run(create)).toEqual({
      code: 0,
      out: [
        'ID           42',
        'SLUG         acme',
        'NAME         Acme Inc',
        'STATUS       active',
        'EXTERNAL ID  6f1c1c1e-6a3e-4d53-a0a9-6f3a3f7e7b51',
        'CREATED      2026-11-20 12:00',
        'DISABLED     –',
        '',
      ].join('\n'),
      err: '',
    });
    expect(await askedBy(create)).toMatchObject([{ body: { slug: 'acme', name: 'Acme Inc' } }]);
    expect(await askedBy([...create, '--id', '42'])).toEqual([
      { method: 'POST', path: '/admin/organizations', query: {}, body: { slug: 'acme', name: 'Acme Inc', id: 42 } },
    ]);
  });

  test('are listed to the end', async () => {
    const other = { ...acme, id: 43, slug: 'b', status: 'disabled', more: 1 };
    const after = 'a+b/c= *~é';
    answers(({ query }) => ({
      body:
        query['after'] === undefined ? { organizations: [acme], next: after } : { organizations: [other], next: null },
    }));
    expect(await run('organizations list')).toEqual({
      code: 0,
      out: [
        'ID  SLUG  NAME      STATUS    CREATED',
        '42  acme  Acme Inc  active    2026-11-20 12:00',
        '43  b     Acme Inc  disabled  2026-11-20 12:00',
        '',
      ].join('\n'),
      err: '',
    });
    expect((await askedBy('organizations list')).map(({ query }) => query)).toEqual([{}, { after }]);
    const { out } = await run('--json organizations list');
    expect(JSON.parse(out)).toEqual({ organizations: [acme, other], next: null });
  });

  test.each([
    ['show acme', 'GET', '/admin/organizations/acme'],
    ['disable 42', 'POST', '/admin/organizations/42/disable'],
    ['enable acme', 'POST', '/admin/organizations/acme/enable'],
  ])('%s', async (line, method, path) => {
    const disabled = { ...acme, disabledAt: '2026-11-21T09:00:00.000Z' };
    answers({ body: disabled });
    expect((await run(`organizations ${line}`)).out).toContain('DISABLED     2026-11-21 09:00\n');
    expect(await askedBy(`organizations ${line}`)).toEqual([{ method, path, query: {}, body: undefined }]);
    expect(JSON.parse((await run(`organizations ${line} --json`)).out)).toEqual(disabled);
  });
});

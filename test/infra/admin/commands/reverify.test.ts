import { expect, test } from 'vitest';
import { connection, localService } from '../local-service.ts';

const { run, answers, askedBy } = localService();
const { uid } = connection;

test.each([
  [
    uid,
    { connection: uid },
    `A check follows within a minute. \`history ${uid}\` shows what changes, and when it was looked at last.`,
  ],
  [
    '--organization acme',
    { organization: 'acme' },
    'A check follows within a minute, of each connection in turn. `events tail` shows what changes.',
  ],
  [
    '--organization 42',
    { organization: 42 },
    'A check follows within a minute, of each connection in turn. `events tail` shows what changes.',
  ],
  [
    '--all',
    { all: true },
    'A check follows within a minute, of each connection in turn. `events tail` shows what changes.',
  ],
  ['--due', { due: true }, 'A check follows within a minute. `events tail` shows what changes.'],
])('checks are requested: %s', async (words, body, note) => {
  answers({ status: 202, body: { requested: body } });
  expect(await run(`reverify ${words}`)).toEqual({ code: 0, out: 'Requested.\n', err: `${note}\n` });
  expect(await askedBy(`reverify ${words}`)).toEqual([{ method: 'POST', path: '/admin/reverify', query: {}, body }]);
  expect(JSON.parse((await run(`reverify ${words} --json`)).out)).toEqual({ requested: body });
});

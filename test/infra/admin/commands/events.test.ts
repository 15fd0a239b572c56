import { describe, expect, test } from 'vitest';
import type { Terminal } from '../../../../infra/admin/output/terminal.ts';
import { connection, localService } from '../local-service.ts';
import { now } from '../typed.ts';

const { run, answers, askedBy } = localService();

const event = {
  id: 'd/1',
  publishedAt: '2026-11-21T10:31:05.123Z',
  type: 'ConnectionVerificationChanged',
  detail: {
    ...{ id: 'e', organization: 42, connection: connection.uid, name: 'walks\u001b', cause: 'schedule' },
    ...{ from: { status: 'connected' }, to: { status: 'error', code: 'bucket-missing', text: '…' } },
  },
};
const line = `2026-11-21 10:31:05  42/walks  ${connection.uid}  connected → error bucket-missing  schedule`;

/** The API announces these one after another, each at the next look after one at which there was nothing. */
function announces(...events: readonly unknown[]) {
  let looks = 0;
  answers(({ query }) => {
    const { after = '0' } = query;
    const isThere = looks++ % 2 === 1 && Number(after) < events.length;
    return isThere
      ? { body: { events: [events[Number(after)]], next: `${Number(after) + 1}` } }
      : { body: { events: [], next: after === '0' ? null : after } };
  });
}
/** Somebody who presses Ctrl-C when so many lines are there. */
function patient(lines: number): Partial<Terminal> & { readonly shown: string[]; readonly told: string[] } {
  const interrupt = new AbortController();
  const shown: string[] = [];
  const told: string[] = [];
  return {
    ...{ shown, told, pause: 1, interrupt: interrupt.signal, progress: (text: string) => told.push(text) },
    stdout(text) {
      shown.push(text);
      if (shown.length === lines) interrupt.abort();
    },
  };
}

describe('events', () => {
  test('are shown as they come, until Ctrl-C', async () => {
    announces(event, { ...event, type: 'Later', detail: 5 }, event);
    const watcher = patient(3);
    expect(await run('events tail', undefined, watcher)).toMatchObject({ code: 0, err: '' });
    expect(watcher.shown).toEqual([`${line}\n`, expect.stringMatching(/^2026-11-21 10:31:05 .* Later /), `${line}\n`]);
    // The line is cleared before anything is shown, and in the end.
    expect(watcher.told).toContain('1 events; waiting for more. Ctrl-C ends.');
    expect(watcher.told.at(-1)).toBe('');
  });

  test('are one JSON a line for programs', async () => {
    announces(event, event);
    const watcher = patient(2);
    await run('events tail --json', undefined, watcher);
    expect(watcher.shown.map((text) => JSON.parse(text))).toEqual([event, event]);
    for (const text of watcher.shown) expect(text).toMatch(/^[^\n\u001b]+\n$/);
  });

  test('begin now, or at a moment, and go on after the last', async () => {
    answers(({ query }) => ({ body: { events: query['after'] ? [] : [event], next: 'n' } }));
    const queries = async (words: string) => (await askedBy(`events tail --once ${words}`)).map(({ query }) => query);
    expect(await queries('')).toEqual([{ limit: '100' }, { limit: '100', after: 'n' }]);
    expect(await queries('--since 1h')).toEqual([
      { limit: '100', from: '2026-11-21T09:32:00.000Z' },
      { limit: '100', after: 'n' },
    ]);
    answers({ body: { events: [], next: null } });
    const watcher = patient(1);
    let time = now;
    const ticking = { ...watcher, now: () => (time += 400) };
    expect(await run('events tail --for 1s', undefined, ticking)).toMatchObject({ code: 0, out: '', err: '' });
  });

  test('end with what the API refuses', async () => {
    answers({ status: 403, body: {} });
    expect((await run('events tail')).code).toBe(1);
  });

  test('can be left while the API is silent', async () => {
    const interrupt = new AbortController();
    answers(() => {
      interrupt.abort();
      return 'nothing';
    });
    expect(await run('events tail', undefined, { interrupt: interrupt.signal })).toEqual({ code: 0, out: '', err: '' });
  });
});

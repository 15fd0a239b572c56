import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { Call } from '../api/client.ts';
import { understood } from '../api/parse-answer.ts';
import { durationOption, timeAgo } from '../arguments.ts';
import { change } from '../output/format-change.ts';
import type { Follow, Stream } from '../output/output.ts';
import { printable } from '../output/terminal.ts';

const page = z.object({ events: z.array(z.looseObject({ type: z.string() })), next: z.nullable(z.string()) });
const event = z.object({
  publishedAt: z.iso.datetime(),
  type: z.string(),
  detail: z.catch(
    z.object({
      organization: z.int(),
      connection: z.string(),
      name: z.string(),
      cause: z.string(),
    }),
    { organization: 0, connection: '', name: '', cause: '' },
  ),
});

interface Wanted {
  readonly since?: string;
  readonly once?: boolean;
  readonly for?: number;
}

/** Adds `events …` to the command line. @param now epoch milliseconds */
export function addEvents(program: Command, follow: Follow, now: () => number): void {
  const events = program.command('events').description('what was announced of all connections');
  events
    .command('tail')
    .description('show events as they are announced, a line each, until Ctrl-C')
    .option('--since <when>', 'begin with those since: 1h, or 2026-11-21; from now on unless given', timeAgo(now))
    .option('--once', 'end after those there are: all that are kept, unless --since says otherwise')
    .option('--for <duration>', 'end after so long: 30s, 10m, 2h', durationOption)
    .action((wanted: Wanted) => follow((call, stream) => tail(call, stream, wanted, now)));
}

async function tail(call: Call, stream: Stream, { since, once = false, for: length }: Wanted, now: () => number) {
  const from = since ?? (once ? undefined : new Date(now()).toISOString());
  const end = length === undefined ? Number.POSITIVE_INFINITY : now() + length;
  let count = 0;
  let after: string | undefined;
  while (true) {
    const place = after === undefined ? { ...(from !== undefined && { from }) } : { after };
    const answer = await call({ method: 'GET', path: '/admin/events', query: { limit: '100', ...place } });
    const { events, next } = understood(page, answer);
    for (const one of events) stream.show(one, lineOf(one));
    count += events.length;
    // There may be more where it goes on; where it does not, there is nothing yet.
    const isAtEnd = next === null || next === after;
    after = next ?? after;
    if (now() >= end || (isAtEnd && once)) return;
    if (!isAtEnd) continue;
    stream.progress(`${count} events; waiting for more. Ctrl-C ends.`);
    await stream.pause(end - now());
  }
}

/** `2026-11-21 10:31:05  42/name  <uid>  connected → error bucket-missing  schedule`. */
function lineOf(raw: unknown): string {
  const { publishedAt, type, detail } = understood(event, raw);
  const { organization, name, connection, cause } = detail;
  const time = new Date(publishedAt).toISOString().slice(0, 19).replace('T', ' ');
  const what = change(z.object({ detail: z.unknown() }).parse(raw).detail);
  const parts = [time, `${organization}/${name}`, connection, what === '–' ? type : what, cause];
  return parts.map(printable).join('  ');
}

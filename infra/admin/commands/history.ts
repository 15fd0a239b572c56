import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { Call } from '../api/client.ts';
import { listed } from '../api/list-pages.ts';
import { understood } from '../api/parse-answer.ts';
import { connectionArgument, limitOption } from '../arguments.ts';
import { change } from '../output/format-change.ts';
import { type Connection, connection, nextCheckOf, storageOf } from '../output/format-connection.ts';
import type { Perform, Progress, Shown } from '../output/output.ts';
import { distance } from '../output/parse-time.ts';
import { cardOf, shortTime, tableOf } from '../output/table.ts';

const entry = z.looseObject({
  at: z.iso.datetime(),
  cause: z.string(),
  announcedAt: z.nullable(z.iso.datetime()),
  diagnosis: z.nullish(z.object({ text: z.string(), remedy: z.string() })),
});
/** What goes with every page. */
const about = z.object({ connection: z.nullable(connection) });

/** Adds `history` to the command line. @param now epoch milliseconds */
export function addHistory(program: Command, perform: Perform, now: () => number): void {
  program
    .command('history')
    .description('what happened to a connection, newest first; also to one that was removed')
    .argument('<uid>', 'of the connection', connectionArgument)
    .option('--limit <count>', 'entries at most', limitOption, 50)
    .action((uid: string, { limit }: { limit: number }) =>
      perform((call, progress) => history(call, uid, limit, now(), progress)),
    );
}

async function history(call: Call, uid: string, limit: number, now: number, progress: Progress): Promise<Shown> {
  let first: z.infer<typeof about> | undefined;
  const noting: Call = async (ask) => {
    const answer = await call(ask);
    first ??= understood(about, answer);
    return answer;
  };
  const path = `/admin/connections/${uid}/history` as const;
  const { items, json, isCut } = await listed(noting, { path }, 'entries', entry, limit, progress);
  const it = first?.connection ?? null;
  const rows = items.map((one) => [
    shortTime(one.at),
    change(one),
    one.cause,
    shortTime(one.announcedAt),
    one.diagnosis ? `${one.diagnosis.text} ${one.diagnosis.remedy}` : '',
  ]);
  const table = rows.length === 0 ? [] : [tableOf(['TIME', 'CHANGE', 'CAUSE', 'ANNOUNCED', 'DIAGNOSIS'], rows)];
  const notes = [
    ...(it === null ? ['The connection is gone; its history is still kept.'] : []),
    ...(rows.length === 0 ? ['Nothing has happened to it yet.'] : []),
    ...(isCut ? [`There are older entries; --limit shows more than ${limit}.`] : []),
  ];
  return {
    json: { ...first, ...understood(z.record(z.string(), z.unknown()), json) },
    text: [...(it === null ? [] : [cardOf(propertiesOf(it, now))]), ...table].join('\n\n'),
    ...(notes.length > 0 && { note: notes.join('\n') }),
  };
}

const propertiesOf = (it: Connection, now: number) => ({
  NAME: it.name,
  ORGANIZATION: `${it.organization}`,
  STORAGE: [storageOf(it), ...(it.bucket === null ? [] : [it.bucket])].join(' '),
  STATUS: `${it.status} since ${shortTime(it.since)}`,
  'LAST CHECK': distance(it.lastCheck, now),
  'NEXT CHECK': nextCheckOf(it, now),
});

import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { Call } from '../api/client.ts';
import { listed } from '../api/list-pages.ts';
import { limitOption, organizationArgument, organizationPath, timeAgo } from '../arguments.ts';
import type { Perform, Shown } from '../output/output.ts';
import { shortTime, tableOf } from '../output/table.ts';
import { printable } from '../output/terminal.ts';

/** As the API answers it; what is not shown is not looked at. */
const entry = z.object({
  at: z.iso.datetime(),
  actor: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('key'), key: z.string() }),
    z.object({ kind: z.literal('token'), subject: z.string() }),
    z.object({ kind: z.literal('operator'), arn: z.string() }),
  ]),
  action: z.string(),
  connections: z.array(z.string()),
  key: z.nullish(z.string()),
  from: z.object({ ip: z.string(), agent: z.string() }),
  outcome: z.string(),
  status: z.nullish(z.int()),
  verdict: z.nullish(z.string()),
  reason: z.nullish(z.string()),
});
type Entry = z.infer<typeof entry>;

interface Wanted {
  readonly organization: string;
  readonly since?: string;
  readonly until?: string;
  readonly connection?: string;
  readonly limit: number;
}

/** Adds `audit` to the command line. @param now epoch milliseconds */
export function addAudit(program: Command, perform: Perform, now: () => number): void {
  program
    .command('audit')
    .description('who did what in an organization, newest first')
    .requiredOption('--organization <organization>', 'slug or number', organizationArgument)
    .option('--since <when>', 'nothing older: 24h, or 2026-11-21', timeAgo(now))
    .option('--until <when>', 'nothing newer, in the same way', timeAgo(now))
    .option('--connection <uid>', 'only what concerns this connection')
    .option('--limit <count>', 'entries at most', limitOption, 50)
    .action((wanted: Wanted, command: Command) => {
      const { since, until } = wanted;
      if (since !== undefined && until !== undefined && since > until) {
        command.error('error: --since is later than --until');
      }
      return perform((call) => trail(call, wanted));
    });
}

async function trail(call: Call, { organization, since, until, connection, limit }: Wanted): Promise<Shown> {
  const { items, json, isCut } = await listed(
    call,
    {
      path: `${organizationPath(organization)}/audit`,
      query: {
        ...(since !== undefined && { from: since }),
        ...(until !== undefined && { to: until }),
        ...(connection !== undefined && { connection }),
      },
    },
    'entries',
    entry,
    limit,
  );
  if (items.length === 0) return { json, text: '', note: 'There are no entries.' };
  const rows = items.map((one) => [
    shortTime(one.at),
    actorOf(one),
    one.action,
    outcomeOf(one),
    concernOf(one),
    one.from.ip,
    shortened(one.from.agent),
  ]);
  return {
    json,
    text: tableOf(['TIME', 'WHO', 'ACTION', 'OUTCOME', 'CONCERNS', 'FROM', 'WITH'], rows),
    ...(isCut && { note: `There are older entries; --limit shows more than ${limit}.` }),
  };
}

function actorOf({ actor }: Entry): string {
  switch (actor.kind) {
    case 'key':
      return `key ${actor.key}`;
    case 'token':
      return `token ${actor.subject}`;
    case 'operator':
      return actor.arn;
  }
}

/** `done 200 connected`, `refused 403 forbidden`, `unfinished`. */
const outcomeOf = ({ outcome, status, verdict, reason }: Entry): string =>
  [outcome, status, verdict, reason].filter((part) => part !== null && part !== undefined).join(' ');

function concernOf({ connections: [first = '–', ...further], key }: Entry): string {
  if (key !== null && key !== undefined) return `key ${key}`;
  return further.length === 0 ? first : `${first} and ${further.length} more`;
}

const mostOfAgent = 40;

function shortened(agent: string): string {
  const characters = [...printable(agent)];
  return characters.length > mostOfAgent ? `${characters.slice(0, mostOfAgent - 1).join('')}…` : characters.join('');
}

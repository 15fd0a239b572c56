import type { Command } from 'commander';
import * as z from 'zod/mini';
import { isApiKeyId, parseApiKey } from '../../../functions/core/access/api-key.ts';
import { accessCacheTime } from '../../../functions/core/access/ports.ts';
import { scopes as allScopes } from '../../../functions/core/access/scope.ts';
import type { Call } from '../api/client.ts';
import { listed } from '../api/list-pages.ts';
import { understood } from '../api/parse-answer.ts';
import {
  furtherOrganizations,
  organizationArgument,
  organizationPath,
  scopesArgument,
  timeAhead,
} from '../arguments.ts';
import type { Perform, Shown } from '../output/output.ts';
import { cardOf, shortTime, tableOf } from '../output/table.ts';

/** As the API answers it; what is not shown is not looked at. */
const key = z.object({
  id: z.string(),
  name: z.string(),
  organizations: z.array(z.int()),
  scopes: z.array(z.string()),
  status: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.nullable(z.iso.datetime()),
  revokedAt: z.nullable(z.iso.datetime()),
  lastUsedAt: z.nullable(z.iso.datetime()),
});
type Key = z.infer<typeof key>;

const newKey = z.object({ id: z.string(), key: z.string() });

interface NewKey {
  readonly organization: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires?: string;
  readonly also?: readonly (number | string)[];
}

/** Adds `keys …` to the command line. @param now epoch milliseconds */
export function addKeys(program: Command, perform: Perform, now: () => number): void {
  const keys = program.command('keys').description('what callers of the API show for themselves');
  keys
    .command('create')
    .description('make a new key and show it, this once')
    .requiredOption('--organization <organization>', 'slug or number of its home', organizationArgument)
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scopes <scopes>', 'all, or some separated by commas', scopesArgument)
    .option('--expires <when>', 'when it ends: 90d, or 2027-01-31; never unless given', timeAhead(now))
    .option('--also <organization>', 'a further organization that it opens; may be repeated', furtherOrganizations)
    .action((given: NewKey) => perform((call) => create(call, given)));
  keys
    .command('list')
    .description('the keys that open an organization')
    .requiredOption('--organization <organization>', 'slug or number', organizationArgument)
    .action(({ organization }: { organization: string }) => perform((call) => list(call, organization)));
  keys
    .command('revoke')
    .description('end a key for good')
    .argument('<key>', 'its id, or the key itself, of which only the id is sent')
    .action((text: string, _, command: Command) => {
      const id = isApiKeyId(text) ? text : parseApiKey(text)?.id;
      // Not left to commander, which would repeat what was typed: it may be a key with a letter too many.
      if (id === undefined) return command.error('error: that is neither the id of a key nor a key');
      return perform((call) => revoke(call, id));
    });
}

async function create(call: Call, { organization, name, scopes, expires, also }: NewKey): Promise<Shown> {
  const json = await call({
    method: 'POST',
    path: `${organizationPath(organization)}/keys`,
    body: {
      name,
      scopes,
      ...(expires !== undefined && { expiresAt: expires }),
      ...(also !== undefined && { organizations: also }),
    },
  });
  const made = understood(newKey, json);
  const halves = parseApiKey(made.key);
  return {
    json,
    text: cardOf({
      KEY: made.key,
      ID: made.id,
      ...(halves && { BASIC: `${halves.id}:${halves.secret}` }),
    }),
    note: 'The key is shown only now. Keep it as you would a password.',
  };
}

async function list(call: Call, organization: string): Promise<Shown> {
  const { items, json } = await listed(call, { path: `${organizationPath(organization)}/keys` }, 'keys', key);
  if (items.length === 0) return { json, text: '', note: 'No key opens this organization.' };
  const rows = items.map((one) => [
    one.id,
    one.name,
    one.status,
    one.organizations.join(', '),
    scopesOf(one),
    shortTime(one.createdAt),
    shortTime(one.expiresAt),
    shortTime(one.lastUsedAt),
  ]);
  return {
    json,
    text: tableOf(['ID', 'NAME', 'STATUS', 'ORGANIZATIONS', 'SCOPES', 'CREATED', 'EXPIRES', 'LAST USED'], rows),
  };
}

async function revoke(call: Call, id: string): Promise<Shown> {
  const json = await call({ method: 'POST', path: `/admin/keys/${id}/revoke` });
  const { name, status, organizations, createdAt, createdBy, revokedAt, lastUsedAt } = understood(key, json);
  return {
    json,
    text: cardOf({
      ID: id,
      NAME: name,
      STATUS: status,
      ORGANIZATIONS: organizations.join(', '),
      CREATED: `${shortTime(createdAt)} by ${createdBy}`,
      REVOKED: shortTime(revokedAt),
      'LAST USED': shortTime(lastUsedAt),
    }),
    note: `It opens nothing any more, at the latest in ${accessCacheTime / 1_000} seconds.`,
  };
}

const scopesOf = ({ scopes }: Key): string =>
  allScopes.every((scope) => scopes.includes(scope)) ? 'all' : scopes.join(', ');

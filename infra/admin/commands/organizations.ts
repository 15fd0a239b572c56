import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { Call } from '../api/client.ts';
import { listed } from '../api/list-pages.ts';
import { understood } from '../api/parse-answer.ts';
import { organizationArgument, organizationIdOption, organizationPath } from '../arguments.ts';
import type { Perform, Shown } from '../output/output.ts';
import { cardOf, shortTime, tableOf } from '../output/table.ts';

/** As the API answers it; what is not shown is not looked at. */
const organization = z.object({
  id: z.int(),
  slug: z.string(),
  name: z.string(),
  externalId: z.string(),
  status: z.string(),
  createdAt: z.iso.datetime(),
  disabledAt: z.nullable(z.iso.datetime()),
});
type Organization = z.infer<typeof organization>;

const path = '/admin/organizations';

/** Adds `organizations …` to the command line. */
export function addOrganizations(program: Command, perform: Perform): void {
  const organizations = program.command('organizations').description('tenants, to whom keys and connections belong');
  organizations
    .command('create')
    .description('make a new organization')
    .requiredOption('--slug <slug>', 'its short name in paths and queries, such as acme')
    .requiredOption('--name <name>', 'its name for people')
    .option('--id <id>', 'its number; counted on unless given', organizationIdOption)
    .action(({ slug, name, id }: { slug: string; name: string; id?: number }) =>
      perform(async (call) =>
        one(await call({ method: 'POST', path, body: { slug, name, ...(id !== undefined && { id }) } })),
      ),
    );
  organizations
    .command('list')
    .description('all organizations, by number')
    .action(() => perform(list));
  organizations
    .command('show')
    .description('one organization, with the external id that roles for it ask for')
    .argument('<organization>', 'slug or number', organizationArgument)
    .action((name: string) =>
      perform(async (call) => one(await call({ method: 'GET', path: organizationPath(name) }))),
    );
  for (const [verb, description] of [
    ['disable', 'turn all its keys away; what it has stays'],
    ['enable', 'let its keys in again'],
  ] as const) {
    organizations
      .command(verb)
      .description(description)
      .argument('<organization>', 'slug or number', organizationArgument)
      .action((name: string) =>
        perform(async (call) => one(await call({ method: 'POST', path: `${organizationPath(name)}/${verb}` }))),
      );
  }
}

async function list(call: Call): Promise<Shown> {
  const { items, json } = await listed(call, { path }, 'organizations', organization);
  if (items.length === 0) return { json, text: '', note: 'There are no organizations.' };
  const rows = items.map(({ id, slug, name, status, createdAt }) => [
    `${id}`,
    slug,
    name,
    status,
    shortTime(createdAt),
  ]);
  return { json, text: tableOf(['ID', 'SLUG', 'NAME', 'STATUS', 'CREATED'], rows) };
}

function one(json: unknown): Shown {
  const { id, slug, name, externalId, status, createdAt, disabledAt }: Organization = understood(organization, json);
  return {
    json,
    text: cardOf({
      ID: `${id}`,
      SLUG: slug,
      NAME: name,
      STATUS: status,
      'EXTERNAL ID': externalId,
      CREATED: shortTime(createdAt),
      DISABLED: shortTime(disabledAt),
    }),
  };
}

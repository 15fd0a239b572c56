import type { Command } from 'commander';
import { organizationNamed } from '../../../functions/core/access/organization.ts';
import { connectionArgument, organizationArgument } from '../arguments.ts';
import type { Perform } from '../output/output.ts';

interface Wanted {
  readonly organization?: string;
  readonly all?: boolean;
  readonly due?: boolean;
}

/** Adds `reverify` to the command line. */
export function addReverify(program: Command, perform: Perform): void {
  program
    .command('reverify')
    .description('have connections looked at now: one, or all of an organization, or all there are, or what is due')
    .argument('[uid]', 'of a connection', connectionArgument)
    .option('--organization <organization>', 'slug or number: all of its connections', organizationArgument)
    .option('--all', 'all connections of all organizations')
    .option('--due', 'those whose time has come anyway')
    .action((uid: string | undefined, { organization, all, due }: Wanted, command: Command) => {
      const bodies = [
        ...(uid === undefined ? [] : [{ connection: uid }]),
        ...(organization === undefined ? [] : [{ organization: nameOf(organization) }]),
        ...(all ? [{ all }] : []),
        ...(due ? [{ due }] : []),
      ];
      const [body, ...further] = bodies;
      if (body === undefined || further.length > 0) {
        return command.error('error: name one of a uid, --organization, --all and --due');
      }
      return perform(async (call) => ({
        json: await call({ method: 'POST', path: '/admin/reverify', body }),
        text: 'Requested.',
        note: `A check follows within a minute${due || uid !== undefined ? '' : ', of each connection in turn'}. ${sight(uid)}`,
      }));
    });
}

/** As the API takes it: a number, or a slug. */
function nameOf(text: string): number | string {
  const named = organizationNamed(text);
  return named !== undefined && 'id' in named ? named.id : text;
}

const sight = (uid: string | undefined): string =>
  uid === undefined
    ? '`events tail` shows what changes.'
    : `\`history ${uid}\` shows what changes, and when it was looked at last.`;

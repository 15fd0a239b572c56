import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addAudit } from './audit.ts';
import { caller } from './call.ts';
import { addKeys } from './keys.ts';
import { addOrganizations } from './organizations.ts';
import type { Perform } from './shown.ts';
import { Stopped } from './stopped.ts';
import { localTarget } from './target.ts';
import { jsonText, type Terminal } from './terminal.ts';

/** 0: done. 1: the API refused, or there was no API to ask. 2: the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

const usualDeadline = 10_000;

/**
 * The whole of `npm run admin`, but for what a process is needed for.
 *
 * @param args what was typed after the program's name
 * @throws whatever else goes wrong: a bug of this program
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await program(terminal).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said by then what is wrong; help that was asked for is not.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Stopped)) throw error;
    terminal.stderr(`${error.message}\n`);
    return 1;
  }
}

interface Global {
  readonly stack?: string;
  readonly region?: string;
  readonly json?: boolean;
}

function program(terminal: Terminal): Command {
  const { now, deadline = usualDeadline } = terminal;
  const all = new Command('npm run admin --')
    .description('Organizations, keys and the audit trail of the service.')
    .option(
      '--stack <name>',
      "the deployed stack of this name in your AWS credentials' account; the local service unless given",
      stackName,
    )
    .option('--region <region>', "of the stack; your AWS settings' unless given", regionName)
    .option('--json', "print the API's answer as JSON, and nothing else")
    .exitOverride()
    .configureOutput({
      writeOut: terminal.stdout,
      writeErr: terminal.stderr,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help says more)');

  const perform: Perform = async (ask) => {
    const { stack, region, json } = all.opts<Global>();
    if (stack === undefined && region !== undefined) return all.error('error: --region goes with --stack');
    // Loading CloudFormation's client takes longer than everything else here.
    const target =
      stack === undefined
        ? localTarget(terminal.env)
        : await (await import('./stack.ts')).stackTarget(stack, region, deadline);
    const shown = await ask(caller(target, { now, deadline }));
    const text = json ? jsonText(shown.json) : shown.text;
    if (text !== '') terminal.stdout(`${text}\n`);
    if (shown.note !== undefined) terminal.stderr(`${shown.note}\n`);
  };
  addOrganizations(all, perform);
  addKeys(all, perform, now);
  addAudit(all, perform, now);
  return all;
}

/** "CreateStack", StackName. */
function stackName(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(text)) throw new InvalidArgumentError('It is not the name of a stack.');
  return text;
}

function regionName(text: string): string {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(text)) throw new InvalidArgumentError('It is not the name of a region.');
  return text;
}

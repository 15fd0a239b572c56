import { setTimeout } from 'node:timers/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type Call, caller } from './api/client.ts';
import { addAudit } from './commands/audit.ts';
import { addConnections } from './commands/connections.ts';
import { addEvents } from './commands/events.ts';
import { addForwarding } from './commands/forwarding.ts';
import { addHistory } from './commands/history.ts';
import { addKeys } from './commands/keys.ts';
import { addOrganizations } from './commands/organizations.ts';
import { addReverify } from './commands/reverify.ts';
import { Interrupted, interruptible, Stopped } from './errors.ts';
import type { Follow, Perform, Stream } from './output/output.ts';
import { jsonText, type Terminal } from './output/terminal.ts';
import { localTarget } from './target.ts';

/**
 * 0: done. 1: the API refused, or there was no API to ask. 2: the command line is wrong. 130: interrupted, as shells say
 * it of a program that Ctrl-C ended.
 */
export type ExitCode = 0 | 1 | 2 | 130;

const usualDeadline = 10_000;
const usualPause = 2_000;

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
    if (error instanceof Interrupted) return 130;
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
  const { now, deadline = usualDeadline, pause = usualPause, interrupt, progress = () => {} } = terminal;
  const all = new Command('npm run admin --')
    .description('The service, for whoever operates it: organizations, keys, the audit trail, and how connections are.')
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

  const reach = async (): Promise<Call> => {
    const { stack, region } = all.opts<Global>();
    if (stack === undefined && region !== undefined) return all.error('error: --region goes with --stack');
    const find = async () =>
      stack === undefined
        ? localTarget(terminal.env)
        : // Loading CloudFormation's client takes longer than everything else here.
          (await import('./stack-target.ts')).stackTarget(stack, region, deadline);
    const call = caller(await interruptible(find, interrupt), { now, deadline });
    return (ask) => interruptible(() => call(ask), interrupt);
  };
  const perform: Perform = async (ask) => {
    const call = await reach();
    const shown = await ask(call, progress).finally(() => progress(''));
    const text = all.opts<Global>().json ? jsonText(shown.json) : shown.text;
    if (text !== '') terminal.stdout(`${text}\n`);
    if (shown.note !== undefined) terminal.stderr(`${shown.note}\n`);
  };
  const follow: Follow = async (act) => {
    const call = await reach();
    const { json } = all.opts<Global>();
    const stream: Stream = {
      show(answer, text) {
        progress('');
        terminal.stdout(`${json ? jsonText(answer, 'one line') : text}\n`);
      },
      progress,
      pause: (most) => interruptible(() => setTimeout(Math.max(0, Math.min(pause, most))), interrupt),
    };
    try {
      await act(call, stream);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    } finally {
      progress('');
    }
  };
  addOrganizations(all, perform);
  addKeys(all, perform, now);
  addAudit(all, perform, now);
  addConnections(all, perform, now);
  addHistory(all, perform, now);
  addReverify(all, perform);
  addEvents(all, follow, now);
  addForwarding(all, perform);
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

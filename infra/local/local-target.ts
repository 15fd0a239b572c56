import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AwsServer, type AwsServerOptions, startAwsServer } from './aws/aws-server.ts';
import type { EventContent } from './aws/eventbridge/envelope.ts';
import type { Invoke } from './aws/invoke.ts';
import { newDemoAccount } from './demo/demo-account.ts';
import { customerRoles, type Demo, type DemoOptions, startDemo, withDemo } from './demo/demo-target.ts';
import { startGateway } from './runtime/gateway/gateway.ts';
import { iamAuthorization } from './runtime/gateway/iam-authorization.ts';
import { type Functions, startFunctions } from './runtime/lambda/function-pool.ts';
import { readKeptKey, type Seeded, seed } from './seed.ts';
import { declaredParameters } from './template/declared-parameters.ts';
import type { LocalFunction, LocalTemplate } from './template/model.ts';
import { readTemplate } from './template/read-template.ts';

/** One line of the log: what a function wrote, or what went wrong that nobody outside could know. */
export type LogEntry =
  | { readonly kind: 'function'; readonly functionName: string; readonly text: string }
  | { readonly kind: 'problem'; readonly text: string };

export interface LocalTargetOptions {
  /** The synthesized assembly's directory (`cdk.out`); as a promise, everything else starts meanwhile. */
  readonly assembly: string | Promise<string>;
  /** Where tables, secrets and demo storage keep their data; made when it is not there. One target at a time. */
  readonly dataDir: string;
  /** Where Node keeps compiled code, when not with the data: several targets may share one. */
  readonly compileCache?: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Values of the template's parameters. The demo storage is added to `EgressAllow`, `ConnectTo` and `EgressCa`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** How the demo storage differs from a new one with new keys; `false` for none. */
  readonly demo?: false | DemoOptions;
  readonly waits?: AwsServerOptions['waits'];
  readonly visibility?: AwsServerOptions['visibility'];
  /** Whether rules that go by the clock do; `by hand` when absent: `wire.trigger` runs them. */
  readonly schedules?: AwsServerOptions['schedules'];
  readonly faults?: AwsServerOptions['faults'];
  readonly onLog?: (entry: LogEntry) => void;
}

export interface LocalTarget {
  /** Of the API, without a slash at the end. */
  readonly url: string;
  readonly seeded: Seeded;
  /** Absent when there is none. */
  readonly demo?: Demo;
  readonly template: LocalTemplate;
  readonly wire: AwsServer;
  readonly invoke: Functions['invoke'];
  /** How many threads run, by function name. */
  readonly running: Functions['running'];
  /** What has been logged, the last 10,000 lines. */
  logs(): readonly string[];
  /** Ends everything that was started; the data stays. */
  stop(): Promise<void>;
}

const linesKept = 10_000;
/** How long functions may take to tidy up after executions that a stop aborts. */
const tidyingMs = 1_500;
/** How Lambda names what went wrong with a function, rather than what it threw. */
const endedBadly = /^(Sandbox|Runtime|Function)\./;

/**
 * Runs a synthesized deployment on this machine: its routes, functions, tables, secrets, state machines and rights, and
 * a demo storage for it to verify. Nothing is shared with another target but the machine.
 *
 * @throws StartRefused when the template holds what would run differently on AWS
 * @throws Error with code EADDRINUSE when the port is taken. Nothing is left running after either.
 */
export async function startLocalTarget(options: LocalTargetOptions): Promise<LocalTarget> {
  const stops: (() => Promise<void>)[] = [];
  // Awaited once the demo storage runs; a synthesis that fails before that waits to be told.
  Promise.resolve(options.assembly).catch(() => undefined);
  try {
    const target = await start(options, (stop) => stops.push(stop));
    let stopping: Promise<void> | undefined;
    return { ...target, stop: () => (stopping ??= stopAll(stops)) };
  } catch (error) {
    await stopAll(stops);
    throw error;
  }
}

/** In the order opposite to the starts: what others lean on goes last. */
async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops.toReversed()) await stop();
}

async function start(
  options: LocalTargetOptions,
  started: (stop: () => Promise<void>) => void,
): Promise<Omit<LocalTarget, 'stop'>> {
  const { dataDir } = options;
  const { log, logs, silence } = logging(options.onLog);
  const problem = (text: string): void => log({ kind: 'problem', text });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });

  const kept = await readKeptKey(dataDir);
  // Until the wire runs there is no bus to forward to.
  let forward: (event: EventContent) => Promise<unknown> = async () => undefined;
  const [assembly, demo] = await both(
    options.assembly,
    demoOf(options, started, newDemoAccount({ forward: (event) => forward(event), log: problem })),
  );
  const parameters = withDemo(options.parameters ?? {}, demo, declaredParameters(assembly));
  const template = readTemplate(assembly, { parameters });

  const ready = Promise.withResolvers<Functions>();
  const invokeForWire: Invoke = async (functionArn, payload) => {
    const outcome = await (await ready.promise).invoke(functionArn, payload);
    if (!outcome.ok && endedBadly.test(outcome.errorType)) {
      problem(`${nameOf(template, functionArn)} failed with ${outcome.errorType}`);
    }
    return outcome;
  };
  const { waits, visibility, schedules, faults } = options;
  const { region = 'us-east-1', account = '000000000000', apiId = 'local', stage = 'local' } = template;
  let functions: Functions | undefined;
  started(async () => functions?.stop());
  const wire = await startAwsServer({
    template,
    dataDir: join(dataDir, 'aws'),
    invoke: invokeForWire,
    log: problem,
    ...(demo !== undefined && { customerRoles: customerRoles(demo, { account, externalId: kept.externalId }) }),
    ...(waits === undefined ? {} : { waits }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(schedules === undefined ? {} : { schedules }),
    ...(faults === undefined ? {} : { faults }),
  });
  const [bus, ...otherBuses] = template.buses;
  // With more than one there is no telling which of them the customer would have been given.
  if (bus !== undefined && otherBuses.length === 0) forward = (event) => wire.forward(event, bus.name);
  // Before the functions: what it aborts, they tidy up after.
  started(() => wire.stop(tidyingMs));

  functions = startFunctions({
    functions: template.functions,
    environmentFor: (fn) => ({
      ...wire.toLocalVariables(fn.environment),
      ...wire.environment(),
      ...credentialVariables(wire, fn),
    }),
    onLog: ({ functionName, text }) => log({ kind: 'function', functionName, text }),
    compileCache: options.compileCache ?? join(dataDir, 'compile-cache'),
  });
  ready.resolve(functions);

  const invokable = new Set(
    template.functions.filter(({ invokers }) => invokers.includes('apigateway.amazonaws.com')).map(({ arn }) => arn),
  );
  const api = { region, account, apiId, stage };
  const [gateway, seeded] = await Promise.all([
    startGateway({
      routes: template.routes,
      gatewayResponses: template.gatewayResponses,
      invoke: functions.invoke,
      mayInvoke: (arn) => invokable.has(arn),
      port: options.port,
      host: '127.0.0.1',
      ...api,
      authorize: iamAuthorization(wire.identifySigner, api),
      onProblem: problem,
    }).then((listening) => {
      started(() => listening.stop());
      return listening;
    }),
    seed({ wire, template, kept }),
  ]);
  // What is cut off by the stop is no problem.
  started(async () => silence());
  return {
    url: gateway.url,
    seeded,
    ...(demo === undefined ? {} : { demo }),
    template,
    wire,
    invoke: functions.invoke,
    running: functions.running,
    logs,
  };
}

async function demoOf(
  { demo, dataDir }: LocalTargetOptions,
  started: (stop: () => Promise<void>) => void,
  onManagement: Parameters<typeof startDemo>[2],
): Promise<Demo | undefined> {
  if (demo === false) return undefined;
  const storage = await startDemo(demo ?? {}, dataDir, onManagement);
  started(() => storage.stop());
  return storage;
}

/** Both, or the first failure, but not before the other has settled too: what it started could not be stopped. */
async function both<A, B>(first: A | Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/** A function's credentials name its role, so that every call it makes is checked against that role. */
function credentialVariables(wire: AwsServer, { role }: LocalFunction): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = wire.credentialsFor(role);
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

function nameOf({ functions }: LocalTemplate, functionArn: string): string {
  return functions.find(({ arn }) => arn === functionArn)?.name ?? functionArn;
}

function logging(onLog: LocalTargetOptions['onLog']) {
  const lines: string[] = [];
  let silent = false;
  return {
    log: (entry: LogEntry): void => {
      if (silent && entry.kind === 'problem') return;
      lines.push(entry.kind === 'function' ? `${entry.functionName} ${entry.text}` : entry.text);
      if (lines.length > linesKept) lines.splice(0, lines.length - linesKept);
      onLog?.(entry);
    },
    logs: (): readonly string[] => [...lines],
    silence: (): void => {
      silent = true;
    },
  };
}

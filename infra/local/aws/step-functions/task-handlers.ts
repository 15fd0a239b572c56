import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from 'aws-local-stepfunctions';
import { isRecord } from '../../template/intrinsics.ts';
import type { LocalFunction, Role } from '../../template/model.ts';
import { toSessionArn } from '../iam/authorize.ts';
import { decideAccess } from '../iam/evaluate-policy.ts';
import type { Invoke, Log } from '../invoke.ts';
import { createTaskHistory, type History } from './history.ts';
import { findFunction, type RunnableMachine, type Task, type ToWaitMs } from './prepare-machine.ts';

type Handlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;
type Json = Awaited<ReturnType<Handlers[string]>>;

/**
 * The limit of inputs and outputs, in bytes of UTF-8
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
export const maxDataBytes = 262_144;

/**
 * The error of a failed task. Retry and Catch match `name`, and Catch passes `message` on as the cause. The interpreter
 * reads the two flags before it lets a state retry or catch.
 */
export class TaskError extends Error {
  override readonly name: string;
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(name: string, cause: string, isTerminal = false) {
    super(cause);
    this.name = name;
    this.isRetryable = !isTerminal;
    this.isCatchable = !isTerminal;
  }
}

/** The dependencies of a state machine's tasks. */
export interface TaskContext {
  readonly functions: readonly LocalFunction[];
  /** The state machine's execution role. */
  readonly role: Role;
  readonly invoke: Invoke;
  readonly toWaitMs: ToWaitMs | undefined;
  readonly log: Log;
}

/**
 * Creates one execution's task handlers, by state name. Once `signal` is aborted, every handler fails immediately with
 * an error that no state retries or catches, so an execution that has ended starts no more tasks.
 */
export function createTaskHandlers(
  { tasks, waitStates }: RunnableMachine,
  context: TaskContext,
  history: History,
  signal: AbortSignal,
): Handlers {
  const createEndedError = () => new TaskError('States.Runtime', 'The execution has ended.', true);
  const makeAbortable =
    (run: (input: Json) => Promise<Json>) =>
    async (input: Json): Promise<Json> => {
      if (signal.aborted) throw createEndedError();
      const { promise: abort, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(createEndedError());
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([run(input), abort]);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    };
  const handlers = [
    ...[...tasks].map(
      ([name, task]) => [name, makeAbortable((input) => runTask(task, input, context, history))] as const,
    ),
    ...[...waitStates].map(
      (name) => [name, makeAbortable((input) => wait(name, input, context.toWaitMs, signal))] as const,
    ),
  ];
  return Object.fromEntries(handlers);
}

async function runTask(
  { kind, resource, timeoutMs }: Task,
  input: Json,
  { functions, role, invoke, log }: TaskContext,
  history: History,
): Promise<Json> {
  // The interpreter calls the handler before it reports StateEntered, which has to come first in the history.
  await nextTurn();
  const startedAt = Date.now();
  const record = createTaskHistory(history, kind);
  record.scheduled(resource, input);
  /** Whether the timeout has passed. Later results are not recorded: the state has failed with States.Timeout. */
  const isTooLate = () => Date.now() - startedAt >= timeoutMs;
  const fail = (name: string, cause: string, isTerminal = false): never => {
    if (!isTooLate()) record.failed(name, cause);
    throw new TaskError(name, cause, isTerminal);
  };

  const nameOrArn = kind === 'function' ? resource : isRecord(input) ? input['FunctionName'] : undefined;
  const target = findFunction(functions, nameOrArn);
  if (target === undefined) return fail('Lambda.ResourceNotFoundException', `Function not found: ${String(nameOrArn)}`);
  const resourceArn = String(nameOrArn).endsWith(':$LATEST') ? `${target.arn}:$LATEST` : target.arn;
  if (decideAccess(role.statements, { action: 'lambda:InvokeFunction', resource: resourceArn, keys: {} }) === 'deny') {
    log(`Refused: ${role.logicalId} is not allowed lambda:InvokeFunction on ${resourceArn}.`);
    return fail(
      'Lambda.AWSLambdaException',
      `User: ${toSessionArn(role.arn)} is not authorized to perform: lambda:InvokeFunction on resource: ${resourceArn} because no identity-based policy allows the lambda:InvokeFunction action`,
    );
  }

  const payload = kind === 'function' ? input : isRecord(input) ? input['Payload'] : undefined;
  const outcome = await invoke(target.arn, payload ?? {}).catch(() => undefined);
  if (outcome === undefined) {
    return fail('Lambda.Unknown', 'The cause could not be determined because Lambda did not return an error type.');
  }
  if (!outcome.ok) {
    const { errorType, errorMessage } = outcome;
    return fail(errorType === '' ? 'Lambda.Unknown' : errorType, JSON.stringify({ errorType, errorMessage }));
  }
  const text = JSON.stringify(outcome.payload) ?? 'null';
  if (Buffer.byteLength(text) > maxDataBytes) {
    return fail('States.DataLimitExceeded', 'The task returned a result of more than 262144 bytes.', true);
  }
  const result: Json = JSON.parse(text);
  const output = kind === 'function' ? result : { ExecutedVersion: '$LATEST', Payload: result, StatusCode: 200 };
  if (!isTooLate()) record.succeeded(output);
  return output;
}

/** Waits as a Wait state says, and returns the state's input. */
async function wait(
  name: string,
  parameters: Json,
  toWaitMs: ToWaitMs | undefined,
  signal: AbortSignal,
): Promise<Json> {
  const { seconds, timestamp, input } = isRecord(parameters) ? parameters : {};
  const waitSeconds = timestamp === undefined ? Number(seconds) : (Date.parse(String(timestamp)) - Date.now()) / 1000;
  if (Number.isNaN(waitSeconds) || (timestamp === undefined && (!Number.isInteger(waitSeconds) || waitSeconds < 0))) {
    throw new TaskError('States.Runtime', `The Wait state ${name} has no valid time to wait.`, true);
  }
  const milliseconds = toWaitMs === undefined ? waitSeconds * 1000 : toWaitMs(waitSeconds, name);
  await sleep(Math.max(milliseconds, 0), undefined, { signal }).catch(() => undefined);
  return input as Json;
}

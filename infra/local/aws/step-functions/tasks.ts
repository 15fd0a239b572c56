import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from 'aws-local-stepfunctions';
import { isRecord } from '../../template/intrinsics.ts';
import type { LocalFunction, Role } from '../../template/model.ts';
import { toSessionArn } from '../iam/authorize.ts';
import { decideAccess } from '../iam/evaluate-policy.ts';
import type { Invoke, Log } from '../invoke.ts';
import { functionNamed, type Runnable, type Task, type Waits } from './definition.ts';
import { type History, taskHistory } from './history.ts';

type Handlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;
type Json = Awaited<ReturnType<Handlers[string]>>;

/** What a task's output may have at most (Step Functions quotas), in bytes of UTF-8. */
export const maxDataBytes = 262_144;

/**
 * What a task fails with: Retry and Catch match `name`, and Catch passes `message` on as the cause. The interpreter asks
 * the two flags before it lets a state retry or catch.
 */
export class TaskError extends Error {
  override readonly name: string;
  readonly isRetryable: boolean;
  readonly isCatchable: boolean;

  constructor(name: string, cause: string, terminal = false) {
    super(cause);
    this.name = name;
    this.isRetryable = !terminal;
    this.isCatchable = !terminal;
  }
}

export interface TaskSurroundings {
  readonly functions: readonly LocalFunction[];
  /** The role the state machine runs as. */
  readonly role: Role;
  readonly invoke: Invoke;
  readonly waits: Waits | undefined;
  readonly log: Log;
}

/**
 * One execution's handlers, by state name. Once `signal` is aborted each fails at once, with an error that nothing
 * retries or catches: an execution that has ended starts nothing more.
 */
export function createHandlers(
  { tasks, waits }: Runnable,
  surroundings: TaskSurroundings,
  history: History,
  signal: AbortSignal,
): Handlers {
  const ended = () => new TaskError('States.Runtime', 'The execution has ended.', true);
  const guarded =
    (run: (input: Json) => Promise<Json>) =>
    async (input: Json): Promise<Json> => {
      if (signal.aborted) throw ended();
      const { promise: abort, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(ended());
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([run(input), abort]);
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    };
  const handlers = [
    ...[...tasks].map(
      ([name, task]) => [name, guarded((input) => runTask(task, input, surroundings, history))] as const,
    ),
    ...[...waits].map((name) => [name, guarded((input) => wait(name, input, surroundings.waits, signal))] as const),
  ];
  return Object.fromEntries(handlers);
}

async function runTask(
  { kind, resource, timeoutMs }: Task,
  input: Json,
  { functions, role, invoke, log }: TaskSurroundings,
  history: History,
): Promise<Json> {
  // The interpreter reports that the state was entered a moment after it calls us; that comes first in the history.
  await nextTurn();
  const startedAt = Date.now();
  const record = taskHistory(history, kind);
  record.scheduled(resource, input);
  /** What comes after the timeout is for nobody any more: the state has failed with States.Timeout. */
  const late = () => Date.now() - startedAt >= timeoutMs;
  const fail = (name: string, cause: string, terminal = false): never => {
    if (!late()) record.failed(name, cause);
    throw new TaskError(name, cause, terminal);
  };

  const named = kind === 'function' ? resource : isRecord(input) ? input['FunctionName'] : undefined;
  const target = functionNamed(functions, named);
  if (target === undefined) return fail('Lambda.ResourceNotFoundException', `Function not found: ${String(named)}`);
  const asked = String(named).endsWith(':$LATEST') ? `${target.arn}:$LATEST` : target.arn;
  if (decideAccess(role.statements, { action: 'lambda:InvokeFunction', resource: asked, keys: {} }) === 'deny') {
    log(`Refused: ${role.logicalId} is not allowed lambda:InvokeFunction on ${asked}.`);
    return fail(
      'Lambda.AWSLambdaException',
      `User: ${toSessionArn(role.arn)} is not authorized to perform: lambda:InvokeFunction on resource: ${asked} because no identity-based policy allows the lambda:InvokeFunction action`,
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
  const answer: Json = JSON.parse(text);
  const output = kind === 'function' ? answer : { ExecutedVersion: '$LATEST', Payload: answer, StatusCode: 200 };
  if (!late()) record.succeeded(output);
  return output;
}

/** Waits as the state says and gives back its input. */
async function wait(name: string, parameters: Json, waits: Waits | undefined, signal: AbortSignal): Promise<Json> {
  const { seconds, timestamp, input } = isRecord(parameters) ? parameters : {};
  const wanted = timestamp === undefined ? Number(seconds) : (Date.parse(String(timestamp)) - Date.now()) / 1000;
  if (Number.isNaN(wanted) || (timestamp === undefined && (!Number.isInteger(wanted) || wanted < 0))) {
    throw new TaskError('States.Runtime', `The state ${name} was given no valid time to wait for.`, true);
  }
  const milliseconds = waits === undefined ? wanted * 1000 : waits(wanted, name);
  await sleep(Math.max(milliseconds, 0), undefined, { signal }).catch(() => undefined);
  return input as Json;
}

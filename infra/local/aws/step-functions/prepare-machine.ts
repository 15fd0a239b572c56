import { StateMachine as Interpreter, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { isRecord } from '../../template/intrinsics.ts';
import type { LocalFunction, StateMachine } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import { mapStates, type State } from './map-states.ts';

/**
 * Gives the milliseconds to wait instead of `seconds`, in a Wait state or before a retry of `state`; tests shorten
 * them.
 */
export type ToWaitMs = (seconds: number, state: string) => number;

/**
 * How a Task invokes its function: its resource is the function's ARN (`function`) or the Lambda integration
 * (`invoke`).
 */
export type TaskKind = 'function' | 'invoke';

/** A Task state. */
export interface Task {
  readonly kind: TaskKind;
  readonly resource: string;
  /** The interpreter stops waiting after this time. It is infinite when the state reads its timeout from its input. */
  readonly timeoutMs: number;
}

/** A state machine that is ready for the interpreter. */
export interface RunnableMachine {
  readonly machine: StateMachine;
  readonly interpreter: Interpreter;
  readonly tasks: ReadonlyMap<string, Task>;
  /** The names of the Wait states, which run as tasks with a handler of ours. */
  readonly waitStates: ReadonlySet<string>;
}

export const lambdaInvokeArn = 'arn:aws:states:::lambda:invoke';

/**
 * Given to tasks without a timeout. On AWS they have none; the interpreter's default is one minute, and Node's timers
 * end at about 24 days.
 */
const maxTimeoutSeconds = 2_000_000;

/**
 * Validates a definition and adapts it, so that the interpreter runs it as AWS does.
 * The interpreter's default timeout is removed. Wait states become tasks of ours, so that an abort ends them and tests
 * can shorten them.
 * @throws StartRefused for a definition that the interpreter would run differently
 */
export function prepareMachine(
  machine: StateMachine,
  functions: readonly LocalFunction[],
  toWaitMs: ToWaitMs | undefined,
): RunnableMachine {
  const title = `State machine ${machine.name}`;
  const tasks = new Map<string, Task>();
  const waitStates = new Set<string>();
  const definition = mapStates(machine.definition, title, (name, state) => {
    if (tasks.has(name) || waitStates.has(name)) refuse(`${title} has two states named ${name}.`);
    const where = `${title}, state ${name}`;
    const shortened = toWaitMs === undefined ? state : { ...state, ...shortenRetries(state, name, toWaitMs) };
    switch (state['Type']) {
      case 'Task':
        tasks.set(name, {
          kind: readTaskKind(state, where, functions),
          resource: String(state['Resource']),
          timeoutMs:
            state['TimeoutSecondsPath'] === undefined ? readTimeoutSeconds(state) * 1000 : Number.POSITIVE_INFINITY,
        });
        if (state['TimeoutSecondsPath'] !== undefined) return shortened;
        return { ...shortened, TimeoutSeconds: readTimeoutSeconds(state) };
      case 'Wait':
        waitStates.add(name);
        return toWaitTask(state);
      case 'Pass':
        // The interpreter treats a falsy result like a missing one.
        if ('Result' in state && !state['Result'])
          refuse(`${where} has a result that the local interpreter would drop.`);
        return state;
      default:
        return shortened;
    }
  });
  validateDefinition(machine.definition, title);
  const total = definition['TimeoutSeconds'];
  if (typeof total === 'number' && total > maxTimeoutSeconds) {
    refuse(`${title} has a timeout of more than ${maxTimeoutSeconds} seconds.`);
  }
  const interpreter = new Interpreter(requireDefinition(definition, title), {
    validationOptions: { noValidate: true },
  });
  return { machine, interpreter, tasks, waitStates };
}

/** Narrows a definition's type. The interpreter's own validation checks the states. */
function requireDefinition(definition: State, title: string): StateMachineDefinition {
  return isDefinition(definition) ? definition : refuse(`${title} has no states.`);
}

function isDefinition(definition: State): definition is State & StateMachineDefinition {
  return typeof definition['StartAt'] === 'string' && isRecord(definition['States']);
}

/**
 * Definitions that passed validation, as JSON. Each validation compiles the schemas again, which takes more than 100
 * ms, and a process may start one template several times.
 */
const validDefinitions = new Set<string>();

function validateDefinition(definition: State, title: string): void {
  const text = JSON.stringify(definition);
  if (validDefinitions.has(text)) return;
  const narrowed = requireDefinition(definition, title);
  try {
    new Interpreter(narrowed);
    validDefinitions.add(text);
  } catch (error) {
    refuse(`${title} is invalid: ${error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : 'unknown error'}`);
  }
}

function readTaskKind(state: State, where: string, functions: readonly LocalFunction[]): TaskKind {
  const { Resource: resource, Parameters: parameters } = state;
  if (resource !== lambdaInvokeArn) {
    if (findFunction(functions, resource) !== undefined) return 'function';
    return refuse(`${where}: its resource is neither a function of the template nor ${lambdaInvokeArn}.`);
  }
  if (!isRecord(parameters)) return refuse(`${where} names no function.`);
  const supported = ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$'];
  const unknown = Object.keys(parameters).find((name) => !supported.includes(name));
  if (unknown !== undefined) refuse(`${where}: the parameter ${unknown} is not supported by the local AWS.`);
  const name = parameters['FunctionName'];
  if (name !== undefined && findFunction(functions, name) === undefined) {
    refuse(`${where}: its function is not in the template.`);
  }
  return 'invoke';
}

/** Finds a function by name or ARN, either of which may end with `:$LATEST`. */
export function findFunction(functions: readonly LocalFunction[], nameOrArn: unknown): LocalFunction | undefined {
  const unqualified = String(nameOrArn).replace(/:\$LATEST$/, '');
  return functions.find(({ name, arn }) => name === unqualified || arn === unqualified);
}

function readTimeoutSeconds({ TimeoutSeconds: seconds }: State): number {
  return Math.min(typeof seconds === 'number' ? seconds : maxTimeoutSeconds, maxTimeoutSeconds);
}

/** Converts a Wait state to a task whose handler gets the time to wait and the input, which it returns. */
function toWaitTask(state: State): State {
  const { Type: _, Seconds, SecondsPath, Timestamp, TimestampPath, ...rest } = state;
  const parameters = {
    'input.$': '$',
    ...(Seconds === undefined ? {} : { seconds: Seconds }),
    ...(SecondsPath === undefined ? {} : { 'seconds.$': SecondsPath }),
    ...(Timestamp === undefined ? {} : { timestamp: Timestamp }),
    ...(TimestampPath === undefined ? {} : { 'timestamp.$': TimestampPath }),
  };
  return {
    Type: 'Task',
    Resource: lambdaInvokeArn,
    ...rest,
    Parameters: parameters,
    TimeoutSeconds: maxTimeoutSeconds,
  };
}

/** Replaces the intervals of a state's retriers. */
function shortenRetries({ Retry: retry }: State, name: string, toWaitMs: ToWaitMs): State {
  if (!Array.isArray(retry)) return {};
  const retriers: readonly unknown[] = retry;
  return {
    Retry: retriers.map((retrier) => {
      if (!isRecord(retrier)) return retrier;
      const { IntervalSeconds: interval = 1, MaxDelaySeconds: maxDelay } = retrier;
      return {
        ...retrier,
        IntervalSeconds: toWaitMs(Number(interval), name) / 1000,
        ...(maxDelay === undefined ? {} : { MaxDelaySeconds: toWaitMs(Number(maxDelay), name) / 1000 }),
      };
    }),
  };
}

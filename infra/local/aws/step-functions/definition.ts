import { StateMachine as Interpreter, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { isRecord } from '../../template/intrinsics.ts';
import type { LocalFunction, StateMachine } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import { mapStates, type State } from './asl.ts';

/** Milliseconds to wait instead of `seconds`, in a Wait state or before a retry of `state`: tests need not wait. */
export type Waits = (seconds: number, state: string) => number;

/** How a Task runs its function: the resource is its ARN, or Step Functions' own integration with Lambda. */
export type TaskKind = 'function' | 'invoke';

/** A Task state. */
export interface Task {
  readonly kind: TaskKind;
  readonly resource: string;
  /** After how long the interpreter stops waiting for it; unlimited when the input decides. */
  readonly timeoutMs: number;
}

/** A state machine ready to be interpreted. */
export interface Runnable {
  readonly machine: StateMachine;
  readonly interpreter: Interpreter;
  readonly tasks: ReadonlyMap<string, Task>;
  /** Wait states are run by a handler of ours, as tasks. */
  readonly waits: ReadonlySet<string>;
}

export const lambdaInvoke = 'arn:aws:states:::lambda:invoke';

/** A task that names no timeout has none on AWS; the interpreter's would be one minute, and timers end near 24 days. */
const longestSeconds = 2_000_000;

/**
 * Checks a definition and prepares it for the interpreter, keeping what AWS would do: its own default timeout is taken
 * away, and waits are handed to us, so that an abort ends them and tests can shorten them.
 * @throws StartRefused for what the interpreter would ignore or do differently
 */
export function prepare(
  machine: StateMachine,
  functions: readonly LocalFunction[],
  waits: Waits | undefined,
): Runnable {
  const title = `State machine ${machine.name}`;
  const tasks = new Map<string, Task>();
  const waiting = new Set<string>();
  const definition = mapStates(machine.definition, title, (name, state) => {
    if (tasks.has(name) || waiting.has(name)) refuse(`${title} has two states of the name ${name}.`);
    const where = `${title}, state ${name}`;
    const shortened = waits === undefined ? state : { ...state, ...shortenedRetries(state, name, waits) };
    switch (state['Type']) {
      case 'Task':
        tasks.set(name, {
          kind: taskKind(state, where, functions),
          resource: String(state['Resource']),
          timeoutMs:
            state['TimeoutSecondsPath'] === undefined ? timeoutSeconds(state) * 1000 : Number.POSITIVE_INFINITY,
        });
        if (state['TimeoutSecondsPath'] !== undefined) return shortened;
        return { ...shortened, TimeoutSeconds: timeoutSeconds(state) };
      case 'Wait':
        waiting.add(name);
        return waitAsTask(state);
      case 'Pass':
        // The interpreter takes a falsy result for none.
        if ('Result' in state && !state['Result']) refuse(`${where} has a result the local interpreter would drop.`);
        return state;
      default:
        return shortened;
    }
  });
  validate(machine.definition, title);
  const total = definition['TimeoutSeconds'];
  if (typeof total === 'number' && total > longestSeconds) {
    refuse(`${title} has a timeout of more than ${longestSeconds} seconds.`);
  }
  const interpreter = new Interpreter(asDefinition(definition, title), {
    validationOptions: { noValidate: true },
  });
  return { machine, interpreter, tasks, waits: waiting };
}

/** The interpreter's own validation looks at the states themselves. */
function asDefinition(definition: State, title: string): StateMachineDefinition {
  return isDefinition(definition) ? definition : refuse(`${title} has no states.`);
}

function isDefinition(definition: State): definition is State & StateMachineDefinition {
  return typeof definition['StartAt'] === 'string' && isRecord(definition['States']);
}

/**
 * Definitions that have been found valid, as JSON: the validator compiles its schemas anew each time, for more than a
 * tenth of a second, and a process may start one template several times.
 */
const valid = new Set<string>();

function validate(definition: State, title: string): void {
  const text = JSON.stringify(definition);
  if (valid.has(text)) return;
  const checked = asDefinition(definition, title);
  try {
    new Interpreter(checked);
    valid.add(text);
  } catch (error) {
    refuse(`${title} is invalid: ${error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : 'unknown error'}`);
  }
}

function taskKind(state: State, where: string, functions: readonly LocalFunction[]): TaskKind {
  const { Resource: resource, Parameters: parameters } = state;
  if (resource !== lambdaInvoke) {
    if (functionNamed(functions, resource) !== undefined) return 'function';
    return refuse(`${where}: its resource is neither a function of the template nor ${lambdaInvoke}.`);
  }
  if (!isRecord(parameters)) return refuse(`${where} names no function.`);
  const known = ['FunctionName', 'FunctionName.$', 'Payload', 'Payload.$'];
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`${where}: the parameter ${unknown} is not understood by the local target.`);
  const name = parameters['FunctionName'];
  if (name !== undefined && functionNamed(functions, name) === undefined) {
    refuse(`${where}: its function is not in the template.`);
  }
  return 'invoke';
}

/** A function by name, ARN, or either with `:$LATEST` behind it. */
export function functionNamed(functions: readonly LocalFunction[], named: unknown): LocalFunction | undefined {
  const bare = String(named).replace(/:\$LATEST$/, '');
  return functions.find(({ name, arn }) => name === bare || arn === bare);
}

function timeoutSeconds({ TimeoutSeconds: seconds }: State): number {
  return Math.min(typeof seconds === 'number' ? seconds : longestSeconds, longestSeconds);
}

/** The handler gets how long to wait and the state's input, which it gives back. */
function waitAsTask(state: State): State {
  const { Type: _, Seconds, SecondsPath, Timestamp, TimestampPath, ...kept } = state;
  const parameters = {
    'input.$': '$',
    ...(Seconds === undefined ? {} : { seconds: Seconds }),
    ...(SecondsPath === undefined ? {} : { 'seconds.$': SecondsPath }),
    ...(Timestamp === undefined ? {} : { timestamp: Timestamp }),
    ...(TimestampPath === undefined ? {} : { 'timestamp.$': TimestampPath }),
  };
  return { Type: 'Task', Resource: lambdaInvoke, ...kept, Parameters: parameters, TimeoutSeconds: longestSeconds };
}

function shortenedRetries({ Retry: retry }: State, name: string, waits: Waits): State {
  if (!Array.isArray(retry)) return {};
  const retriers: readonly unknown[] = retry;
  return {
    Retry: retriers.map((retrier) => {
      if (!isRecord(retrier)) return retrier;
      const { IntervalSeconds: interval = 1, MaxDelaySeconds: longest } = retrier;
      return {
        ...retrier,
        IntervalSeconds: waits(Number(interval), name) / 1000,
        ...(longest === undefined ? {} : { MaxDelaySeconds: waits(Number(longest), name) / 1000 }),
      };
    }),
  };
}

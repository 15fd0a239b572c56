import type { TaskKind } from './prepare-machine.ts';

/** An event as GetExecutionHistory returns it. Its type decides the key of its details. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970; responses have seconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** The events of one execution, in order. */
export interface History {
  readonly events: readonly HistoryEvent[];
  readonly add: (type: string, details?: Readonly<Record<string, unknown>>) => void;
  /** Ignores later events: those of a function that outlives its execution. */
  readonly close: () => void;
}

/** Gives the key of an event type's details. Entering and leaving a state share one key for all types of state. */
function toDetailsKey(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** Creates an empty history. */
export function createHistory(): History {
  const events: HistoryEvent[] = [];
  let isClosed = false;
  return {
    events,
    close: () => {
      isClosed = true;
    },
    add: (type, details) => {
      if (isClosed) return;
      events.push({
        id: events.length + 1,
        previousEventId: events.length,
        timestamp: Date.now(),
        type,
        ...(details === undefined ? {} : { [toDetailsKey(type)]: details }),
      });
    },
  };
}

/** Records the events of one attempt of a task, under the types that its kind of task has. */
export interface TaskHistory {
  readonly scheduled: (resource: string, input: unknown) => void;
  readonly succeeded: (output: unknown) => void;
  readonly failed: (error: string, cause: string) => void;
  readonly timedOut: () => void;
}

/** Creates the recorder of one attempt of a task. */
export function createTaskHistory({ add }: History, kind: TaskKind): TaskHistory {
  if (kind === 'function') {
    return {
      scheduled: (resource, input) => add('LambdaFunctionScheduled', { resource, input: JSON.stringify(input) }),
      succeeded: (output) => add('LambdaFunctionSucceeded', { output: JSON.stringify(output) }),
      failed: (error, cause) => add('LambdaFunctionFailed', { error, cause }),
      timedOut: () => add('LambdaFunctionTimedOut', { error: 'States.Timeout' }),
    };
  }
  const integration = { resourceType: 'lambda', resource: 'invoke' };
  return {
    scheduled: (_, parameters) => add('TaskScheduled', { ...integration, parameters: JSON.stringify(parameters) }),
    succeeded: (output) => add('TaskSucceeded', { ...integration, output: JSON.stringify(output) }),
    failed: (error, cause) => add('TaskFailed', { ...integration, error, cause }),
    timedOut: () => add('TaskTimedOut', { ...integration, error: 'States.Timeout' }),
  };
}

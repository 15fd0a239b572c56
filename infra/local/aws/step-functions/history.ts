import type { TaskKind } from './definition.ts';

/** An event as GetExecutionHistory gives it: the details are under a key that the type decides. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970; the wire has seconds. */
  readonly timestamp: number;
  readonly type: string;
  readonly [details: string]: unknown;
}

/** What happened in one execution, in order. */
export interface History {
  readonly events: readonly HistoryEvent[];
  readonly add: (type: string, details?: Readonly<Record<string, unknown>>) => void;
  /** Nothing is added from here on: a function that outlives its execution has nothing to tell. */
  readonly close: () => void;
}

/** Types whose details are not named after themselves: entering and leaving is told alike for every kind of state. */
function detailsKey(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

export function createHistory(): History {
  const events: HistoryEvent[] = [];
  let closed = false;
  return {
    events,
    close: () => {
      closed = true;
    },
    add: (type, details) => {
      if (closed) return;
      events.push({
        id: events.length + 1,
        previousEventId: events.length,
        timestamp: Date.now(),
        type,
        ...(details === undefined ? {} : { [detailsKey(type)]: details }),
      });
    },
  };
}

/** Records what becomes of one run of a task, as Step Functions tells it for that kind of task. */
export interface TaskHistory {
  readonly scheduled: (resource: string, input: unknown) => void;
  readonly succeeded: (output: unknown) => void;
  readonly failed: (error: string, cause: string) => void;
  readonly timedOut: () => void;
}

export function taskHistory({ add }: History, kind: TaskKind): TaskHistory {
  if (kind === 'function') {
    return {
      scheduled: (resource, input) => add('LambdaFunctionScheduled', { resource, input: JSON.stringify(input) }),
      succeeded: (output) => add('LambdaFunctionSucceeded', { output: JSON.stringify(output) }),
      failed: (error, cause) => add('LambdaFunctionFailed', { error, cause }),
      timedOut: () => add('LambdaFunctionTimedOut', { error: 'States.Timeout' }),
    };
  }
  const by = { resourceType: 'lambda', resource: 'invoke' };
  return {
    scheduled: (_, parameters) => add('TaskScheduled', { ...by, parameters: JSON.stringify(parameters) }),
    succeeded: (output) => add('TaskSucceeded', { ...by, output: JSON.stringify(output) }),
    failed: (error, cause) => add('TaskFailed', { ...by, error, cause }),
    timedOut: () => add('TaskTimedOut', { ...by, error: 'States.Timeout' }),
  };
}

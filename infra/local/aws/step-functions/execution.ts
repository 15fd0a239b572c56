import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError } from 'aws-local-stepfunctions';
import type { Runnable } from './definition.ts';
import { createHistory, type History, taskHistory } from './history.ts';
import { createHandlers, type TaskSurroundings } from './tasks.ts';

/** How an execution ended. Texts are as DescribeExecution gives them. */
export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED'; readonly error?: string; readonly cause?: string }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'ABORTED' };

export interface Running {
  readonly history: History;
  /** Never rejects: whatever happens is an ending. */
  readonly ended: Promise<Ending>;
  /** Ends the execution as ABORTED, unless it has ended: what it waits for is let go. */
  readonly abort: () => void;
}

export interface ExecutionStart {
  readonly executionArn: string;
  readonly name: string;
  /** JSON. */
  readonly input: string;
}

/** Interprets one execution from its start to its end. */
export function run(runnable: Runnable, start: ExecutionStart, surroundings: TaskSurroundings): Running {
  const { machine, interpreter, waits, tasks } = runnable;
  const history = createHistory();
  history.add('ExecutionStarted', { input: start.input, roleArn: machine.role });
  const over = new AbortController();
  const execution = interpreter.run(JSON.parse(start.input), {
    overrides: {
      taskResourceLocalHandlers: createHandlers(runnable, surroundings, history, over.signal),
    },
    context: {
      Execution: { Id: start.executionArn, Name: start.name, RoleArn: machine.role },
      StateMachine: { Id: machine.arn, Name: machine.name },
    },
  });

  const recorded = (async () => {
    for await (const event of execution.eventLogs) {
      if (!('state' in event)) continue;
      const { name, type, input, output } = event.state;
      const kind = waits.has(name) ? 'Wait' : type;
      const task = tasks.get(name);
      if (event.type === 'StateEntered') history.add(`${kind}StateEntered`, { name, input: JSON.stringify(input) });
      if (event.type === 'StateExited') history.add(`${kind}StateExited`, { name, output: JSON.stringify(output) });
      // Our handler does not see that the interpreter stopped waiting for it.
      if (event.type === 'StateFailed' && event.Error === 'States.Timeout' && task !== undefined) {
        taskHistory(history, task.kind).timedOut();
      }
    }
  })();

  const ended = execution.result
    .then(
      (output): Ending => ({ status: 'SUCCEEDED', output: JSON.stringify(output) ?? 'null' }),
      (error: unknown): Ending => endingOf(error),
    )
    .then(async (ending) => {
      over.abort();
      await recorded;
      record(history, ending);
      history.close();
      return ending;
    });
  return {
    history,
    ended,
    abort: () => {
      execution.abort();
      over.abort();
    },
  };
}

function endingOf(error: unknown): Ending {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
  const failure = error instanceof ExecutionError ? error.cause : error;
  if (!(failure instanceof Error)) return { status: 'FAILED', error: 'States.Runtime' };
  // A Fail state without Error or Cause has neither; the interpreter puts words of its own there.
  const error_ = failure.name === 'FailStateError' ? undefined : failure.name;
  const cause = failure.message === 'Execution failed because of a Fail state' ? undefined : failure.message;
  return {
    status: 'FAILED',
    ...(error_ === undefined ? {} : { error: error_ }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function record(history: History, ending: Ending): void {
  switch (ending.status) {
    case 'SUCCEEDED':
      history.add('ExecutionSucceeded', { output: ending.output });
      break;
    case 'FAILED':
      history.add('ExecutionFailed', { error: ending.error, cause: ending.cause });
      break;
    case 'TIMED_OUT':
      history.add('ExecutionTimedOut', {});
      break;
    case 'ABORTED':
      history.add('ExecutionAborted', {});
      break;
  }
}

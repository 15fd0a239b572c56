import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError } from 'aws-local-stepfunctions';
import { createHistory, createTaskHistory, type History } from './history.ts';
import type { RunnableMachine } from './prepare-machine.ts';
import { createTaskHandlers, type TaskContext } from './task-handlers.ts';

/** How an execution ended, with the texts of DescribeExecution. */
export type ExecutionOutcome =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED'; readonly error?: string; readonly cause?: string }
  | { readonly status: 'TIMED_OUT' }
  | { readonly status: 'ABORTED' };

/** An execution in progress. */
export interface RunningExecution {
  readonly history: History;
  /** Resolves at the end of the execution, and never rejects. */
  readonly ended: Promise<ExecutionOutcome>;
  /** Ends the execution as ABORTED, without waiting for its tasks. It does nothing when the execution has ended. */
  readonly abort: () => void;
}

/** The identity and input of an execution. */
export interface ExecutionStart {
  readonly executionArn: string;
  readonly name: string;
  /** A JSON text. */
  readonly input: string;
}

/** Runs one execution in the interpreter and records its history. */
export function runExecution(
  runnable: RunnableMachine,
  start: ExecutionStart,
  taskContext: TaskContext,
): RunningExecution {
  const { machine, interpreter, waitStates, tasks } = runnable;
  const history = createHistory();
  history.add('ExecutionStarted', { input: start.input, roleArn: machine.role });
  const abortTasks = new AbortController();
  const execution = interpreter.run(JSON.parse(start.input), {
    overrides: {
      taskResourceLocalHandlers: createTaskHandlers(runnable, taskContext, history, abortTasks.signal),
    },
    context: {
      Execution: { Id: start.executionArn, Name: start.name, RoleArn: machine.role },
      StateMachine: { Id: machine.arn, Name: machine.name },
    },
  });

  const historyRecorded = (async () => {
    for await (const event of execution.eventLogs) {
      if (!('state' in event)) continue;
      const { name, type, input, output } = event.state;
      const kind = waitStates.has(name) ? 'Wait' : type;
      const task = tasks.get(name);
      if (event.type === 'StateEntered') history.add(`${kind}StateEntered`, { name, input: JSON.stringify(input) });
      if (event.type === 'StateExited') history.add(`${kind}StateExited`, { name, output: JSON.stringify(output) });
      // The task's handler does not notice that the interpreter has stopped waiting for it.
      if (event.type === 'StateFailed' && event.Error === 'States.Timeout' && task !== undefined) {
        createTaskHistory(history, task.kind).timedOut();
      }
    }
  })();

  const ended = execution.result
    .then(
      (output): ExecutionOutcome => ({ status: 'SUCCEEDED', output: JSON.stringify(output) ?? 'null' }),
      (error: unknown): ExecutionOutcome => toOutcome(error),
    )
    .then(async (outcome) => {
      abortTasks.abort();
      await historyRecorded;
      recordOutcome(history, outcome);
      history.close();
      return outcome;
    });
  return {
    history,
    ended,
    abort: () => {
      execution.abort();
      abortTasks.abort();
    },
  };
}

function toOutcome(error: unknown): ExecutionOutcome {
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
  const failure = error instanceof ExecutionError ? error.cause : error;
  if (!(failure instanceof Error)) return { status: 'FAILED', error: 'States.Runtime' };
  // A Fail state without Error or Cause has neither on AWS; the interpreter fills in texts of its own.
  const errorName = failure.name === 'FailStateError' ? undefined : failure.name;
  const cause = failure.message === 'Execution failed because of a Fail state' ? undefined : failure.message;
  return {
    status: 'FAILED',
    ...(errorName === undefined ? {} : { error: errorName }),
    ...(cause === undefined ? {} : { cause }),
  };
}

function recordOutcome(history: History, outcome: ExecutionOutcome): void {
  switch (outcome.status) {
    case 'SUCCEEDED':
      history.add('ExecutionSucceeded', { output: outcome.output });
      break;
    case 'FAILED':
      history.add('ExecutionFailed', { error: outcome.error, cause: outcome.cause });
      break;
    case 'TIMED_OUT':
      history.add('ExecutionTimedOut', {});
      break;
    case 'ABORTED':
      history.add('ExecutionAborted', {});
      break;
  }
}

import { Worker } from 'node:worker_threads';
import type { InvokeOutcome } from '../../aws/invoke.ts';
import { failed } from './failure.ts';
import { eachLine } from './lines.ts';
import type { FromWorker, FunctionToRun, Invocation } from './messages.ts';
import { logLine } from './structured-log.ts';

/** Lambda gives a function ten seconds to load; then it loads it once more within the function's own time. */
const loadingMs = 10_000;
/** The largest answer of a synchronous invocation, in bytes of JSON. */
const largestAnswer = 6_291_556;

/** One worker thread: what Lambda calls an execution environment. */
export interface Instance {
  /** One at a time, and only while `usable()`. Never rejects. */
  invoke(requestId: string, payload: string): Promise<InvokeOutcome>;
  /** False once the thread has ended, or is being ended. */
  usable(): boolean;
  /** Resolves when the thread has ended. */
  readonly ended: Promise<void>;
  /** Ends the thread, and with it what it was doing. */
  stop(): Promise<void>;
}

interface Options {
  readonly fn: FunctionToRun;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

interface Pending {
  readonly requestId: string;
  readonly payload: string;
  readonly resolve: (outcome: InvokeOutcome) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Starts the thread; it loads the function at once. */
export function startInstance({ fn, timeoutSeconds, environment, onLine }: Options): Instance {
  const worker = new Worker(new URL('./worker-entry.ts', import.meta.url), {
    workerData: fn,
    env: { ...environment },
    // Nothing of this process's own arguments: a preload script of theirs would run in every function.
    argv: [],
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: fn.memoryMb },
    name: fn.name,
  });
  const timeoutMs = timeoutSeconds * 1_000;
  let state: 'loading' | 'ready' | 'ending' = 'loading';
  let outOfMemory = false;
  let pending: Pending | undefined;

  const settle = (outcome: InvokeOutcome): void => {
    const settled = pending;
    pending = undefined;
    clearTimeout(settled?.timer);
    settled?.resolve(outcome);
  };
  const stop = async (): Promise<void> => {
    state = 'ending';
    await worker.terminate();
  };
  const allow = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      const seconds = timeoutSeconds.toFixed(2);
      settle(failed('Sandbox.Timedout', `RequestId: ${requestId()} Error: Task timed out after ${seconds} seconds`));
      void stop();
    }, ms);
  const requestId = (): string => pending?.requestId ?? '';
  const send = (next: Pending): void => {
    clearTimeout(next.timer);
    next.timer = allow(timeoutMs);
    const invocation: Invocation = { requestId: next.requestId, payload: next.payload, timeoutMs };
    worker.postMessage(invocation);
  };

  eachLine(worker.stdout, onLine);
  eachLine(worker.stderr, onLine);
  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'ready':
        if (state === 'loading') state = 'ready';
        if (pending !== undefined) send(pending);
        return;
      case 'unloadable':
        settle(failed(message.errorType, message.errorMessage));
        void stop();
        return;
      case 'answered':
        return settle(outcomeOf(message.payload));
      case 'failed':
        return settle(failed(message.errorType, message.errorMessage));
    }
  });
  worker.on('error', (error: unknown) => {
    outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (!outOfMemory) onLine(logLine('ERROR', pending?.requestId, [error]));
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      state = 'ending';
      const reason = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
      const how = outOfMemory ? 'with error: signal: killed' : reason;
      settle(failed('Runtime.ExitError', `RequestId: ${requestId()} Error: Runtime exited ${how}`));
      resolve();
    });
  });

  return {
    invoke: (id, payload) =>
      new Promise((resolve) => {
        pending = { requestId: id, payload, resolve, timer: undefined };
        if (state === 'ready') send(pending);
        else pending.timer = allow(loadingMs + timeoutMs);
      }),
    usable: () => state !== 'ending',
    ended,
    stop,
  };
}

function outcomeOf(payload: string): InvokeOutcome {
  if (Buffer.byteLength(payload) > largestAnswer) {
    const limit = `maximum allowed payload size (${largestAnswer} bytes)`;
    return failed('Function.ResponseSizeTooLarge', `Response payload size exceeded ${limit}.`);
  }
  return { ok: true, payload: JSON.parse(payload) };
}

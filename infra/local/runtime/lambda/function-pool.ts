import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import type { InvokeOutcome } from '../../aws/invoke.ts';
import type { LocalFunction } from '../../template/model.ts';
import { functionEnvironment } from './environment.ts';
import { failed } from './failure.ts';
import { type Instance, startInstance } from './worker-thread.ts';

/** The largest event of a synchronous invocation, in bytes of JSON. */
export const largestEvent = 6_291_456;
/** Threads of one function at the same time. More calls than that wait for one: a machine is not a region. */
const mostInstances = 10;

export interface LogLine {
  readonly functionName: string;
  readonly text: string;
}

export type Invoke = (
  functionArn: string,
  payload: unknown,
  options?: { readonly awsRequestId?: string },
) => Promise<InvokeOutcome>;

export interface Functions {
  /** Runs a function and waits for its answer. Never rejects: everything that goes wrong is an outcome. */
  readonly invoke: Invoke;
  /** How many threads there are, by function name; functions without one are left out. */
  running(): Readonly<Record<string, number>>;
  /** Ends every thread. What was running ends with `Runtime.ExitError`; later calls are refused. */
  stop(): Promise<void>;
}

/**
 * Runs functions as Lambda does: each in threads of its own, one invocation at a time per thread, a new thread when all
 * are busy, the most recently used one first, and idle ones ended. No thread is started before it is needed.
 *
 * @param environmentFor what the deployment gives a function (its variables, credentials, endpoints); asked once
 * @param onLog every line a function writes, in order per stream
 * @param idleSeconds how long a thread may wait for its next invocation
 * @param compileCache a directory in which Node keeps compiled code between threads and starts
 * @throws Error when the code of a function is not there
 */
export function startFunctions(options: {
  readonly functions: readonly LocalFunction[];
  readonly environmentFor: (fn: LocalFunction) => Readonly<Record<string, string>>;
  readonly onLog: (line: LogLine) => void;
  readonly idleSeconds?: number;
  readonly compileCache?: string;
}): Functions {
  const idleMs = (options.idleSeconds ?? 60) * 1_000;
  const cache = options.compileCache === undefined ? {} : { NODE_COMPILE_CACHE: options.compileCache };
  const pools = new Map(options.functions.map((fn) => [fn.arn, poolOf(fn)]));
  let stopped = false;

  function poolOf(fn: LocalFunction): Pool {
    const code = realpathSync(fn.code);
    const environment = { ...functionEnvironment(fn, options.environmentFor(fn), process.env), ...cache };
    const start = (): Instance =>
      startInstance({
        fn: { name: fn.name, arn: fn.arn, code, handler: fn.handler, memoryMb: fn.memoryMb },
        timeoutSeconds: fn.timeoutSeconds,
        environment,
        onLine: (text) => options.onLog({ functionName: fn.name, text }),
      });
    return openPool(fn.name, start, idleMs);
  }

  return {
    async invoke(functionArn, payload, { awsRequestId = randomUUID() } = {}) {
      const pool = pools.get(functionArn.replace(/:\$LATEST$/, ''));
      if (pool === undefined) return failed('ResourceNotFoundException', `Function not found: ${functionArn}`);
      if (stopped) return failed('ServiceException', 'The functions have been stopped.');
      const event = JSON.stringify(payload) ?? 'null';
      if (Buffer.byteLength(event) > largestEvent) {
        return failed(
          'RequestTooLargeException',
          `Event is too large for a synchronous invocation (${largestEvent} bytes)`,
        );
      }
      return pool.invoke(awsRequestId, event);
    },
    running: () =>
      Object.fromEntries(
        [...pools.values()].map((pool) => [pool.name, pool.size()] as const).filter(([, size]) => size > 0),
      ),
    async stop() {
      stopped = true;
      await Promise.all([...pools.values()].map((pool) => pool.stop()));
    },
  };
}

interface Pool {
  readonly name: string;
  invoke(requestId: string, payload: string): Promise<InvokeOutcome>;
  size(): number;
  stop(): Promise<void>;
}

function openPool(name: string, start: () => Instance, idleMs: number): Pool {
  const all = new Set<Instance>();
  /** The last one was used most recently. */
  const idle: { readonly instance: Instance; readonly eviction: NodeJS.Timeout }[] = [];
  const waiting: ((instance: Instance | undefined) => void)[] = [];
  let closed = false;

  const begin = (): Instance => {
    const instance = start();
    all.add(instance);
    void instance.ended.then(() => {
      all.delete(instance);
      const place = idle.findIndex((each) => each.instance === instance);
      for (const { eviction } of place < 0 ? [] : idle.splice(place, 1)) clearTimeout(eviction);
    });
    return instance;
  };
  const take = async (): Promise<Instance | undefined> => {
    const warm = idle.pop();
    clearTimeout(warm?.eviction);
    if (warm?.instance.usable()) return warm.instance;
    const usable = [...all].filter((instance) => instance.usable()).length;
    return usable < mostInstances ? begin() : new Promise((resolve) => waiting.push(resolve));
  };
  const give = (instance: Instance): void => {
    const next = waiting.shift();
    if (next !== undefined) next(instance.usable() ? instance : begin());
    else if (instance.usable()) {
      const eviction = setTimeout(() => void instance.stop(), idleMs).unref();
      idle.push({ instance, eviction });
    }
  };

  return {
    name,
    async invoke(requestId, payload) {
      const instance = closed ? undefined : await take();
      if (instance === undefined) return failed('ServiceException', 'The functions have been stopped.');
      const outcome = await instance.invoke(requestId, payload);
      if (!closed) give(instance);
      return outcome;
    },
    size: () => all.size,
    async stop() {
      closed = true;
      for (const { eviction } of idle.splice(0)) clearTimeout(eviction);
      for (const resolve of waiting.splice(0)) resolve(undefined);
      await Promise.all([...all].map((instance) => instance.stop()));
    },
  };
}

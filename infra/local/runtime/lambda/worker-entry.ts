/**
 * The entry of a worker thread: loads one function as Lambda's Node runtime does and answers invocations one at a time.
 * No package is imported here, and little else: it would be loaded into every function.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { type Handler, loadHandler } from './handler.ts';
import type { FromWorker, FunctionToRun, Invocation } from './messages.ts';
import { errorNamed, logLine, structureConsole } from './structured-log.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts is the entry of a worker thread');
const fn: FunctionToRun = workerData;
let requestId: string | undefined;

// Only there to speed up the start of this thread; the function must not see it.
delete process.env['NODE_COMPILE_CACHE'];

confineImportsTo(fn.code);
structureConsole(() => requestId, write);
const handler = await load();
// The one listener of this thread's life: adding and removing one per call would let the thread end in between.
port.on('message', (invocation: Invocation) => void run(invocation));
if (handler !== undefined) say({ kind: 'ready' });

function say(message: FromWorker): void {
  port?.postMessage(message);
}

function write(line: string): void {
  process.stdout.write(line);
}

async function load(): Promise<Handler | undefined> {
  try {
    return await loadHandler(fn);
  } catch (error) {
    const message: FromWorker = { kind: 'unloadable', ...report(error) };
    await written();
    say(message);
    return undefined;
  }
}

async function run({ requestId: id, payload, timeoutMs }: Invocation): Promise<void> {
  requestId = id;
  const deadline = Date.now() + timeoutMs;
  process.env['_X_AMZN_TRACE_ID'] = `Root=1-${id.slice(0, 8)}-${id.replaceAll('-', '').slice(8, 32)}`;
  const context = {
    awsRequestId: id,
    callbackWaitsForEmptyEventLoop: true,
    functionName: fn.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: fn.arn,
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    memoryLimitInMB: String(fn.memoryMb),
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  const message = await outcome(payload, context);
  await written();
  say(message);
}

async function outcome(payload: string, context: object): Promise<FromWorker> {
  try {
    return { kind: 'answered', payload: serialized(await handler?.(JSON.parse(payload), context)) };
  } catch (error) {
    return { kind: 'failed', ...report(error) };
  }
}

/** What the function wrote is in its log before its answer is out, and is not lost when the thread is ended next. */
async function written(): Promise<void> {
  const behind = [process.stdout, process.stderr].filter((stream) => stream.writableLength > 0);
  await Promise.all(behind.map((stream) => new Promise((resolve) => stream.write('', resolve))));
}

function serialized(answer: unknown): string {
  try {
    // A function that returns nothing answers null; so does one that returns what JSON leaves out.
    return JSON.stringify(answer) ?? 'null';
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

/** What Lambda answers for a thrown value; like Lambda's runtime it leaves the stack in the function's log. */
function report(error: unknown): ReturnType<typeof errorNamed> {
  write(`${logLine('ERROR', requestId, [error])}\n`);
  return errorNamed(error);
}

/**
 * On Lambda there is nothing to import but the bundle. Here the repository's node_modules lie above it, and a
 * dependency that was left out of the bundle would be found by accident.
 */
function confineImportsTo(directory: string): void {
  const inside = `${pathToFileURL(directory).href}/`;
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const fromBundle = context.parentURL?.startsWith(inside) === true;
      if (fromBundle && resolved.url.startsWith('file:') && !resolved.url.startsWith(inside)) {
        const error = new Error(`Cannot find module '${specifier}' in the function's bundle`);
        throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
      }
      return resolved;
    },
  });
}

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { functionOf, temporaryDirectory } from './function-fixture.ts';
import { logged, patiently, run } from './run-function.ts';

describe('a function that ends badly', () => {
  it('is killed at its timeout, and the next call gets a new thread', async () => {
    const { call } = run(
      functionOf('export const handler = (event) => { while (event.spin); return "done"; };', { timeoutSeconds: 0.5 }),
    );
    expect(await call({ spin: true })).toEqual({
      ok: false,
      errorType: 'Sandbox.Timedout',
      errorMessage: 'RequestId: request-1 Error: Task timed out after 0.50 seconds',
    });
    expect(await call({ spin: false })).toEqual({ ok: true, payload: 'done' });
  });

  it.each([
    ['process.exit(3)', 'Runtime exited with error: exit status 3'],
    ['process.exit(0)', 'Runtime exited without providing a reason'],
    ["setImmediate(() => { throw new Error('thrown aside') })", 'Runtime exited with error: exit status 1'],
    ["Promise.reject(new Error('thrown aside'))", 'Runtime exited with error: exit status 1'],
  ])('%s is reported as an exit, and the next call gets a new thread', async (ending, message) => {
    const { call } = run(
      functionOf(`export const handler = async (event) => {
        if (event.fine) return 'done';
        ${ending};
        await new Promise(() => {});
      };`),
    );
    expect(await call()).toEqual({
      ok: false,
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: request-1 Error: ${message}`,
    });
    if (ending.includes('aside'))
      await vi.waitFor(() => expect(logged()).toMatch(/"level":"ERROR".*thrown aside/), patiently);
    expect(await call({ fine: true })).toEqual({ ok: true, payload: 'done' });
  });

  it('is ended when it takes more memory than it has', async () => {
    const { call } = run(
      functionOf(
        'export const handler = () => { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); };',
        {
          memoryMb: 32,
          timeoutSeconds: 20,
        },
      ),
    );
    expect(await call()).toEqual({
      ok: false,
      errorType: 'Runtime.ExitError',
      errorMessage: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
    });
  });

  it('may end between two calls without the next one noticing', async () => {
    const { functions, call } = run(
      functionOf('export const handler = () => { setImmediate(() => process.exit(1)); return "done"; };'),
    );
    expect(await call()).toEqual({ ok: true, payload: 'done' });
    await vi.waitFor(() => expect(functions.running()).toEqual({}), patiently);
    expect(await call()).toEqual({ ok: true, payload: 'done' });
  });
});

describe('a function that cannot be loaded', () => {
  it.each([
    [
      'another name',
      { handler: 'index.other' },
      '',
      'Runtime.HandlerNotFound',
      'index.other is undefined or not exported',
    ],
    ['no such file', { handler: 'main.handler' }, '', 'Runtime.ImportModuleError', "Error: Cannot find module 'main'"],
    ['a malformed handler', { handler: 'index' }, '', 'Runtime.MalformedHandlerName', 'Bad handler'],
    ['a throwing module', {}, "throw new RangeError('no table')", 'RangeError', 'no table'],
    ['a syntax error', {}, 'export const = 1', 'Runtime.UserCodeSyntaxError', expect.stringContaining('SyntaxError')],
    [
      'a callback',
      {},
      'export const handler = (event, context, callback) => callback()',
      'Runtime.CallbackHandlerDeprecated',
      expect.stringContaining('callback'),
    ],
    [
      'a dependency that is not in its bundle',
      {},
      "import 'zod'; export const handler = () => 1;",
      'Runtime.ImportModuleError',
      expect.stringContaining("Cannot find module 'zod' in the function's bundle"),
    ],
  ])('%s is named as Lambda names it', async (_, changes, source, errorType, errorMessage) => {
    const fn = functionOf(source, changes);
    if (source.includes('zod')) {
      // As in the repository, where node_modules lie above the bundles.
      const above = join(fn.code, '..', 'node_modules', 'zod');
      mkdirSync(above, { recursive: true });
      writeFileSync(join(above, 'package.json'), '{"name":"zod","main":"index.js"}');
      writeFileSync(join(above, 'index.js'), '');
    }
    const { call } = run(fn);
    expect(await call()).toEqual({ ok: false, errorType, errorMessage });
    expect(await call()).toMatchObject({ errorType });
  });

  it('finds a CommonJS bundle, and modules beside the handler', async () => {
    const fn = functionOf("const { one } = require('./one.cjs'); exports.handler = async () => one;", {
      file: 'index.cjs',
    });
    writeFileSync(join(fn.code, 'one.cjs'), 'exports.one = 1;');
    expect(await run(fn).call()).toEqual({ ok: true, payload: 1 });
  });

  it('stops the start when there is no bundle at all', () => {
    expect(() => run({ ...functionOf(''), code: join(temporaryDirectory(), 'gone') })).toThrow(/ENOENT/);
  });
});

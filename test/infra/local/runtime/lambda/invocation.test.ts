import { describe, expect, it } from 'vitest';
import { functionOf } from './function-fixture.ts';
import { handler, lines, logged, run } from './run-function.ts';

describe('an invocation', () => {
  it('answers what the handler returns, through JSON', async () => {
    const { call } = run(functionOf(handler('{ got: event, left: undefined, when: new Date(0) }')));
    expect(await call({ a: [1, null, 'ü'] })).toEqual({
      ok: true,
      payload: { got: { a: [1, null, 'ü'] }, when: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('answers null for a handler that returns nothing', async () => {
    expect(await run(functionOf('export const handler = () => {};')).call()).toEqual({ ok: true, payload: null });
  });

  it('gives the handler what Lambda tells of the invocation', async () => {
    const { call } = run(
      functionOf(handler('{ ...context, left: context.getRemainingTimeInMillis() }'), { timeoutSeconds: 7 }),
    );
    const outcome = await call({}, 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef');
    expect(outcome).toMatchObject({
      ok: true,
      payload: {
        awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
        callbackWaitsForEmptyEventLoop: true,
        functionName: 'fixture',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-3:000000000000:function:fixture',
        memoryLimitInMB: '128',
      },
    });
    const { left } = outcome.ok ? (outcome.payload as { left: number }) : { left: -1 };
    expect(left).toBeGreaterThan(5_000);
    expect(left).toBeLessThanOrEqual(7_000);
  });

  it('names the error a handler throws, and leaves its stack in the log', async () => {
    const thrower = `class NotSettled extends Error { name = 'NotSettled' }
      export const handler = async () => { throw new NotSettled('still settling') };`;
    const { call } = run(functionOf(thrower));
    expect(await call()).toEqual({ ok: false, errorType: 'NotSettled', errorMessage: 'still settling' });
    expect(logged()).toMatch(/"level":"ERROR".*"errorType":"NotSettled".*index\.mjs/);
    expect(await call()).toMatchObject({ errorType: 'NotSettled' });
  });

  it.each([
    ['a text', "'no'", 'string', 'no'],
    ['a number', '42', 'number', '42'],
    ['null', 'null', 'object', 'null'],
    ['nothing', 'undefined', 'undefined', 'undefined'],
  ])('answers a handler that throws %s', async (_, thrown, errorType, errorMessage) => {
    const { call } = run(functionOf(`export const handler = () => { throw ${thrown} };`));
    expect(await call()).toEqual({ ok: false, errorType, errorMessage });
  });

  it('refuses an answer that is not JSON', async () => {
    const { call } = run(functionOf('export const handler = () => { const a = {}; a.a = a; return a; };'));
    expect(await call()).toEqual({
      ok: false,
      errorType: 'Error',
      errorMessage: 'Unable to stringify response body',
    });
  });

  it('refuses an answer over 6 MB and an event over 6 MB', async () => {
    const { call } = run(functionOf(handler("'x'.repeat(event.length)")));
    expect(await call({ length: 6_291_554 })).toMatchObject({ ok: true });
    expect(await call({ length: 6_291_555 })).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
    expect(await call('x'.repeat(6_291_455))).toMatchObject({ errorType: 'RequestTooLargeException' });
  });

  it('refuses a function that does not exist, and takes the unpublished version for the function', async () => {
    const fn = functionOf(handler('1'));
    const { functions } = run(fn);
    expect(await functions.invoke(`${fn.arn}x`, {})).toMatchObject({ errorType: 'ResourceNotFoundException' });
    expect(await functions.invoke(`${fn.arn}:$LATEST`, {})).toEqual({ ok: true, payload: 1 });
  });
});

describe('the log', () => {
  it('has every line of both streams before the answer is out, under the name of its function', async () => {
    const { functions, call } = run(
      functionOf(`export const handler = () => {
        process.stdout.write('one\\ntwo\\r\\nthr'); process.stdout.write('ee\\n');
        process.stderr.write('four\\n'); process.stdout.write('no end of line');
      };`),
    );
    await call();
    expect(lines.map(({ text }) => text).toSorted()).toEqual(['four', 'one', 'three', 'two']);
    await functions.stop();
    expect(lines.at(-1)?.text).toBe('no end of line');
    expect(new Set(lines.map(({ functionName }) => functionName))).toEqual(new Set(['fixture']));
  });

  it('has what is written to the console as Lambda writes it: a line of JSON each, nothing below INFO', async () => {
    const { call } = run(
      functionOf(`console.warn('while loading');
      export const handler = () => {
        console.log('two\\nlines');
        console.info({ deep: { in: { an: { object: [1] } } } });
        console.error('failed:', 7, { a: 1 });
        console.error(new RangeError('too far'));
        const circle = {}; circle.circle = circle;
        console.log(circle);
        console.debug('nothing'); console.trace('nothing');
      };`),
    );
    await call({}, 'request-7');
    const records = lines.map(({ text }) => JSON.parse(text));
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(records).toEqual([
      { timestamp, level: 'WARN', message: 'while loading' },
      { timestamp, level: 'INFO', requestId: 'request-7', message: 'two\nlines' },
      { timestamp, level: 'INFO', requestId: 'request-7', message: { deep: { in: { an: { object: [1] } } } } },
      { timestamp, level: 'ERROR', requestId: 'request-7', message: 'failed: 7 { a: 1 }' },
      {
        timestamp,
        level: 'ERROR',
        requestId: 'request-7',
        message: { errorType: 'RangeError', errorMessage: 'too far', stackTrace: expect.any(Array) },
      },
      { timestamp, level: 'INFO', requestId: 'request-7', message: expect.stringContaining('Circular') },
    ]);
  });
});

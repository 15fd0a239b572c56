import { expect, it, vi } from 'vitest';
import { StartRefused } from '../../../../infra/local/template/refusal.ts';
import { startWire, temporaryFolder } from '../stand.ts';
import { invokeWorker, once, type States, templateOf, worker } from './loop.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

/** Definitions that would run differently here, and what the refusal names. */
const refused: readonly (readonly [string, States, object, RegExp])[] = [
  ['JSONata', once, { QueryLanguage: 'JSONata' }, /JSONPath, not JSONata/],
  ['an unknown field', { Work: { ...invokeWorker, Assign: { a: 1 }, End: true } }, {}, /state Work.*Assign/],
  ['a heartbeat', { Work: { ...invokeWorker, HeartbeatSeconds: 9, End: true } }, {}, /HeartbeatSeconds/],
  [
    'a task token',
    { Work: { ...invokeWorker, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', End: true } },
    {},
    /neither a function of the template nor/,
  ],
  [
    'another service',
    { Work: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Parameters: {}, End: true } },
    {},
    /neither a function of the template nor/,
  ],
  [
    'a function that is not there',
    { Work: { ...invokeWorker, Parameters: { FunctionName: 'other' }, End: true } },
    {},
    /its function is not in the template/,
  ],
  [
    'an asynchronous invocation',
    { Work: { ...invokeWorker, Parameters: { FunctionName: worker.arn, InvocationType: 'Event' }, End: true } },
    {},
    /InvocationType/,
  ],
  [
    'a context path without a value here',
    { Keep: { Type: 'Pass', Parameters: { 'at.$': '$$.State.EnteredTime' }, End: true } },
    {},
    /\$\$\.State\.EnteredTime/,
  ],
  ['a state that nothing reaches', { ...once, Lost: { Type: 'Pass', End: true } }, {}, /is invalid/],
  ['a next state that is not there', { Work: { ...invokeWorker, Next: 'Nowhere' } }, {}, /is invalid/],
];

it.each(refused)('%s in a definition stops the start', async (_, states, more, sentence) => {
  const call = startWire({ template: templateOf(states, more), dataDir: await temporaryFolder() });
  await expect(call).rejects.toThrow(StartRefused);
  await expect(call).rejects.toThrow(sentence);
});

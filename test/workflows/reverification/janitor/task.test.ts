import { expect, test, vi } from 'vitest';
import { logJanitor } from '../../../../functions/platform/runtime/log.ts';
import { janitor } from '../../../../functions/workflows/reverification/janitor/task.ts';
import { memoryService } from '../../../memory/service.ts';

const run = ({ ports, context, now }: ReturnType<typeof memoryService>, clock = context().clock) =>
  janitor.run(undefined, ports, {
    ...{ ...context(), now, clock, surveyDeadline: new AbortController().signal, report: () => undefined },
  });

test('one run is one line of the log, in the form that its alarms count', async () => {
  const memory = memoryService();
  await memory.connections.write.expectSecret({ organizationId: 1, uid: 'gone', dueAt: 0 });
  const info = vi.spyOn(console, 'info').mockImplementation(() => {});
  logJanitor(await run(memory));
  const counts = { jobs: 0, notes: 1, secrets: 0, claims: 0, connections: 0, failed: 0 };
  expect(info.mock.calls).toEqual([[{ event: 'janitor', ...counts, finished: true }]]);
  info.mockRestore();
});

test('a run is over before its function is, and says that it did not finish', async () => {
  let at = 0;
  const memory = memoryService();
  await memory.ports['janitor.cursor'].write({ stage: 'job-secrets' });
  // A clock on which everything takes seven seconds.
  expect((await run(memory, () => (at += 7_000))).finished).toBe(false);
  expect(at).toBeLessThan(30_000);
  expect(await memory.ports['janitor.cursor'].read()).toEqual({ stage: 'job-secrets' });
});

import { expect, test, vi } from 'vitest';
import { task } from '../../functions/workflows/task.ts';
import { taskHandler } from '../../functions/workflows/task-handler.ts';

test('an error that leaves a task carries no message of what failed, in any form', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const failing = task({
    workflow: 'test',
    name: 'failing',
    needs: [],
    run: async () => {
      throw new Error('the remote said secret', { cause: new Error('secret') });
    },
  });
  const error: unknown = await Promise.resolve()
    .then(() => Reflect.apply(taskHandler(failing, {}), undefined, [{}, { awsRequestId: 'request-1' }]))
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'TaskFailed', message: '' });
  expect(JSON.stringify([error, error instanceof Error ? error.stack : '', log.mock.calls])).not.toContain('secret');
  expect(log).toHaveBeenCalledWith(expect.objectContaining({ where: 'test/failing', reference: 'request-1' }));
  log.mockRestore();
});

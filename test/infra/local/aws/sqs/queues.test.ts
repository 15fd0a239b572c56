import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openQueues } from '../../../../../infra/local/aws/sqs/queues.ts';
import type { LocalTemplate } from '../../../../../infra/local/template/model.ts';
import { clients, emptyTemplate, startTestAws, temporaryFolder } from '../test-aws.ts';
import { createQueue, createQueueClient, visibility } from './sqs-queues.ts';

const deadLetters = createQueue('Letters');
const plain = createQueue('Plain');
const slow = createQueue('Slow', { delaySeconds: 900 });
const poisoned = createQueue('Poisoned', { redrive: { deadLetterArn: deadLetters.arn, maxReceiveCount: 2 } });
const template: LocalTemplate = { ...emptyTemplate, queues: [deadLetters, plain, slow, poisoned] };

it('SQS keeps messages, handles, receive counts and delays across a restart in a file that only its owner can read', async () => {
  const dataDir = await temporaryFolder();
  const first = await startTestAws({ template, dataDir, visibility });
  const before = clients(first).queues;
  for (const body of ['a', 'b', 'c']) await createQueueClient(before, plain).send(body);
  await createQueueClient(before, slow).send('delayed');
  const inFlight = await createQueueClient(before, plain).receiveNext();
  const removed = await createQueueClient(before, plain).receiveNext();
  await createQueueClient(before, plain).remove(removed.ReceiptHandle);
  await createQueueClient(before, poisoned).send('poison');
  await createQueueClient(before, poisoned).receiveNext(1);
  await createQueueClient(before, poisoned).receiveNext(1);
  await first.stop();
  expect((await stat(join(dataDir, 'queues.jsonl'))).mode & 0o777).toBe(0o600);

  const second = await startTestAws({ template, dataDir, visibility });
  const after = clients(second).queues;
  expect(second.observe.queues()).toMatchObject([
    { name: 'Letters' },
    { name: 'Plain', waiting: 1, inFlight: 1, bodies: ['a', 'c'] },
    { name: 'Slow', waiting: 0, delayed: 1 },
    { name: 'Poisoned' },
  ]);
  await createQueueClient(after, plain).remove(inFlight.ReceiptHandle);
  expect((await createQueueClient(after, plain).receiveNext()).Body).toBe('c');
  expect((await createQueueClient(after, deadLetters).receiveNext()).Body).toBe('poison');
});

it('SQS deletes messages that exceed the queue’s retention period', async () => {
  const dataDir = await temporaryFolder();
  const first = await startTestAws({ template, dataDir, visibility });
  await createQueueClient(clients(first).queues, plain).send('old');
  await first.stop();
  // `visibility` does not shorten retention, so a retention of 0 represents a period that has ended.
  const withoutRetention = { ...template, queues: [createQueue('Plain', { retentionSeconds: 0 })] };
  const second = await startTestAws({ template: withoutRetention, dataDir, visibility });
  expect(second.observe.queues()).toMatchObject([{ name: 'Plain', bodies: [] }]);
});

it('a queue holds ten thousand messages, delivers each once, and drops deleted ones from its journal', async () => {
  const file = join(await temporaryFolder(), 'queues.jsonl');
  const open = () => {
    const queues = openQueues([plain, deadLetters], file, () => undefined);
    const found = queues.find(plain.arn);
    if (found === undefined) throw new Error(`openQueues() did not open ${plain.arn}.`);
    return { ...found, close: queues.close };
  };
  const fill = ({ send }: ReturnType<typeof open>) => {
    for (let n = 0; n < 10_000; n += 10) {
      const bodies = Array.from({ length: 10 }, (_, index) => String(n + index));
      send(bodies.map((body) => ({ message: { body, attributes: {}, sender: 's' }, hiddenMs: 0 })));
    }
  };
  const first = open();
  fill(first);
  const seen = new Set<string>();
  for (let batch = first.receive(10, 60_000); batch.length > 0; batch = first.receive(10, 60_000)) {
    for (const { body } of batch) seen.add(body);
    first.remove(batch);
  }
  expect(seen.size).toBe(10_000);
  expect([...first.messages()]).toEqual([]);
  fill(first);
  first.close();
  expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(10_000);
  const second = open();
  expect(second.countMessages()).toEqual({ waiting: 10_000, inFlight: 0, delayed: 0 });
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqs } from '../../../../../infra/local/aws/sqs/open-sqs.ts';
import { account, allow, emptyTemplate, region, temporaryFolder } from '../test-aws.ts';
import { createQueue } from './sqs-queues.ts';

const plain = createQueue('Plain');

describe('an event that a rule sends to a queue', () => {
  const rule = 'arn:aws:events:us-east-1:000000000000:rule/r';
  const open = createQueue('Open', {
    maxMessageBytes: 1024,
    policy: [
      {
        ...allow('sqs:SendMessage', 'arn:aws:sqs:us-east-1:000000000000:Open'),
        services: ['events.amazonaws.com'],
        conditions: { ArnEquals: { 'aws:SourceArn': [rule] } },
      },
    ],
  });
  const forTopics = createQueue('Topics', {
    policy: [{ ...allow('sqs:SendMessage'), services: ['sns.amazonaws.com'] }],
  });

  it('is stored only if the queue’s policy allows EventBridge to send for that rule', async () => {
    const logged: string[] = [];
    const { sendFromRule, observe } = openSqs({
      ...{ template: { ...emptyTemplate, queues: [open, forTopics, plain] }, env: { account, region } },
      ...{
        journal: join(await temporaryFolder(), 'queues.jsonl'),
        endpoint: () => '',
        log: (line) => logged.push(line),
      },
      invoke: async () => ({ ok: true, payload: null }),
    });
    expect(sendFromRule(open.arn, '{"a":1}', rule)).toBe('sent');
    expect(sendFromRule(open.arn, '{}', `${rule}2`)).toBe('refused');
    expect(sendFromRule(open.arn, 'x'.repeat(1025), rule)).toBe('refused');
    expect(sendFromRule(forTopics.arn, '{}', rule)).toBe('refused');
    expect(sendFromRule(plain.arn, '{}', rule)).toBe('refused');
    expect(sendFromRule(`${open.arn}2`, '{}', rule)).toBe('no-queue');
    expect(observe().map(({ bodies }) => bodies)).toEqual([['{"a":1}'], [], []]);
    expect(logged).toContain(
      `Refused: events.amazonaws.com is not allowed sqs:SendMessage on ${open.arn} for ${rule}2.`,
    );
  });
});

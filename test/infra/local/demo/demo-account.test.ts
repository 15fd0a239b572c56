import { expect, test, vi } from 'vitest';
import type { EventContent } from '../../../../infra/local/aws/eventbridge/envelope.ts';
import { newDemoAccount } from '../../../../infra/local/demo/demo-account.ts';

const now = () => Date.parse('2026-11-21T10:00:00.123Z');

test('calls that change permissions become events of CloudTrail', async () => {
  const events: EventContent[] = [];
  const tell = newDemoAccount({
    forward: async (event) => {
      events.push(event);
    },
    log: (line) => expect.unreachable(line),
    now,
  });
  tell({ eventName: 'PutBucketPolicy', bucket: 'demo-bucket' });
  tell({ eventName: 'UpdateAccessKey', accessKey: 'AKIAX', status: 'Inactive' });
  const common = {
    'detail-type': 'AWS API Call via CloudTrail',
    account: '111122223333',
    region: 'us-east-1',
    time: '2026-11-21T10:00:00Z',
    resources: [],
  };
  const detail = {
    eventVersion: '1.11',
    awsRegion: 'us-east-1',
    recipientAccountId: '111122223333',
    eventTime: '2026-11-21T10:00:00Z',
    readOnly: false,
    managementEvent: true,
  };
  await vi.waitFor(() => expect(events).toHaveLength(2));
  expect(events).toEqual([
    {
      ...common,
      source: 'aws.s3',
      detail: {
        ...detail,
        eventSource: 's3.amazonaws.com',
        eventName: 'PutBucketPolicy',
        requestParameters: { bucketName: 'demo-bucket' },
      },
    },
    {
      ...common,
      source: 'aws.iam',
      detail: {
        ...detail,
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAccessKey',
        requestParameters: { accessKeyId: 'AKIAX', status: 'Inactive', userName: 'demo' },
      },
    },
  ]);
});

test('an event that cannot be forwarded is one line of the log', async () => {
  const lines: string[] = [];
  const forward = () => Promise.reject(new Error('planted'));
  newDemoAccount({ forward, log: (line) => lines.push(line), now })({ eventName: 'DeleteBucketPolicy', bucket: 'x' });
  await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining('DeleteBucketPolicy')]));
  expect(lines[0]).not.toContain('planted');
});

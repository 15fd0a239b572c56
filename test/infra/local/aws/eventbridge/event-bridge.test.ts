import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventContent } from '../../../../../infra/local/aws/eventbridge/envelope.ts';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { account, errorNameOf, eventually, region, startTestAws, type TestAws, temporaryFolder } from '../test-aws.ts';
import { busArn, closedFunction, listener, publisher, template } from './event-scene.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const cleanUps: (() => Promise<void>)[] = [];
const received: unknown[] = [];
let invokeFunction: () => Promise<InvokeOutcome>;
let aws: TestAws;
beforeAll(async () => {
  const dataDir = await temporaryFolder((remove) => cleanUps.push(remove));
  const invoke = (_arn: string, event: unknown) => {
    received.push(event);
    return invokeFunction();
  };
  aws = await startTestAws({ template, dataDir, invoke }, (stop) => cleanUps.unshift(stop));
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});
beforeEach(() => {
  received.length = 0;
  invokeFunction = async () => ({ ok: true, payload: null });
});

const entry: PutEventsRequestEntry = {
  Source: 'app',
  DetailType: 'Thing Done',
  Detail: '{"n":1}',
  EventBusName: 'own',
};

function put(entries: readonly PutEventsRequestEntry[], roleArn?: string) {
  const credentials = roleArn === undefined ? aws.administrator() : aws.credentialsFor(roleArn);
  const client = new EventBridgeClient({ region, endpoint: aws.endpoint, credentials, maxAttempts: 1 });
  return client.send(new PutEventsCommand({ Entries: [...entries] }));
}

describe('PutEvents', () => {
  it('publishes an event with its envelope to the rules of its bus only', async () => {
    const Time = new Date('2026-01-02T03:04:05.678Z');
    const { FailedEntryCount, Entries } = await put([{ ...entry, Resources: ['arn:x'], Time }]);
    expect(FailedEntryCount).toBe(0);
    const event = {
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Thing Done',
      source: 'app',
      account,
      time: '2026-01-02T03:04:05Z',
      region,
      resources: ['arn:x'],
      detail: { n: 1 },
    };
    await eventually(() => expect(received).toEqual([event]));
    await eventually(() =>
      expect(aws.observe.events().at(-1)).toEqual({
        bus: 'own',
        event,
        deliveries: [{ rule: 'on-own', target: listener.arn, outcome: 'delivered', attempts: 1 }],
      }),
    );
  });

  it('accepts the default bus and a bus ARN, and does not invoke a function whose policy lacks EventBridge', async () => {
    await put([
      { ...entry, EventBusName: undefined },
      { ...entry, EventBusName: busArn },
    ]);
    await eventually(() => expect(received).toHaveLength(2));
    expect(aws.observe.events().slice(-2)).toMatchObject([
      { bus: 'default', deliveries: [{}, { target: closedFunction.arn, outcome: 'refused', attempts: 0 }] },
      { bus: 'own' },
    ]);
    expect(aws.logged.at(-1)).toMatch(/is not allowed lambda:InvokeFunction on .*:closed-function\.$/);
  });

  it.each([
    ['without a source', { Source: undefined }, 'InvalidArgument'],
    ['without a type', { DetailType: undefined }, 'InvalidArgument'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument'],
    ['with too long a type', { DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
    ['whose detail is not JSON', { Detail: '{' }, 'MalformedDetail'],
    ['whose detail is not an object', { Detail: '[1]' }, 'MalformedDetail'],
    ['of an AWS service', { Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
    ['for a missing bus', { EventBusName: 'other' }, 'InvalidArgument'],
    ['for a bus of another account', { EventBusName: busArn.replace(account, '111122223333') }, 'InvalidArgument'],
  ])('fails an entry %s and publishes the others', async (_, changed, ErrorCode) => {
    const { FailedEntryCount, Entries } = await put([{ ...entry, ...changed }, entry]);
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([{ ErrorCode, ErrorMessage: expect.any(String) }, { EventId: expect.any(String) }]);
    await eventually(() => expect(received).toMatchObject([{ source: 'app', detail: { n: 1 } }]));
  });

  it('refuses a request with more than ten entries, more than 1 MiB, or no complete entry', async () => {
    const sized = (bytes: number) => ({
      ...entry,
      Detail: JSON.stringify({ text: 'x'.repeat(bytes - 'appThing Done{"text":""}'.length) }),
    });
    expect(await errorNameOf(put(Array.from({ length: 11 }, () => entry)))).toBe('ValidationException');
    expect(await errorNameOf(put([]))).toBe('ValidationException');
    expect(await errorNameOf(put([{ Source: 'app' }, { DetailType: 'x', Detail: '{}' }]))).toBe('ValidationException');
    expect(await errorNameOf(put([sized(524_288), sized(524_288)]))).toBe('succeeded');
    expect(await errorNameOf(put([sized(524_288), sized(524_289)]))).toBe('ValidationException');
  });

  it('requires the permission on the bus for the source and type of each entry', async () => {
    const tryPut = (changed: PutEventsRequestEntry) =>
      errorNameOf(put([entry, { ...entry, ...changed }], publisher.arn));
    expect(await tryPut({})).toBe('succeeded');
    await eventually(() => expect(received).toHaveLength(2));
    expect(await tryPut({ EventBusName: 'default' })).toBe('AccessDeniedException');
    expect(await tryPut({ Source: 'app2' })).toBe('AccessDeniedException');
    expect(await tryPut({ DetailType: 'Other' })).toBe('AccessDeniedException');
    expect(received).toHaveLength(2);
  });

  it('responds after the queues of its rules have the event', async () => {
    const { Entries } = await put([{ ...entry, Source: 'queued' }]);
    const [queue] = aws.observe.queues();
    expect(queue?.bodies.map((body) => JSON.parse(body))).toMatchObject([
      { id: Entries?.[0]?.EventId, source: 'queued' },
    ]);
  });

  it('is reached by an SDK client that is configured by environment variables', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = aws.administrator();
    const credentialVariables = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    for (const [name, value] of Object.entries({ ...aws.environment(), ...credentialVariables }))
      vi.stubEnv(name, value);
    const { FailedEntryCount } = await new EventBridgeClient().send(new PutEventsCommand({ Entries: [entry] }));
    vi.unstubAllEnvs();
    expect(FailedEntryCount).toBe(0);
  });
});

describe('an event of another account', () => {
  const foreign: EventContent = {
    account: '111122223333',
    region: 'eu-west-1',
    source: 'aws.s3',
    'detail-type': 'AWS API Call via CloudTrail',
    detail: { eventName: 'PutBucketPolicy' },
    resources: [],
    time: '2026-01-02T03:04:05Z',
  };

  it('is admitted unchanged by a policy that names its account and source', async () => {
    expect(await aws.forward(foreign, 'own')).toBe('admitted');
    await eventually(() => expect(received).toEqual([{ ...foreign, version: '0', id: expect.any(String) }]));
  });

  it.each([
    ['is refused when no policy names its account', { account: '777788889999' }, 'own', 'refused'],
    ['is refused when it comes from this account', { account }, 'own', 'refused'],
    ['is refused when the policy does not name its source', { source: 'aws.iam' }, 'own', 'refused'],
    ['is refused on the default bus', {}, 'default', 'refused'],
    [
      'is admitted from any source when the policy names none',
      { account: '444455556666', source: 'aws.iam' },
      'own',
      'admitted',
    ],
  ])('%s', async (_, changed, bus, outcome) => {
    const before = aws.observe.events().length;
    expect(await aws.forward({ ...foreign, ...changed }, bus)).toBe(outcome);
    expect(aws.observe.events()).toHaveLength(outcome === 'admitted' ? before + 1 : before);
  });
});

describe('a scheduled rule', () => {
  it('is triggered by name or logical id, and runs its own targets only', async () => {
    await aws.trigger('sweep');
    await aws.trigger('Idsweep');
    const sweep = template.rules.at(-1);
    expect(received).toEqual(
      [1, 2].map(() => ({
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region,
        resources: [sweep?.arn],
        detail: {},
      })),
    );
    expect(aws.observe.events().at(-1)).toMatchObject({ bus: 'default', deliveries: [{ rule: 'sweep' }] });
    await expect(aws.trigger('on-own')).rejects.toThrow('The template has no enabled schedule on-own.');
  });
});

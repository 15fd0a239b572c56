import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventContent } from '../../../../../infra/local/aws/eventbridge/envelope.ts';
import type { InvokeOutcome } from '../../../../../infra/local/aws/invoke.ts';
import { account, errorNameOf, eventually, region, startTestAws, type TestAws, temporaryFolder } from '../test-aws.ts';
import { busArn, listener, publisher, stranger, template } from './event-scene.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const cleanUps: (() => Promise<void>)[] = [];
const heard: unknown[] = [];
let answer: () => Promise<InvokeOutcome>;
let aws: TestAws;
beforeAll(async () => {
  const dataDir = await temporaryFolder((remove) => cleanUps.push(remove));
  const invoke = (_arn: string, event: unknown) => {
    heard.push(event);
    return answer();
  };
  aws = await startTestAws({ template, dataDir, invoke }, (stop) => cleanUps.unshift(stop));
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});
beforeEach(() => {
  heard.length = 0;
  answer = async () => ({ ok: true, payload: null });
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
  it('puts an event on its bus, in its envelope, and rules of that bus alone see it', async () => {
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
    await eventually(() => expect(heard).toEqual([event]));
    await eventually(() =>
      expect(aws.observe.events().at(-1)).toEqual({
        bus: 'own',
        event,
        deliveries: [{ rule: 'on-own', target: listener.arn, outcome: 'delivered', attempts: 1 }],
      }),
    );
  });

  it('takes the default bus, and a bus by its ARN; a function that does not let EventBridge in is not invoked', async () => {
    await put([
      { ...entry, EventBusName: undefined },
      { ...entry, EventBusName: busArn },
    ]);
    await eventually(() => expect(heard).toHaveLength(2));
    expect(aws.observe.events().slice(-2)).toMatchObject([
      { bus: 'default', deliveries: [{}, { target: stranger.arn, outcome: 'refused', attempts: 0 }] },
      { bus: 'own' },
    ]);
    expect(aws.logged.at(-1)).toMatch(/is not allowed lambda:InvokeFunction on .*:stranger\.$/);
  });

  it.each([
    ['without a source', { Source: undefined }, 'InvalidArgument'],
    ['without a type', { DetailType: undefined }, 'InvalidArgument'],
    ['without a detail', { Detail: undefined }, 'InvalidArgument'],
    ['with too long a type', { DetailType: 'x'.repeat(129) }, 'InvalidArgument'],
    ['with a detail that is no JSON', { Detail: '{' }, 'MalformedDetail'],
    ['with a detail that is no object', { Detail: '[1]' }, 'MalformedDetail'],
    ['of an AWS service', { Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
    ['for a bus that is not there', { EventBusName: 'other' }, 'InvalidArgument'],
    ['for a bus of another account', { EventBusName: busArn.replace(account, '111122223333') }, 'InvalidArgument'],
  ])('fails an entry %s, and puts the others', async (_, changed, ErrorCode) => {
    const { FailedEntryCount, Entries } = await put([{ ...entry, ...changed }, entry]);
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toEqual([{ ErrorCode, ErrorMessage: expect.any(String) }, { EventId: expect.any(String) }]);
    await eventually(() => expect(heard).toMatchObject([{ source: 'app', detail: { n: 1 } }]));
  });

  it('fails as a whole with more than ten entries, more than 1 MiB, or no whole entry', async () => {
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

  it('needs the right on the bus, for the source and the type of each entry', async () => {
    const tried = (changed: PutEventsRequestEntry) =>
      errorNameOf(put([entry, { ...entry, ...changed }], publisher.arn));
    expect(await tried({})).toBe('succeeded');
    await eventually(() => expect(heard).toHaveLength(2));
    expect(await tried({ EventBusName: 'default' })).toBe('AccessDeniedException');
    expect(await tried({ Source: 'app2' })).toBe('AccessDeniedException');
    expect(await tried({ DetailType: 'Other' })).toBe('AccessDeniedException');
    expect(heard).toHaveLength(2);
  });

  it('is in the queues of its rules when it is answered for', async () => {
    const { Entries } = await put([{ ...entry, Source: 'queued' }]);
    const [kept] = aws.observe.queues();
    expect(kept?.bodies.map((body) => JSON.parse(body))).toMatchObject([
      { id: Entries?.[0]?.EventId, source: 'queued' },
    ]);
  });

  it('is found by the SDK through the environment', async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = aws.administrator();
    const own = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    for (const [name, value] of Object.entries({ ...aws.environment(), ...own })) vi.stubEnv(name, value);
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

  it('is admitted by a policy that names its account and source, and stays what it was', async () => {
    expect(await aws.forward(foreign, 'own')).toBe('admitted');
    await eventually(() => expect(heard).toEqual([{ ...foreign, version: '0', id: expect.any(String) }]));
  });

  it.each([
    ['of an account that no policy names', { account: '777788889999' }, 'own', 'refused'],
    ['of this account', { account }, 'own', 'refused'],
    ['of a source that the policy does not name', { source: 'aws.iam' }, 'own', 'refused'],
    ['for the default bus', {}, 'default', 'refused'],
    ['of any source, where the policy names none', { account: '444455556666', source: 'aws.iam' }, 'own', 'admitted'],
  ])('%s', async (_, changed, bus, outcome) => {
    const before = aws.observe.events().length;
    expect(await aws.forward({ ...foreign, ...changed }, bus)).toBe(outcome);
    expect(aws.observe.events()).toHaveLength(outcome === 'admitted' ? before + 1 : before);
  });
});

describe('a schedule', () => {
  it('runs by hand, by its name or logical id, and nothing but its own targets', async () => {
    await aws.trigger('sweep');
    await aws.trigger('Idsweep');
    const sweep = template.rules.at(-1);
    expect(heard).toEqual(
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
    await expect(aws.trigger('on-own')).rejects.toThrow('The template has no schedule on-own.');
  });
});

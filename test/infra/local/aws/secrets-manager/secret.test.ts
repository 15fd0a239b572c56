import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, clients, emptyTemplate, errorNameOf, startTestAws, type TestAws, temporaryFolder } from '../test-aws.ts';

vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });

const token = (letter: string) => letter.repeat(32);
let aws: TestAws;
let secrets: SecretsManagerClient;
let count = 0;
/** A name no other test of this file uses. */
let Name: string;

const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const dataDir = await temporaryFolder((remove) => cleanUps.push(remove));
  aws = await startTestAws({ template: emptyTemplate, dataDir }, (stop) => cleanUps.unshift(stop));
  secrets = clients(aws).secrets;
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});
beforeEach(() => {
  count += 1;
  Name = `dev/conn/${count}`;
});

const create = (more = {}) =>
  secrets.send(new CreateSecretCommand({ Name, SecretString: 'one', ClientRequestToken: token('a'), ...more }));
const get = (more = {}) => secrets.send(new GetSecretValueCommand({ SecretId: Name, ...more }));
const put = (SecretString: string, letter: string, more = {}) =>
  secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString, ClientRequestToken: token(letter), ...more }));
const remove = (more = {}) => secrets.send(new DeleteSecretCommand({ SecretId: Name, ...more }));
const describeSecret = () => secrets.send(new DescribeSecretCommand({ SecretId: Name }));
const errorTextOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'succeeded',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ''),
  );

describe('a secret in Secrets Manager', () => {
  it('is found by name, by ARN, and by ARN without its six random characters', async () => {
    const { ARN = '', VersionId } = await create();
    expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:us-east-1:000000000000:secret:${Name}-[A-Za-z0-9]{6}$`));
    expect(VersionId).toBe(token('a'));
    for (const SecretId of [Name, ARN, ARN.slice(0, -7)]) {
      expect(await get({ SecretId })).toMatchObject({ ARN, Name, SecretString: 'one', VersionStages: ['AWSCURRENT'] });
    }
  });

  it('keeps a binary value unchanged', async () => {
    const SecretBinary = Uint8Array.from([0, 255, 10]);
    await secrets.send(new CreateSecretCommand({ Name, SecretBinary }));
    expect(await get()).toMatchObject({ SecretBinary });
    expect(await get()).not.toHaveProperty('SecretString', expect.anything());
  });

  it('can be created without a value and then has no version', async () => {
    expect(await secrets.send(new CreateSecretCommand({ Name }))).not.toHaveProperty('VersionId', expect.anything());
    expect(await errorTextOf(get())).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    );
    await put('one', 'a', { VersionStages: ['OTHER'] });
    expect((await get()).VersionStages?.toSorted()).toEqual(['AWSCURRENT', 'OTHER']);
  });

  it('moves AWSCURRENT to each new version and AWSPREVIOUS to the one before', async () => {
    await create();
    await put('two', 'b');
    await secrets.send(
      new UpdateSecretCommand({ SecretId: Name, SecretString: 'three', ClientRequestToken: token('c') }),
    );
    expect((await describeSecret()).VersionIdsToStages).toEqual({
      [token('b')]: ['AWSPREVIOUS'],
      [token('c')]: ['AWSCURRENT'],
    });
    expect((await get()).SecretString).toBe('three');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
    // A version without a label is deprecated, and can still be read by its id.
    expect((await get({ VersionId: token('a') })).SecretString).toBe('one');
    const list = (IncludeDeprecated: boolean) =>
      secrets.send(new ListSecretVersionIdsCommand({ SecretId: Name, IncludeDeprecated }));
    expect((await list(false)).Versions?.map(({ VersionId }) => VersionId)).toEqual([token('b'), token('c')]);
    expect((await list(true)).Versions).toHaveLength(3);
  });

  it('leaves AWSCURRENT unchanged when a version gets another label', async () => {
    await create();
    await put('two', 'b', { VersionStages: ['AWSPENDING'] });
    expect((await get()).SecretString).toBe('one');
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('two');
  });

  it('disappears at once by a forced deletion, which frees its name', async () => {
    await create();
    await remove({ ForceDeleteWithoutRecovery: true });
    expect(await errorNameOf(get())).toBe('ResourceNotFoundException');
    expect(await errorNameOf(create({ SecretString: 'new' }))).toBe('succeeded');
  });

  it('can be restored during its recovery window', async () => {
    await create();
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
    expect(Number(DeletionDate) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    expect((await describeSecret()).DeletedDate).toEqual(DeletionDate);
    expect(await errorTextOf(get())).toMatch(/^InvalidRequestException: .* marked for deletion\.$/);
    expect(await errorTextOf(create())).toMatch(/^InvalidRequestException: .* already scheduled for deletion\.$/);
    await secrets.send(new RestoreSecretCommand({ SecretId: Name }));
    expect((await get()).SecretString).toBe('one');
  });
});

/** Documented results: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */
const conformance: readonly (readonly [string, () => Promise<unknown>, string])[] = [
  ['create again, same token and value', () => create().then(() => create()), 'succeeded'],
  [
    'create again, same token, other value',
    () => create().then(() => create({ SecretString: 'other' })),
    'ResourceExistsException',
  ],
  [
    'create again, other token',
    () => create().then(() => create({ ClientRequestToken: token('b') })),
    'ResourceExistsException',
  ],
  ['create with a space in the name', () => create({ Name: 'a b' }), 'ValidationException'],
  ['create with text and binary', () => create({ SecretBinary: Uint8Array.of(1) }), 'InvalidParameterException'],
  ['create with 65,536 bytes', () => create({ SecretString: 'x'.repeat(65_536) }), 'succeeded'],
  ['create with 65,537 bytes', () => create({ SecretString: `é${'x'.repeat(65_535)}` }), 'ValidationException'],
  ['create with a short token', () => create({ ClientRequestToken: 'short' }), 'ValidationException'],
  ['create with a KMS key, which is unsupported', () => create({ KmsKeyId: 'alias/x' }), 'ValidationException'],
  ['put again, same token and value', () => create().then(() => put('one', 'a')), 'succeeded'],
  ['put again, same token, other value', () => create().then(() => put('other', 'a')), 'ResourceExistsException'],
  [
    'put without a value',
    () => create().then(() => put('', 'b', { SecretString: undefined })),
    'InvalidRequestException',
  ],
  ['put to no secret', () => put('one', 'a'), 'ResourceNotFoundException'],
  ['get no secret', () => get(), 'ResourceNotFoundException'],
  ['get an unknown version', () => create().then(() => get({ VersionId: token('z') })), 'ResourceNotFoundException'],
  ['get an unknown label', () => create().then(() => get({ VersionStage: 'NONE' })), 'ResourceNotFoundException'],
  [
    'get a version and a label that disagree',
    () => create().then(() => get({ VersionId: token('a'), VersionStage: 'AWSPREVIOUS' })),
    'InvalidRequestException',
  ],
  [
    'get a version and its label',
    () => create().then(() => get({ VersionId: token('a'), VersionStage: 'AWSCURRENT' })),
    'succeeded',
  ],
  ['delete no secret', () => remove(), 'ResourceNotFoundException'],
  ['delete no secret by force', () => remove({ ForceDeleteWithoutRecovery: true }), 'succeeded'],
  [
    'delete with a window of 6 days',
    () => create().then(() => remove({ RecoveryWindowInDays: 6 })),
    'InvalidParameterException',
  ],
  [
    'delete with a window of 31 days',
    () => create().then(() => remove({ RecoveryWindowInDays: 31 })),
    'InvalidParameterException',
  ],
  [
    'delete by force with a window',
    () => create().then(() => remove({ ForceDeleteWithoutRecovery: true, RecoveryWindowInDays: 7 })),
    'InvalidParameterException',
  ],
  [
    'delete twice',
    () =>
      create()
        .then(() => remove())
        .then(() => remove()),
    'InvalidRequestException',
  ],
  [
    'put to a deleted secret',
    () =>
      create()
        .then(() => remove())
        .then(() => put('two', 'b')),
    'InvalidRequestException',
  ],
  ['restore no secret', () => secrets.send(new RestoreSecretCommand({ SecretId: Name })), 'ResourceNotFoundException'],
  ['describe no secret', () => describeSecret(), 'ResourceNotFoundException'],
];

it.each(conformance)('Secrets Manager gives the documented result: %s', async (_, act, expected) => {
  expect(await errorNameOf(act())).toBe(expected);
});

it('CreateSecret requires a client request token', async () => {
  const body = { Name, SecretString: 'one' };
  expect(await call(aws, { service: 'secretsmanager', target: 'secretsmanager.CreateSecret', body })).toMatchObject({
    status: 400,
    body: { __type: 'InvalidRequestException' },
  });
});

it('BatchGetSecretValue returns values and, for missing secrets, errors', async () => {
  const { ARN } = await create();
  const both = await secrets.send(new BatchGetSecretValueCommand({ SecretIdList: [Name, `${Name}-missing`] }));
  expect(both.SecretValues).toMatchObject([{ ARN, SecretString: 'one' }]);
  expect(both.Errors).toMatchObject([{ SecretId: `${Name}-missing`, ErrorCode: 'ResourceNotFoundException' }]);
});

import { generateKeyPairSync } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import * as z from 'zod/mini';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import { changeDemo } from '../../../infra/local/demo/break-and-mend.ts';
import { auditEntry, pushOf, resourceEvent, resourceId } from '../../dialects/storage-webhooks/sent.ts';
import { canary, canaryAccountKey } from '../canary.ts';
import type { Senders } from '../storage-webhooks/senders.ts';
import type { FollowedName, Scene } from './reverified.ts';

/** One change at a storage, and how the service hears of it. */
export interface Change {
  readonly make: (scene: Scene, senders: Senders) => Promise<unknown>;
  /** Why it was looked at, as it is told. */
  readonly cause: string;
  /** Whether the check waits for its time, is brought forward to the next sweep, or made without one. */
  readonly looked: 'in its time' | 'with the next sweep' | 'at once';
}

export interface Trigger {
  readonly is: string;
  readonly of: FollowedName;
  /** What is wrong with the connection in between. */
  readonly code: DiagnosisCode;
  readonly breaks: Change;
  readonly mends: Change;
  /** Whether the account itself is refused, so that Nodeum's test of it fails too. */
  readonly refusesAccount?: true;
}

const client = ({ service }: Scene) => {
  const { endpoint, administrator } = service.target.wire;
  return { endpoint, region: 'us-east-1', credentials: administrator() };
};

async function demoChange({ file }: Scene, ...words: readonly string[]): Promise<void> {
  expect(await changeDemo(words, file)).toMatchObject({ outcome: 'done' });
}

const keyPair = (accessKey: string, secretKey: string) => ({ kind: 'access-key-pair', accessKey, secretKey });
/** A credential of each kind as the vault holds it. */
const stored = {
  ...{ dataset: keyPair, account: keyPair },
  google: (clientEmail: string, privateKey: string) => ({ kind: 'service-account-key', clientEmail, privateKey }),
  azure: (account: string, key: string) => ({ kind: 'account-key', account, key }),
} as const;

/** Puts another secret into the vault, as an administrator of the deployment's account may. */
export async function putSecret(scene: Scene, secret: string, of: keyof typeof stored = 'dataset'): Promise<void> {
  const { names, place } = scene.followed[of];
  const secrets = scene.service.target.wire.observe.secrets();
  const SecretId = secrets.find(({ name }) => name.endsWith(`/conn/${names.uid}`))?.name;
  const SecretString = JSON.stringify(stored[of](place.accessKey, secret));
  const vault = new SecretsManagerClient(client(scene));
  await vault.send(new PutSecretValueCommand({ SecretId, SecretString }));
  vault.destroy();
}

/** Puts `ReverifyRequested` on the deployment's bus, as whoever may in its own account. */
export async function putRequest(scene: Scene, detail: Readonly<Record<string, unknown>>): Promise<void> {
  const events = new EventBridgeClient(client(scene));
  const [bus] = scene.service.target.template.buses;
  const entry = { Source: 'storage-connections', DetailType: 'ReverifyRequested', EventBusName: bus?.name };
  const { FailedEntryCount } = await events.send(
    new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(detail) }] }),
  );
  expect(FailedEntryCount).toBe(0);
  events.destroy();
}

/** Has the operator ask for checks. */
export const ask = async ({ operator }: Scene, body: object): Promise<void> =>
  expect(await operator.post('/reverify', body)).toMatchObject({ status: 202 });

/** Of which nobody is told. */
function letGoogleList({ demo }: Scene, may: boolean): void {
  const { gcs, keys } = demo;
  gcs.setRights(keys.gcs.clientEmail, [{ bucket: gcs.bucket, actions: may ? ['list', 'put'] : ['put'] }]);
}

const ofGoogle = { of: 'google', code: 'bucket-not-found-or-denied' } as const;

/** Azure tells of a container, which is another now. */
const tellOfContainer = ({ service, demo }: Scene, { azure }: Senders, type: string) =>
  azure(
    service,
    resourceEvent(
      type,
      resourceId(demo.keys.azure.account, `/blobServices/default/containers/${demo.azure.container}`),
    ),
  );

/** A change of what Google's account may, and then what makes it known. */
const google = (may: boolean, tell: Change['make'], { cause, looked }: Pick<Change, 'cause' | 'looked'>): Change => ({
  async make(scene, senders) {
    letGoogleList(scene, may);
    await tell(scene, senders);
  },
  ...{ cause, looked },
});

const sweeps = 'with the next sweep';
const requested = { cause: 'request', looked: 'at once' } as const;
const requestedOfAll = { cause: 'request', looked: sweeps } as const;
const byTheClock = { cause: 'schedule', looked: 'in its time' } as const;
const nobodyTells = async (): Promise<void> => undefined;
const byPolicy = { cause: 'event: bucket-policy', looked: sweeps } as const;
export const bySecret = { cause: 'event: secret', looked: sweeps } as const;
const byKey = { cause: 'event: access-key', looked: sweeps } as const;
const one = ({ followed }: Scene) => ({ connection: followed.google.names.uid });
const all = ({ service }: Scene) => ({ organization: service.target.seeded.organizationId });
const pushed: Change['make'] = ({ service, demo }, senders) =>
  senders.google(service, pushOf(auditEntry('storage.setIamPermissions', demo.gcs.bucket)));

const otherPrivateKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const privateKeyIn = (keyFile: string): string =>
  z.object({ private_key: z.string() }).parse(JSON.parse(keyFile)).private_key;

/** All that makes a check, each breaking a connection and mending it. */
export const triggers: readonly Trigger[] = [
  {
    ...{ is: 'its time has come', ...ofGoogle },
    breaks: google(false, nobodyTells, byTheClock),
    mends: google(true, nobodyTells, byTheClock),
  },
  {
    ...{ is: 'its secret was changed in the vault', of: 'dataset', code: 'secret-key-wrong' },
    breaks: { make: (scene) => putSecret(scene, canary.secret), ...bySecret },
    mends: { make: (scene) => putSecret(scene, scene.followed.dataset.place.secretKey ?? ''), ...bySecret },
  },
  {
    ...{ is: 'the key of its storage account was changed in the vault', of: 'azure', code: 'account-key-wrong' },
    breaks: { make: (scene) => putSecret(scene, canaryAccountKey, 'azure'), ...bySecret },
    mends: { make: (scene) => putSecret(scene, scene.followed.azure.place.secretKey ?? '', 'azure'), ...bySecret },
  },
  {
    ...{
      is: 'the key of its service account was changed in the vault',
      of: 'google',
      code: 'service-account-key-revoked',
    },
    breaks: { make: (scene) => putSecret(scene, otherPrivateKey(), 'google'), ...bySecret },
    mends: { make: (scene) => putSecret(scene, privateKeyIn(scene.demo.gcs.keyFile), 'google'), ...bySecret },
  },
  {
    ...{ is: 'the policy of its bucket was changed', of: 'amazon', code: 'list-denied' },
    breaks: { make: (scene) => demoChange(scene, 'break'), ...byPolicy },
    mends: { make: (scene) => demoChange(scene, 'mend'), ...byPolicy },
  },
  {
    ...{ is: 'its access key was made inactive', of: 'amazon', code: 'access-key-unknown', refusesAccount: true },
    breaks: { make: async ({ demo }) => demo.s3.setKeyActive(demo.keys.s3.accessKey, false), ...byKey },
    mends: { make: async ({ demo }) => demo.s3.setKeyActive(demo.keys.s3.accessKey, true), ...byKey },
  },
  {
    ...{ is: 'somebody asks for it', ...ofGoogle },
    breaks: google(false, (scene) => ask(scene, one(scene)), requested),
    mends: google(true, (scene) => putRequest(scene, one(scene)), requested),
  },
  {
    ...{ is: 'somebody asks for its organization', ...ofGoogle },
    breaks: google(false, (scene) => ask(scene, all(scene)), requestedOfAll),
    mends: google(true, (scene) => putRequest(scene, all(scene)), requestedOfAll),
  },
  {
    ...{ is: 'Event Grid tells of its container', of: 'azure', code: 'bucket-not-found' },
    breaks: {
      async make(scene, senders) {
        await demoChange(scene, 'break', 'azure');
        await tellOfContainer(scene, senders, 'ResourceDeleteSuccess');
      },
      ...{ cause: 'event: bucket-deleted', looked: sweeps },
    },
    mends: {
      async make(scene, senders) {
        await demoChange(scene, 'mend', 'azure');
        await tellOfContainer(scene, senders, 'ResourceWriteSuccess');
      },
      ...{ cause: 'event: storage-changed', looked: sweeps },
    },
  },
  {
    ...{ is: 'Pub/Sub tells of its bucket', ...ofGoogle },
    breaks: google(false, pushed, byPolicy),
    mends: google(true, pushed, byPolicy),
  },
];

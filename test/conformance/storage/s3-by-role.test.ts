import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { assumeRole } from '../../../functions/platform/credentials/assume-role.ts';
import type { EgressOptions } from '../../../functions/providers/egress/egress.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { startAwsServer } from '../../../infra/local/aws/aws-server.ts';
import type { CustomerRole } from '../../../infra/local/aws/sts/service.ts';
import { allow, emptyTemplate, role } from '../../infra/local/aws/test-aws.ts';
import { buckets, type Lead } from './harness.ts';
import { keys, s3Protocol, startHonestS3 } from './s3.ts';
import { storageConformance } from './suite.ts';

const region = 'us-east-1';
const sessionToken = 'token-of-a-session';
const externalId = '0198f1f0-7e0a-7cc2-9d5e-2f4b6a3c1d11';
const arn = (name: string) => `arn:aws:iam::210987654321:role/${name}`;
const by = (name: string, id = externalId): Credential => ({
  kind: 'assumed-role',
  roleArn: arn(name),
  externalId: id,
});
const leadingTo = ([accessKeyId, secretAccessKey]: readonly [string, string], name: string): CustomerRole => ({
  arn: arn(name),
  trustedAccount: '000000000000',
  externalId,
  credentials: { accessKeyId, secretAccessKey, sessionToken },
});

function lead(endpoint: string, allowed: string, more: Partial<StorageTarget>, options: EgressOptions = {}): Lead {
  return {
    storage: storageFor({ EGRESS_ALLOW: allowed }, { ...options, assumeRole }),
    target: { provider: 's3', endpoint, bucket: buckets.good.name, prefix: '', ...more },
  };
}

storageConformance({
  ...s3Protocol,
  provider: 'S3 by assumed role',
  usual: 'http',
  certificateNames: ['127.0.0.1'],
  regions: { bucket: 'faraway', right: 'ap-southeast-2', wrong: 'eu-west-1', toldBy: 'storage' },
  rights: { none: by('powerless'), prefixOnly: by('prefix-only'), says: 'list-denied' },
  says: { ...s3Protocol.says, wrongSecret: 'role-not-assumable', unknownKey: 'role-not-assumable' },
  credentials: { good: by('reader'), wrongSecret: by('reader', 'another-organization'), unknownKey: by('nobody') },
  async start() {
    const verifier = role('verifier', [allow('sts:AssumeRole')]);
    const dataDir = await mkdtemp(join(tmpdir(), 's3-by-role-'));
    const wire = await startAwsServer({
      template: { ...emptyTemplate, roles: [verifier] },
      dataDir,
      invoke: async () => ({ ok: true, payload: null }),
      customerRoles: [
        leadingTo(keys.good, 'reader'),
        leadingTo(keys.prefixOnly, 'prefix-only'),
        leadingTo(keys.none, 'powerless'),
      ],
    });
    const own = wire.credentialsFor(verifier.arn);
    const environment = {
      ...wire.environment(),
      AWS_ACCESS_KEY_ID: own.accessKeyId,
      AWS_SECRET_ACCESS_KEY: own.secretAccessKey,
      AWS_SESSION_TOKEN: own.sessionToken,
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const service = await startHonestS3(region, { sessionToken });
    return {
      at: (bucket, more) => lead(service.url, `127.0.0.1:${service.port}`, { bucket, ...more }),
      towards: (port, scheme, ca) => lead(`${scheme}://127.0.0.1:${port}`, `127.0.0.1:${port}`, {}, { ca }),
      forbidden: (port) => lead(`http://127.0.0.1:${port}`, '', {}),
      lookedUp: (lookup) => lead('https://storage.example.com', '', {}, { lookup }),
      calls: () => service.requests.length,
      put: async (url, body) => (await fetch(url, { method: 'PUT', body })).status,
      stop: async () => {
        vi.unstubAllEnvs();
        await service.stop();
        await wire.stop();
        await rm(dataDir, { recursive: true });
      },
    };
  },
});

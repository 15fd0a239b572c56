import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startAzureBlobService } from '../../../../infra/local/storage/azure/azure-blob-service.ts';
import { newCertificate } from '../../../../infra/local/storage/certificate.ts';
import { startGcsStandIn } from '../../../../infra/local/storage/gcs/gcs-emulator.ts';
import { buckets, canary } from '../harness.ts';
import { answering } from '../hostile.ts';
import { s3Protocol, startHonestS3 } from '../s3.ts';
import { serverThat } from '../server-that.ts';
import { command } from './cli-command.ts';
import { readTold } from './cli-options.ts';

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Runs the command here, with nothing of the environment but what is given. */
async function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  const { code, out, error } = await command(args, environment);
  return { code, said: out + error };
}

/** Runs the command in a process of its own, as npm does. */
function runProcess(args: readonly string[], environment: Record<string, string>): Promise<Ended> {
  const file = new URL('cli.ts', import.meta.url).pathname;
  const env = { PATH: process.env['PATH'], ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, said: stdout + stderr }),
    );
  });
}

const { good, prefixOnly } = { good: s3Protocol.credentials.good, prefixOnly: s3Protocol.rights.prefixOnly };
if (good.kind !== 'access-key-pair' || prefixOnly.kind !== 'access-key-pair') throw new Error('These are pairs.');
const secret = { CONFORMANCE_SECRET_KEY: good.secretKey };

describe('a storage that speaks S3', () => {
  let service: Awaited<ReturnType<typeof startHonestS3>>;
  let usual: readonly string[];
  let allowed: Record<string, string>;
  beforeAll(async () => {
    service = await startHonestS3('us-east-1');
    usual = ['--provider', 's3', '--endpoint', service.url, '--access-key', good.accessKey];
    allowed = { EGRESS_ALLOW: `127.0.0.1:${service.port}` };
  });
  afterAll(() => service.stop());

  test('that works is asked every case, and nothing but listings', async () => {
    const before = service.requests.length;
    const args = [...usual, '--bucket', buckets.many.name, '--region', 'us-east-1', '--wrong-region', 'eu-west-1'];
    const { code, said } = await runProcess(args, { ...secret, ...allowed });
    expect(said).toMatch(/^ok +the bucket +connected or empty +connected$/m);
    expect(said).toMatch(/^ok +a prefix that nothing is under +empty +empty$/m);
    expect(said).toMatch(
      /^ok +a secret that is not the key’s +secret-key-wrong or signature-refused +signature-refused$/m,
    );
    expect(said).toMatch(/^ok +a key nobody knows +access-key-unknown or signature-refused +access-key-unknown$/m);
    expect(said).toMatch(/^ok +a bucket that is not there +bucket-not-found +bucket-not-found$/m);
    expect(said).toMatch(/^ok +a region that it is not in .* region-wrong$/m);
    expect(said).toMatch(/^ok +page by page .* 3000 keys in 3 pages, and more$/m);
    expect(said).toMatch(/\n7 as expected, 0 not\.\n$/);
    expect(code).toBe(0);
    const asked = service.requests.slice(before);
    expect(asked.length).toBeGreaterThan(8);
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  test('under a prefix that the key is for', async () => {
    const args = [...usual.slice(0, 4), '--access-key', prefixOnly.accessKey, '--bucket', buckets.good.name];
    const { code, said } = await run([...args, '--prefix', 'allowed/', '--prefix-only'], {
      CONFORMANCE_SECRET_KEY: prefixOnly.secretKey,
      ...allowed,
    });
    expect(said).toMatch(/^ok +the root, which the key is not for +list-denied +list-denied$/m);
    expect(said).toMatch(/^ok +page by page .* 2 keys in 1 page$/m);
    expect(code).toBe(0);
  });

  test('that does not answer as expected ends with 1, and says why', async () => {
    const { code, said } = await run([...usual, '--bucket', buckets.good.name], {
      CONFORMANCE_SECRET_KEY: 'not-its-secret',
      ...allowed,
    });
    expect(said).toMatch(/^FAIL +the bucket +connected or empty +signature-refused$/m);
    expect(said).toContain('The storage does not accept the signature that is made with this secret key.');
    expect(said).not.toContain('not-its-secret');
    expect(said).not.toContain(canary);
    expect(code).toBe(1);
  });

  test('that lets everybody in is found out', async () => {
    const { port } = await serverThat(answering(s3Protocol.listing));
    const args = ['--provider', 's3', '--endpoint', `http://127.0.0.1:${port}`, '--access-key', 'AKIAANY'];
    const { code, said } = await run([...args, '--bucket', buckets.good.name], {
      ...secret,
      EGRESS_ALLOW: '127.0.0.1',
    });
    expect(said).toMatch(/^FAIL +a secret that is not the key’s +secret-key-wrong or signature-refused +empty$/m);
    expect(said).toMatch(/^FAIL +a key nobody knows +access-key-unknown or signature-refused +empty$/m);
    expect(code).toBe(1);
  });

  test('in a private network is not reached unless it is named', async () => {
    const before = service.requests.length;
    const { code, said } = await run([...usual, '--bucket', buckets.good.name], secret);
    expect(said).toContain('EGRESS_ALLOW');
    expect(said).toMatch(/^FAIL +the bucket .* address-not-allowed$/m);
    expect(code).toBe(1);
    expect(service.requests.length).toBe(before);
  });
});

test('a container of Azure’s', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'conformance-command-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const key = Buffer.alloc(64, 'k').toString('base64');
  const service = await startAzureBlobService({ dataDir, accounts: [{ name: 'conformance', keys: [key] }] });
  onTestFinished(() => service.stop());
  const endpoint = `http://127.0.0.1:${service.port}/conformance`;
  const args = ['--provider', 'azure', '--endpoint', endpoint, '--access-key', 'conformance', '--bucket', 'pictures'];
  const { code, said } = await run(args, { CONFORMANCE_SECRET_KEY: key, EGRESS_ALLOW: '127.0.0.1' });
  // There is no container yet, and everything else is as it should be.
  expect(said).toMatch(/^FAIL +the bucket .* bucket-not-found$/m);
  expect(said).toMatch(/^ok +a secret that is not the key’s +account-key-wrong +account-key-wrong$/m);
  expect(said).toMatch(/^ok +a key nobody knows .* endpoint-of-another-account$/m);
  expect(said).toMatch(/^ok +a bucket that is not there .* bucket-not-found$/m);
  expect(said).not.toContain(key);
  expect(code).toBe(1);
});

test('Google Cloud Storage by a service account, as its key file names it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-command-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const tls = newCertificate(['storage.googleapis.com', 'oauth2.googleapis.com']);
  const email = 'reader@acme-vision.iam.gserviceaccount.com';
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const service = await startGcsStandIn({
    tls,
    accounts: [{ email, publicKeys: [publicKey], rights: [{ bucket: 'pictures', actions: ['list'] }] }],
    buckets: [{ name: 'pictures', project: 'acme-vision', location: 'EU', objects: { 'one.png': '1' } }],
  });
  onTestFinished(() => service.stop());
  const file = JSON.stringify({ type: 'service_account', client_email: email, private_key: privateKey });
  const [keys, ca] = [join(folder, 'key.json'), join(folder, 'ca.pem')];
  await Promise.all([writeFile(keys, file, { mode: 0o600 }), writeFile(ca, tls.cert)]);
  const endpoint = 'https://storage.googleapis.com';
  const args = [
    '--provider',
    'gcs',
    '--endpoint',
    endpoint,
    '--bucket',
    'pictures',
    '--key-file',
    keys,
    '--ca-file',
    ca,
  ];
  const { code, said } = await run(args, {
    CONNECT_TO: `*.googleapis.com:443:127.0.0.1:${service.port}`,
    EGRESS_ALLOW: '127.0.0.1',
  });
  expect(said).toMatch(/^ok +the bucket .* connected$/m);
  expect(said).toMatch(/^ok +a secret that is not the key’s .* service-account-key-revoked$/m);
  expect(said).toMatch(/^ok +a key nobody knows .* service-account-not-found$/m);
  expect(said).toMatch(/^ok +page by page .* 1 key in 1 page$/m);
  expect(said).not.toContain('PRIVATE');
  expect(code).toBe(0);
});

describe('what the command is told', () => {
  const enough = ['--provider', 's3', '--endpoint', 'https://s3.example.com', '--bucket', 'b', '--access-key', 'a'];

  test('without the needed options it asks nothing, and says in one screen how it is used', async () => {
    const { code, said } = await runProcess([], {});
    expect(code).toBe(2);
    for (const name of ['--provider', '--endpoint', '--bucket', '--access-key', 'CONFORMANCE_SECRET_KEY']) {
      expect(said).toContain(`${name} is missing.`);
    }
    expect(said.split('\n').length).toBeLessThan(40);
    expect(Math.max(...said.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('a configuration that cannot be read is named', async () => {
    const { code, said } = await run([...enough, '--secret-key', 'a-secret'], { EGRESS_ALLOW: 'http://minio' });
    expect(code).toBe(2);
    expect(said).toBe('EGRESS_ALLOW: "http://minio": a port is a number from 1 to 65535.');
  });

  test.each([
    ['an option that is none', [...enough, '--secretkey', 'a-secret'], 'not one of those below'],
    ['a word without an option', [...enough, 'a-secret'], 'not one of those below'],
    ['another provider', ['--provider', 'ftp', ...enough.slice(2), '--secret-key', 'a-secret'], '--provider is one of'],
    ['another vendor', [...enough, '--secret-key', 'a-secret', '--vendor', 'acme'], '--vendor is one of'],
    [
      'a bucket that is a URL',
      [...enough, '--secret-key', 'a-secret', '--bucket', 's3://b'],
      'bucket must be the bare name',
    ],
    ['a secret that is none', [...enough, '--secret-key', ' a-secret'], 'secretKey must not begin or end'],
    [
      'a key file that is not there',
      [...enough.slice(2), '--provider', 'gcs', '--key-file', '/none'],
      'cannot be read',
    ],
    ['a key file for another provider', [...enough, '--key-file', '/none'], 'is for --provider gcs'],
    ['a prefix for a key without one', [...enough, '--secret-key', 'a-secret', '--prefix-only'], 'needs --prefix'],
  ])('%s is refused, without a secret', async (_, args, why) => {
    const told = readTold(args, {});
    if (!('wrong' in told)) throw new Error('It was taken.');
    expect(told.wrong.join()).toContain(why);
    expect(told.wrong.join()).not.toContain('a-secret');
  });
});

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { diagnose } from '../../../../functions/core/diagnosis/diagnosis.ts';
import type { Credential } from '../../../../functions/core/storage/credential.ts';
import type { Bucket, Storage } from '../../../../functions/core/storage/storage.ts';
import { readVendorHost } from '../../../../functions/core/storage/vendor-hosts.ts';
import {
  type Circumstances,
  type Outcome,
  outcomeOf,
  type ReadOnlyCase,
  readOnlyCases,
} from '../cases/read-only-cases.ts';
import type { Told } from './cli-options.ts';

/** One case and what came of it. */
export interface Row {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly isAsExpected: boolean;
  /** What the service would tell a caller, where that was not expected. */
  readonly told?: string;
}

/** Milliseconds for one case. */
const caseTime = 15_000;

/** Pages that are looked at, at most. */
const mostPages = 3;

/** Asks a storage every case that can be asked of it, one after the other. */
export async function runCases(storage: Storage, told: Told): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const one of readOnlyCases(circumstancesOf(told))) rows.push(await runCase(storage, told, one));
  rows.push(await runPages(storage, told));
  return rows;
}

async function runCase(
  storage: Storage,
  told: Told,
  { name, credential, target, expected }: ReadOnlyCase,
): Promise<Row> {
  const as = {
    good: told.credential,
    wrongSecret: withWrongSecret(told.credential),
    unknownKey: unknown(told.credential),
  };
  const opened = await storage.open({ ...told.target, ...target }, as[credential], AbortSignal.timeout(caseTime));
  const answer = opened.ok ? await opened.value.list() : opened;
  const got = outcomeOf(answer);
  const isAsExpected = expected.includes(got);
  return {
    name,
    expected: expected.join(' or '),
    got,
    isAsExpected,
    ...(!isAsExpected && !answer.ok && { told: `${answer.diagnosis.sentence} ${answer.diagnosis.remedy}` }),
  };
}

/** The first pages: each of at most 1,000 keys, all of them under the prefix, none twice. */
async function runPages(storage: Storage, { target, credential }: Told): Promise<Row> {
  const opened = await storage.open(target, credential, AbortSignal.timeout(caseTime));
  const got = opened.ok ? await lookAtPages(opened.value, target.prefix) : opened.diagnosis.code;
  const expected = 'pages of at most 1,000 keys under the prefix, none twice';
  return { name: 'page by page', expected, got, isAsExpected: /^\d+ keys? in /.test(got) };
}

async function lookAtPages(bucket: Bucket, prefix: string): Promise<string> {
  const seen = new Set<string>();
  let [next, pages]: [string | undefined, number] = [undefined, 0];
  do {
    const page = await bucket.list(next);
    if (!page.ok) return page.diagnosis.code;
    const { objects } = page.value;
    if (objects.length > 1000) return `a page of ${objects.length} keys`;
    for (const { key } of objects) {
      if (!key.startsWith(prefix)) return 'a key that is not under the prefix';
      if (seen.has(key)) return 'a key twice';
      seen.add(key);
    }
    next = page.value.next;
    pages++;
  } while (next !== undefined && pages < mostPages);
  const more = next === undefined ? '' : ', and more';
  return `${seen.size} ${seen.size === 1 ? 'key' : 'keys'} in ${pages} ${pages === 1 ? 'page' : 'pages'}${more}`;
}

/** What is right for this storage: its provider's words, and names that are not in it. */
function circumstancesOf({ target, credential, isForPrefixOnly, wrongRegion }: Told): Circumstances {
  const some = randomBytes(6).toString('hex');
  const region = wrongRegion ?? otherRegion(target.endpoint, target.region);
  return {
    emptyPrefix: `${target.prefix}nobody-put-anything-here-${some}/`,
    missingBucket: `no-such-bucket-${some}`,
    ...(region !== undefined &&
      credential.kind === 'access-key-pair' &&
      target.provider === 's3' && { wrongRegion: region }),
    isForPrefixOnly,
    says: saysOf(credential, isForPrefixOnly),
  };
}

/** A region that the bucket is certainly not in, of vendors whose regions are known. */
function otherRegion(endpoint: string, region: string | undefined): string | undefined {
  const host = readVendorHost(new URL(endpoint).hostname);
  if (host?.vendor !== 'amazon' && host?.vendor !== 'wasabi') return undefined;
  const right = region ?? host.region;
  // Without the right one there is none that is certainly wrong.
  return right === undefined ? undefined : right === 'eu-central-1' ? 'us-west-1' : 'eu-central-1';
}

function saysOf({ kind }: Credential, isForPrefixOnly: boolean): Circumstances['says'] {
  // A key that may list one bucket only is not told which others there are.
  const hidden: readonly Outcome[] = isForPrefixOnly ? ['list-denied'] : [];
  switch (kind) {
    case 'access-key-pair':
    case 'assumed-role':
      return {
        wrongSecret: ['secret-key-wrong', 'signature-refused'],
        // Swift answers so.
        unknownKey: ['access-key-unknown', 'signature-refused'],
        missingBucket: ['bucket-not-found', ...hidden],
        deniedAtRoot: ['list-denied'],
      };
    case 'account-key':
      return {
        wrongSecret: ['account-key-wrong'],
        // Where the endpoint names no account, the key is what does not fit.
        unknownKey: ['endpoint-of-another-account', 'account-host-not-found', 'account-key-wrong'],
        missingBucket: ['bucket-not-found'],
        deniedAtRoot: ['permission-missing'],
      };
    case 'service-account-key':
      return {
        wrongSecret: ['service-account-key-revoked'],
        unknownKey: ['service-account-not-found'],
        missingBucket: ['bucket-not-found', 'bucket-not-found-or-denied'],
        deniedAtRoot: ['bucket-not-found-or-denied'],
      };
  }
}

/** The same key with a secret of the same form that is not its. */
function withWrongSecret(credential: Credential): Credential {
  switch (credential.kind) {
    case 'access-key-pair':
      return { ...credential, secretKey: randomBytes(30).toString('base64url') };
    case 'account-key':
      return { ...credential, key: randomBytes(64).toString('base64') };
    case 'service-account-key':
      return { ...credential, privateKey: someoneElses() };
    case 'assumed-role':
      return { ...credential, externalId: randomBytes(16).toString('hex') };
  }
}

/** A key of the same form that nobody has. */
function unknown(credential: Credential): Credential {
  switch (credential.kind) {
    case 'access-key-pair':
      return { ...credential, accessKey: unlike(credential.accessKey) };
    case 'account-key':
      return { ...credential, account: `nobody${randomBytes(6).toString('hex')}` };
    case 'service-account-key':
      return {
        ...credential,
        clientEmail: credential.clientEmail.replace(/^[^@]*/, `nobody-${randomBytes(4).toString('hex')}`),
      };
    case 'assumed-role':
      return { ...credential, roleArn: `${credential.roleArn}-${randomBytes(4).toString('hex')}` };
  }
}

/** As long as a key, with its first four characters, by which storages tell kinds of keys. */
function unlike(key: string): string {
  const letters = [...randomBytes(Math.max(4, key.length - 4))].map(
    (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32],
  );
  return key.slice(0, 4) + letters.join('');
}

function someoneElses(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${privateKey.export({ type: 'pkcs8', format: 'pem' })}`;
}

/** What a row says to somebody who reads it, in a table as wide as it needs to be. */
export function tableOf(rows: readonly Row[]): string {
  const width = (column: 'name' | 'expected') => Math.max(...rows.map((row) => row[column].length));
  const [names, expectations] = [width('name'), width('expected')];
  return rows
    .flatMap(({ name, expected, got, isAsExpected, told }) => [
      `${isAsExpected ? 'ok  ' : 'FAIL'}  ${name.padEnd(names)}  ${expected.padEnd(expectations)}  ${got}`,
      ...(told ? [`      ${told}`] : []),
    ])
    .join('\n');
}

/** What a mismatch everywhere most likely is. */
export const hintFor = (rows: readonly Row[]): string | undefined =>
  rows.some(({ got }) => got === 'address-not-allowed')
    ? `${diagnose('address-not-allowed').sentence} Name it in EGRESS_ALLOW.`
    : undefined;

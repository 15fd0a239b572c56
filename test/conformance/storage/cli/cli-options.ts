import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Credential } from '../../../../functions/core/storage/credential.ts';
import { parseCredential, parseTarget } from '../../../../functions/core/storage/parse-target.ts';
import { type S3Vendor, s3VendorNames } from '../../../../functions/core/storage/s3-vendors.ts';
import type { Provider, StorageTarget } from '../../../../functions/core/storage/target.ts';
import { both } from '../../../../functions/core/validation/result.ts';
import type { EgressEnvironment } from '../../../../functions/providers/egress/parse-rules.ts';

/** What the command was told. */
export interface Told {
  readonly target: StorageTarget;
  readonly credential: Credential;
  readonly wrongRegion?: string;
  readonly isForPrefixOnly: boolean;
  readonly egress: EgressEnvironment;
}

export const usage = `Asks a storage of yours what the conformance suite asks, as far as that only reads. Nothing is written.

  npm run conformance -- --provider s3 --endpoint https://minio.example.com:9000 --bucket photos --access-key AKIA...

  --provider NAME       s3, gcs or azure
  --endpoint URL        as a caller of the service would enter it
  --bucket NAME         a bucket or container that is there
  --access-key TEXT     access key id, HMAC access id, or account name
  --secret-key TEXT     better in the environment, as CONFORMANCE_SECRET_KEY: arguments can be seen by others
  --key-file PATH       gcs: the key file of a service account, in the place of both keys

  --region NAME         the region of the bucket
  --prefix TEXT         look under this prefix only
  --prefix-only         the key may list under the prefix and nowhere else
  --wrong-region NAME   a region that the bucket is not in (Amazon and Wasabi have a default)
  --vendor NAME         ${s3VendorNames.slice(0, 6).join(', ')},
                        ${s3VendorNames.slice(6).join(', ')}
  --proxy URL           reach the storage through this proxy
  --ca-file PATH        trust these certificate authorities as well (PEM)

EGRESS_ALLOW, EGRESS_PORTS, CONNECT_TO and EGRESS_CA mean what they mean in a deployment: for a storage in a private
network, EGRESS_ALLOW=HOST has to name it. Ends with 0 when everything was as expected, 1 when not, 2 when not asked.
`;

const options = {
  provider: { type: 'string' },
  endpoint: { type: 'string' },
  bucket: { type: 'string' },
  'access-key': { type: 'string' },
  'secret-key': { type: 'string' },
  'key-file': { type: 'string' },
  region: { type: 'string' },
  prefix: { type: 'string' },
  'prefix-only': { type: 'boolean' },
  'wrong-region': { type: 'string' },
  vendor: { type: 'string' },
  proxy: { type: 'string' },
  'ca-file': { type: 'string' },
} as const;

/**
 * Reads what the command was told.
 *
 * @returns the same, checked as a caller's would be, or what is wrong with it, without any secret
 */
export function readTold(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Told | { readonly wrong: readonly string[] } {
  const given = readArguments(args);
  if ('wrong' in given) return given;
  const secret = given['secret-key'] ?? environment['CONFORMANCE_SECRET_KEY'];
  const missing = [
    ...(['provider', 'endpoint', 'bucket'] as const).filter((name) => !given[name]).map((name) => `--${name}`),
    ...(given['key-file'] || given['access-key'] ? [] : ['--access-key']),
    ...(given['key-file'] || secret ? [] : ['CONFORMANCE_SECRET_KEY']),
  ];
  if (missing.length > 0) return { wrong: missing.map((name) => `${name} is missing`) };

  const provider = providers.find((name) => name === given.provider);
  if (!provider) return { wrong: [`--provider is one of ${providers.join(', ')}`] };
  const vendor = s3VendorNames.find((name) => name === given.vendor);
  if (given.vendor !== undefined && !vendor) return { wrong: [`--vendor is one of ${s3VendorNames.join(', ')}`] };
  if (given['key-file'] && provider !== 'gcs') return { wrong: ['--key-file is for --provider gcs'] };
  if (given['prefix-only'] && !given.prefix) return { wrong: ['--prefix-only needs --prefix'] };

  const files = readFiles({ keys: given['key-file'], ca: given['ca-file'] });
  if ('wrong' in files) return files;
  return checked(given, provider, vendor, secret ?? '', files, environment);
}

const providers: readonly Provider[] = ['s3', 'gcs', 'azure'];

type Given = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

function readArguments(args: readonly string[]): Given | { readonly wrong: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch {
    // Node's own words repeat the argument, which may be a secret that lost its option.
    return { wrong: ['an argument is not one of those below, or has no value'] };
  }
}

interface Files {
  readonly keys?: string;
  readonly ca?: string;
}

function readFiles(
  paths: { readonly [name in keyof Files]: string | undefined },
): Files | { readonly wrong: readonly string[] } {
  try {
    return {
      ...(paths.keys && { keys: readFileSync(paths.keys, 'utf8') }),
      ...(paths.ca && { ca: readFileSync(paths.ca, 'utf8') }),
    };
  } catch {
    return { wrong: ['the file of --key-file or --ca-file cannot be read'] };
  }
}

function checked(
  given: Given,
  provider: Provider,
  vendor: S3Vendor | undefined,
  secretKey: string,
  { keys, ca }: Files,
  environment: Readonly<Record<string, string | undefined>>,
): Told | { readonly wrong: readonly string[] } {
  const { endpoint = '', bucket = '', region, prefix, proxy } = given;
  const parsed = both(
    parseTarget({ provider, endpoint, bucket, region, prefix, proxy, vendor }),
    parseCredential(
      provider,
      keys ? { accessKey: emailIn(keys), secretKey: keys } : { accessKey: given['access-key'] ?? '', secretKey },
    ),
  );
  if (!parsed.ok) return { wrong: parsed.faults.map(({ field, message }) => `${field} ${message}`) };
  const [target, credential] = parsed.value;
  const { EGRESS_ALLOW, EGRESS_PORTS, CONNECT_TO, EGRESS_CA = '' } = environment;
  return {
    target,
    credential,
    ...(given['wrong-region'] && { wrongRegion: given['wrong-region'] }),
    isForPrefixOnly: given['prefix-only'] === true,
    egress: { EGRESS_ALLOW, EGRESS_PORTS, CONNECT_TO, EGRESS_CA: ca ? `${EGRESS_CA}\n${ca}` : EGRESS_CA },
  };
}

/** The address a key file names, which callers of the service send beside it. */
function emailIn(keyFile: string): string {
  try {
    const file: unknown = JSON.parse(keyFile);
    return typeof file === 'object' && file !== null && 'client_email' in file ? String(file.client_email) : '';
  } catch {
    return '';
  }
}

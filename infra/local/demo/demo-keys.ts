import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';

/** The credentials the demo storage accepts. */
export interface DemoKeys {
  readonly s3: { readonly accessKey: string; readonly secretKey: string };
  /** `key` is in base64. */
  readonly azure: { readonly account: string; readonly key: string };
  readonly gcs: DemoServiceAccount;
}

/** A service account of Google's, its private key in PEM, and an HMAC key of it. */
export interface DemoServiceAccount {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly hmac: { readonly accessKey: string; readonly secretKey: string };
}

/** The customer's account at AWS: the S3 buckets are its own, and it is not that of the deployment. */
export const demoAccount = '111122223333';

/** The user whose access key it is. */
export const demoUser = 'demo';

/** Roles of the customer's account that lead to the S3 buckets. */
export const demoRoles = {
  storage: `arn:aws:iam::${demoAccount}:role/demo-storage`,
  open: `arn:aws:iam::${demoAccount}:role/demo-open`,
} as const;

/** In which the service account was made, and which its bucket belongs to. */
export const demoProject = 'demo-project';

/** New random keys, in the form and length of the real ones. */
export function newDemoKeys(): DemoKeys {
  return {
    s3: { accessKey: newAccessKeyId('AKIA', demoAccount), secretKey: randomBytes(30).toString('base64') },
    azure: { account: 'demoaccount', key: randomBytes(64).toString('base64') },
    gcs: newServiceAccount(),
  };
}

/** A new service account, of which everything but its name is random. */
export function newServiceAccount(): DemoServiceAccount {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clientEmail: `demo@${demoProject}.iam.gserviceaccount.com`,
    privateKey: `${privateKey.export({ type: 'pkcs8', format: 'pem' })}`,
    hmac: { accessKey: `GOOG1E${letters(55)}`, secretKey: randomBytes(30).toString('base64') },
  };
}

/** The public half of the service account's key, in PEM. */
export const publicKeyOf = ({ privateKey }: DemoServiceAccount): string =>
  `${createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })}`;

/** The key file as Google lets it be downloaded ("Create and delete service account keys"). */
export const keyFileOf = ({ clientEmail, privateKey }: DemoServiceAccount): string =>
  JSON.stringify({
    type: 'service_account',
    project_id: demoProject,
    private_key_id: '0000000000000000000000000000000000000000',
    private_key: privateKey,
    client_email: clientEmail,
    client_id: '100000000000000000000',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(clientEmail)}`,
    universe_domain: 'googleapis.com',
  });

/** Temporary credentials as STS gives them; good for as long as the demo storage runs. */
export interface DemoSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export const newDemoSession = (): DemoSession => ({
  accessKeyId: newAccessKeyId('ASIA', demoAccount),
  secretAccessKey: randomBytes(30).toString('base64'),
  sessionToken: randomBytes(96).toString('base64'),
});

/**
 * A new access key id, random but for its account. What follows the prefix is base32 of 80 bits: a one, the account in
 * 40 bits, and 39 others (Tal Be'ery, "A short note on AWS KEY ID").
 *
 * @param account twelve digits
 */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA', account: string): string {
  const random = BigInt(`0x${randomBytes(5).toString('hex')}`) & ((1n << 39n) - 1n);
  const bits = (1n << 79n) | (BigInt(account) << 39n) | random;
  const places = Array.from({ length: 16 }, (_, place) => Number((bits >> BigInt(75 - 5 * place)) & 31n));
  return prefix + places.map(letter).join('');
}

const letter = (value: number): string => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[value & 31] ?? '';

/** As many characters of base32. */
const letters = (count: number): string => Array.from(randomBytes(count), letter).join('');

import { canary } from '../canary.ts';

/** The document's `details`. */
export type Details = Readonly<Record<string, readonly object[]>>;
export const blank = [{ error: 'blank' }];
export const invalid = (value?: unknown) => [{ error: 'invalid', ...(value !== undefined && { value }) }];

const long = 'x'.repeat(10_000);

/** Changes to a good connector, and what each is refused for on creating, updating and testing. */
export type Wrong = readonly [string, object, Details, RegExp];
export const wrong: readonly Wrong[] = [
  ['a number for a text', { url: 5 }, { url: invalid(5) }, /^url must be a string$/],
  ['a list for a text', { access_key: [] }, { access_key: invalid() }, /^access_key must be a string$/],
  ['a truth for a text', { region: true }, { region: invalid(true) }, /^region must be a string$/],
  ['a number for a secret', { secret_key: 4711 }, { secret_key: invalid() }, /^secret_key must be a string$/],
  ['a provider of no API', { provider: 'ftp' }, { provider: invalid('ftp') }, /^provider must be one of: .*generic_s3/],
  ['another API’s provider', { provider: 's3' }, { provider: invalid('s3') }, /^provider must be one of/],
  ['no key', { access_key: '' }, { access_key: blank }, /^access_key can't be blank$/],
  ['an empty secret', { secret_key: '' }, { secret_key: blank }, /^secret_key can't be blank$/],
  [
    'a space behind',
    { secret_key: `${canary.secret} ` },
    { secret_key: invalid() },
    /^secret_key must not begin or end/,
  ],
  ['a line break', { access_key: 'a\nb' }, { access_key: invalid() }, /^access_key must be plain printable ASCII$/],
  ['a long key', { access_key: long }, { access_key: [{ error: 'too_long', count: 1024 }] }, /^access_key must be at /],
  ['no URL', { url: 'not a url' }, { url: invalid('not a url') }, /^url must not contain spaces/],
  ['a scheme', { url: 'ftp://example.com' }, { url: invalid('ftp://example.com') }, /^url must begin with https/],
  ['a user', { url: `https://me:${canary.secret}@example.com` }, { url: invalid() }, /^url must not contain a user/],
  ['a query', { url: `https://example.com/?x=${canary.secret}` }, { url: invalid() }, /^url must not contain a query/],
  ['a long url', { url: long }, { url: [{ error: 'too_long', count: 2048 }] }, /^url must be at most 2048 characters/],
  ['a region of spaces', { region: 'us east' }, { region: invalid('us east') }, /^region must be letters/],
  [
    'another kind of proxy',
    { url_proxy: `socks://${canary.secret}` },
    { url_proxy: invalid() },
    /^url_proxy must be a URL such as/,
  ],
  ['a path of a proxy', { url_proxy: 'http://example.com/x' }, { url_proxy: invalid() }, /^url_proxy must be a URL/],
  [
    'an address of another provider',
    { provider: 'wasabi', url: 'https://s3.eu-west-1.amazonaws.com' },
    { url: invalid('https://s3.eu-west-1.amazonaws.com') },
    /^url is the address of another provider$/,
  ],
  [
    'an e-mail address for another account',
    {
      provider: 'google_cloud_storage',
      access_key: 'a@b.iam.gserviceaccount.com',
      secret_key: `{"x":"${canary.secret}"}`,
    },
    { secret_key: invalid() },
    /^secret_key must be a key file whose type is service_account$/,
  ],
  [
    'a connection string for a URL',
    { url: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${canary.secret};EndpointSuffix=core.windows.net` },
    { url: invalid() },
    /^url must not be a connection string: send its BlobEndpoint/,
  ],
  [
    'a signature in the path of a URL',
    { url: `https://acct.blob.core.windows.net/box/sig=${canary.secret}${canary.secret}` },
    { url: invalid() },
    /^url must not contain a signature/,
  ],
  [
    'a parameter in a URL',
    { url: `https://example.com/a;Name=${canary.secret}` },
    { url: invalid() },
    /^url must not contain parameters/,
  ],
  [
    'swapped keys',
    { access_key: `${canary.secret}${canary.secret}${canary.secret}`.slice(0, 39).concat('/') },
    { access_key: invalid() },
    /^access_key has the form of a secret \(are access key and secret key swapped\?\)$/,
  ],
  [
    'a private key for an access key',
    { access_key: `-----BEGIN PRIVATE KEY-----${canary.secret}` },
    { access_key: invalid() },
    /^access_key has the form of a secret/,
  ],
  [
    'a key file for an access key',
    { access_key: `{"private_key":"${canary.secret}"}` },
    { access_key: invalid() },
    /^access_key has the form of a secret/,
  ],
  [
    'a temporary key',
    { access_key: 'ASIAIOSFODNN7EXAMPLE' },
    { access_key: invalid() },
    /^access_key is temporary and needs a session token/,
  ],
  [
    'a role with a secret',
    { provider: 'amazon_aws_s3', access_key: 'arn:aws:iam::111122223333:role/demo', secret_key: canary.secret },
    { secret_key: invalid() },
    /^secret_key must be left out/,
  ],
  [
    'a user for a role',
    { provider: 'amazon_aws_s3', access_key: 'arn:aws:iam::111122223333:user/demo', secret_key: '' },
    { access_key: invalid() },
    /^access_key must be the ARN of a role/,
  ],
];

/** The same of what is kept but not tested. */
export const wrongToKeep: readonly Wrong[] = [
  ['a name that is none', { name: '' }, { name: blank }, /^name can't be blank$/],
  ['a name of spaces', { name: ' \t' }, { name: blank }, /^name can't be blank$/],
  [
    'a name of ten thousand characters',
    { name: long },
    { name: [{ error: 'too_long', count: 255 }] },
    /^name must be at /,
  ],
  [
    'a name with a line break',
    { name: 'a\nb' },
    { name: invalid('a\nb') },
    /^name must not contain control characters$/,
  ],
  [
    'a name that is half a character',
    { name: '\ud83e' },
    { name: invalid('\ud83e') },
    /^name must be well-formed text$/,
  ],
  ['the name of the test route', { name: '-' }, { name: invalid('-') }, /^name must not be - or dots only/],
  [
    'a secret for a name',
    { name: `AccountName=a;AccountKey=${canary.secret}` },
    { name: invalid() },
    /^name must not be a connection string/,
  ],
  [
    'a secret in options',
    { options: `AccountName=a;AccountKey=${canary.secret}` },
    { options: invalid() },
    /^options must not be a connection string/,
  ],
  ['a number for a name', { name: 7 }, { name: invalid(7) }, /^name must be a string$/],
  ['options with an escape', { options: '\u001b[2J' }, { options: invalid('\u001b[2J') }, /^options must not contain/],
  [
    'long options',
    { options: long },
    { options: [{ error: 'too_long', count: 2048 }] },
    /^options must be at most 2048 /,
  ],
];

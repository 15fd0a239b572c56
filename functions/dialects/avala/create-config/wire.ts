import * as z from 'zod/mini';
import type { NewConnection } from '../../../core/connections/add-connection.ts';
import { parseCloudFront } from '../../../core/connections/parse-cloud-front.ts';
import { parseConnectionName } from '../../../core/connections/parse-name.ts';
import { parseAmazonTarget } from '../../../core/storage/aws-endpoints.ts';
import type { Credential } from '../../../core/storage/credential.ts';
import { parseAssumedRole } from '../../../core/storage/parse-assumed-role.ts';
import { parseServiceAccount } from '../../../core/storage/parse-service-account.ts';
import { parseCredential, parseTarget } from '../../../core/storage/parse-target.ts';
import { s3Vendors } from '../../../core/storage/s3-vendors.ts';
import { type Fault, faultsOf, type Parsed } from '../../../core/validation/result.ts';
import { unwrapOrRefuse } from '../../../http/body/unwrap-result.ts';
import { parseBody } from '../../../http/body/validate-shape.ts';
import { Refused } from '../../../http/problem.ts';
import { authMethods } from '../config-wire.ts';
import { wireName } from '../names.ts';

const text = z.nullish(z.string());

/** The document's parameters of both providers, and the two fields more that clients send (dialects/README.md). */
const createRequest = z.object({
  name: z.string(),
  provider: z.string(),
  s3_bucket_name: text,
  s3_bucket_region: text,
  s3_bucket_prefix: text,
  s3_access_key_id: text,
  s3_secret_access_key: text,
  s3_is_accelerated: z.nullish(z.boolean()),
  s3_cloudfront_domain: text,
  s3_cloudfront_public_key_id: text,
  s3_auth_method: z.nullish(z.enum(authMethods)),
  s3_role_arn: text,
  gc_storage_bucket_name: text,
  gc_storage_prefix: text,
  gc_storage_auth_json_content: text,
});
type CreateRequest = z.infer<typeof createRequest>;
type RequestField = keyof CreateRequest;

/** What is to be stored, and how it is to be asked. */
type NewConfig = Omit<NewConnection, 'organizationId'>;
type Place = Pick<NewConfig, 'target' | 'credential' | 'cloudFront'>;

/**
 * Reads a create request.
 *
 * @param externalId the organization's, under which its roles are assumed
 * @throws Refused for everything that is wrong with it, all at once
 */
export function fromCreateRequest(body: unknown, externalId: string): NewConfig {
  const request = parseBody(createRequest, body);
  const name = parseConnectionName(request.name);
  const place = placeOf(request, externalId);
  const whole = place.ok && name.ok ? { ok: true as const, value: { name: name.value, ...place.value } } : undefined;
  const { name: given, ...rest } = unwrapOrRefuse(
    whole ?? { ok: false, faults: faultsOf<string>(name, place) },
    (field) => field,
  );
  // Names need not be unique here, and this API's document never returns a secret.
  return { ...rest, name: { text: given, unique: false }, revealable: false, ask: 'first' };
}

function placeOf(request: CreateRequest, externalId: string): Parsed<Place, string> {
  switch (request.provider) {
    case 'aws_s3':
      return s3Place(request, externalId);
    case 'gc_storage':
      return gcPlace(request);
    default:
      throw new Refused({ kind: 'invalid', faults: [unsupported(request.provider)] });
  }
}

/** The document's own words, with the name only where it looks like one: anything can be sent by mistake. */
const unsupported = (provider: string): Fault<string> => ({
  field: 'provider',
  code: 'invalid',
  message: /^[a-z0-9_-]{1,32}$/i.test(provider) ? `Unsupported provider: ${provider}` : 'Unsupported provider.',
});

function s3Place(request: CreateRequest, externalId: string): Parsed<Place, string> {
  const byRole = request.s3_auth_method === 'iam_role';
  const wire = wireName('aws_s3', byRole ? 'assumed-role' : 'access-key-pair');
  const target = parseAmazonTarget({
    region: request.s3_bucket_region ?? '',
    bucket: request.s3_bucket_name ?? '',
    prefix: request.s3_bucket_prefix ?? '',
    accelerated: request.s3_is_accelerated ?? false,
  });
  const { s3_access_key_id: accessKey, s3_secret_access_key: secretKey, s3_role_arn: roleArn } = request;
  const credential: Parsed<Credential> = byRole
    ? parseAssumedRole(roleArn ?? '', externalId)
    : parseCredential('s3', { accessKey: accessKey ?? '', secretKey: secretKey ?? '' });
  const cloudFront = parseCloudFront({
    ...(request.s3_cloudfront_domain && { domain: request.s3_cloudfront_domain }),
    ...(request.s3_cloudfront_public_key_id && { publicKeyId: request.s3_cloudfront_public_key_id }),
  });
  const faults = [
    ...faultsIn(target, wire),
    ...faultsIn(credential, wire),
    ...faultsIn(cloudFront, (field) => cloudFrontNames[field]),
    ...stray(request, gcFields, 'is for the provider gc_storage only'),
    ...(byRole
      ? stray(request, keyFields, 'is not used with s3_auth_method iam_role')
      : stray(request, ['s3_role_arn'], 'is used with s3_auth_method iam_role only')),
  ];
  if (faults.length > 0 || !target.ok || !credential.ok || !cloudFront.ok) return refusal(request, faults);
  const value = { target: target.value, credential: credential.value };
  return { ok: true, value: { ...value, ...(cloudFront.value && { cloudFront: cloudFront.value }) } };
}

function gcPlace(request: CreateRequest): Parsed<Place, string> {
  const target = parseTarget({
    provider: 'gcs',
    endpoint: googleEndpoint,
    bucket: request.gc_storage_bucket_name ?? '',
    prefix: request.gc_storage_prefix ?? '',
  });
  const content = request.gc_storage_auth_json_content ?? '';
  const key = parseServiceAccount(content);
  const faults = [
    ...faultsIn(target, wireName('gc_storage', 'service-account-key')),
    ...('wrong' in key ? [authContentFault(content, key.wrong)] : []),
    ...stray(request, s3Fields, 'is for the provider aws_s3 only'),
  ];
  if (faults.length > 0 || !target.ok || 'wrong' in key) return refusal(request, faults);
  return { ok: true, value: { target: target.value, credential: key } };
}

const googleEndpoint = s3Vendors.google.publicEndpoint ?? '';

const authContentFault = (content: string, wrong: string): Fault<RequestField> => ({
  field: 'gc_storage_auth_json_content',
  ...(content === '' ? { code: 'blank', message: "can't be blank" } : { code: 'invalid', message: wrong }),
});

const keyFields = ['s3_access_key_id', 's3_secret_access_key'] as const;
const s3Fields = [
  ...(['s3_bucket_name', 's3_bucket_region', 's3_bucket_prefix', ...keyFields, 's3_is_accelerated'] as const),
  ...(['s3_cloudfront_domain', 's3_cloudfront_public_key_id', 's3_auth_method', 's3_role_arn'] as const),
];
const gcFields = ['gc_storage_bucket_name', 'gc_storage_prefix', 'gc_storage_auth_json_content'] as const;
const cloudFrontNames = { domain: 's3_cloudfront_domain', publicKeyId: 's3_cloudfront_public_key_id' } as const;

/** Fields that say something where nothing may be said. What an answer has there (null, false) and '' say nothing. */
const stray = (request: CreateRequest, fields: readonly RequestField[], message: string): readonly Fault<string>[] =>
  fields.flatMap((field) => (request[field] ? [{ field, code: 'invalid', message }] : []));

const faultsIn = <F extends string>(parsed: Parsed<unknown, F>, wire: (field: F) => string): readonly Fault<string>[] =>
  faultsOf(parsed).map((fault) => ({ ...fault, field: wire(fault.field) }));

/** What was not sent at all is said to be required. */
const refusal = (request: CreateRequest, faults: readonly Fault<string>[]) => {
  const given = new Map<string, unknown>(Object.entries(request));
  const isMissing = ({ field, code }: Fault<string>) =>
    code === 'blank' && (given.get(field) ?? undefined) === undefined;
  return {
    ok: false as const,
    faults: faults.map((fault) => (isMissing(fault) ? { ...fault, message: 'is required' } : fault)),
  };
};

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Issuer, Principal } from './credentials.ts';
import { ServiceError } from './service.ts';

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Verifies Signature Version 4 of a POST to `/` and gives the caller behind the access key.
 * @param service the name the request must be signed for
 * @throws ServiceError as AWS answers: MissingAuthenticationToken, UnrecognizedClient, InvalidSignature
 */
export async function authenticate(request: SignedRequest, service: string, issuer: Issuer): Promise<Principal> {
  const { headers, body } = request;
  if (headers.authorization === undefined) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const [, accessKeyId, day, region, signedService, names, given] = authorizationForm.exec(headers.authorization) ?? [];
  const issued = accessKeyId === undefined ? undefined : issuer.find(accessKeyId);
  if (issued === undefined || headers['x-amz-security-token'] !== issued.credentials.sessionToken) {
    throw new ServiceError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const signingDate = parseDate(headers['x-amz-date']);
  const invalid = new ServiceError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided.',
  );
  if (signingDate === undefined || !String(headers['x-amz-date']).startsWith(day ?? ' ')) throw invalid;
  if (signedService !== service || region === undefined || names === undefined || given === undefined) throw invalid;
  const payload = headers['x-amz-content-sha256'];
  if (payload !== undefined && payload !== createHash('sha256').update(body).digest('hex')) throw invalid;

  const signed = names.split(';').map((name) => [name, headers[name]] as const);
  // What names the operation has to be signed: a header, or the form that the signature covers in any case.
  const needed = headers['x-amz-target'] === undefined ? ['host'] : ['host', 'x-amz-target'];
  if (!needed.every((name) => names.split(';').includes(name))) throw invalid;
  const signer = new SignatureV4({
    credentials: issued.credentials,
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const again = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: 'localhost',
      path: '/',
      query: {},
      headers: Object.fromEntries(signed.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
      body,
    },
    { signingDate, signableHeaders: new Set(names.split(';')) },
  );
  const expected = authorizationForm.exec(again.headers['authorization'] ?? '')?.[6] ?? '';
  if (expected.length !== given.length || !timingSafeEqual(Buffer.from(expected), Buffer.from(given))) throw invalid;
  return issued.principal;
}

/** `20260131T235959Z` as a date. */
function parseDate(text: unknown): Date | undefined {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text)) ?? [];
  const [year, month, day, hour, minute, second] = parts.map(Number);
  if (year === undefined || month === undefined) return undefined;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** The signer asks for a constructor of hashes, keyed or not. */
class Sha256 {
  readonly #hash: { update(data: Uint8Array): unknown; digest(): Buffer };

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    throw new Error('The signer hashes once.');
  }
}

function bytes(secret: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof secret === 'string') return Buffer.from(secret);
  if (secret instanceof ArrayBuffer) return Buffer.from(secret);
  return Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
}

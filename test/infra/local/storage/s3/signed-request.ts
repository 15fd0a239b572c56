import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';

/** A request as it goes over the wire: nothing is normalized on the way. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The XML code of an error; empty when there is none. */
  readonly code: string;
}

export interface ToSign {
  readonly method?: string;
  /** Percent-encoded, as it is sent. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly date?: Date;
  readonly expiresIn?: number;
}

export const KEY = { accessKey: 'AKIATESTTESTTESTTEST', secretKey: 'secret/of+the/test==key' };

/** The signer of the AWS SDK, so that what the stand-in checks was not made by its own code. */
function signer({ service = 's3', region = 'us-east-1', ...given }: ToSign): SignatureV4 {
  return new SignatureV4({
    service,
    region,
    credentials: {
      accessKeyId: given.accessKey ?? KEY.accessKey,
      secretAccessKey: given.secretKey ?? KEY.secretKey,
      ...(given.sessionToken === undefined ? {} : { sessionToken: given.sessionToken }),
    },
    sha256: NodeSha256,
    uriEscapePath: false,
  });
}

class NodeSha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Signs a request in its headers. `host` is what the request will say in Host. */
export async function signed(host: string, toSign: ToSign): Promise<RawRequest> {
  const { method = 'GET', path, query = {}, headers = {}, body } = toSign;
  const result = await signer(toSign).sign(
    {
      method,
      path,
      protocol: 'http:',
      hostname: host,
      query,
      headers: { host, ...headers },
      ...(body === undefined ? {} : { body }),
    },
    { signingDate: toSign.date ?? new Date(), unsignableHeaders: new Set() },
  );
  return {
    method,
    path: withQuery(path, query),
    headers: { ...result.headers, ...(body === undefined ? {} : { 'content-length': `${Buffer.byteLength(body)}` }) },
    ...(body === undefined ? {} : { body }),
  };
}

/** Signs a request in its query. */
export async function presigned(host: string, toSign: ToSign): Promise<RawRequest> {
  const { method = 'GET', path, query = {}, headers = {}, expiresIn = 60 } = toSign;
  const result = await signer(toSign).presign(
    {
      method,
      path,
      protocol: 'http:',
      hostname: host,
      query,
      // The content is not signed. The signer moves this header into the query, as the SDK's presigner does.
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', ...headers },
    },
    { expiresIn, signingDate: toSign.date ?? new Date() },
  );
  const full: Record<string, string> = {};
  for (const [name, value] of Object.entries(result.query ?? {})) full[name] = String(value);
  return { method, path: withQuery(path, full), headers: { host, ...headers } };
}

function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const parts = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
}

/** RFC 3986 throughout, as the SDK encodes. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The path-style path of a key. */
export function pathOf(bucket: string, key: string): string {
  return `/${bucket}/${key.split('/').map(encode).join('/')}`;
}

const agent = new Agent({ keepAlive: true });

export function send(port: number, raw: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { agent, host: '127.0.0.1', port, method: raw.method, path: raw.path, headers: raw.headers },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const body = Buffer.concat(pieces).toString('utf8');
          const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1] ?? '';
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, code });
        });
      },
    );
    sent.on('error', reject);
    sent.end(raw.body);
  });
}

/** The text of an XML element; undefined when there is none. */
export function element(body: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
}

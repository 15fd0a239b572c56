import { request } from 'node:http';
import * as z from 'zod/mini';

/** What the client's models take: no null anywhere, further keys ignored. */
const storage = z.object({
  id: z.string(),
  access_key: z.string(),
  secret_key: z.string(),
  endpoint: z.string(),
  bucket: z.string(),
  synchronize: z.boolean(),
});
export type Storage = z.infer<typeof storage>;
const created = z.object({ id: z.string() });

/** What the client raises: an exception of its own for some statuses, a general one for others, the body in each. */
export class CvalError extends Error {
  override readonly name = 'CvalError';
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(`${[403, 404, 406, 409, 422].includes(status) ? status : 'UnknownException'}`);
    this.status = status;
    this.body = body;
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/**
 * The storage handler of Python's `cval-lib` as it behaves on the wire (functions/dialects/README.md): its key has no
 * scheme, its body stays from one call to the next and goes along with GET and DELETE, its flag is capitalised and in
 * the query, and every answer, an error's too, has to be JSON.
 *
 * @param base as the client's configuration has it; it ends in `/api` in the one that is shipped
 * @param heard told every answer
 */
export function cvalClient(base: string, key: string, heard: (answer: Answer) => void) {
  const route = `${base}/api/cloud`;
  let json: string | undefined;

  async function send(method: string, url: string): Promise<unknown> {
    const answer = await sent(method, url, key, json);
    heard(answer);
    const body: unknown = JSON.parse(answer.text);
    if (answer.status >= 400) throw new CvalError(answer.status, body);
    return body;
  }

  return {
    create(of: Omit<Storage, 'id'>): Promise<string> {
      json = JSON.stringify(of);
      return send('POST', route).then((body) => created.parse(body).id);
    },
    get: async (id: string): Promise<Storage> => storage.parse(await send('GET', `${route}/${id}`)),
    getAll: async (): Promise<Storage[]> => z.array(storage).parse(await send('GET', `${route}/all`)),
    delete: (id: string) => send('DELETE', `${route}/${id}`),
    changeSync(id: string, synchronize: boolean): Promise<unknown> {
      json = undefined;
      return send('PUT', `${route}/${id}?synchronize=${synchronize ? 'True' : 'False'}`);
    },
  };
}

/** `fetch` sends no body with a GET. */
const sent = (method: string, url: string, key: string, body: string | undefined): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `user_api_key:${key}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'content-length': Buffer.byteLength(body ?? ''),
    };
    const sending = request(url, { method, headers, agent: false }, (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', reject);
      message.on('end', () => {
        const { statusCode = 0, headers } = message;
        resolve({ status: statusCode, type: headers['content-type'] ?? '', text: Buffer.concat(chunks).toString() });
      });
    });
    sending.on('error', reject);
    sending.end(body);
  });

import { request } from 'node:https';

/** A plain HTTPS PUT to a host of a vendor's own that is really here: its status. */
export function putAt(url: string, body: string, port: number, ca: string): Promise<number> {
  const { host, hostname, pathname, search } = new URL(url);
  const headers = { host, 'content-length': Buffer.byteLength(body) };
  const place = { host: '127.0.0.1', port, path: pathname + search, servername: hostname, ca };
  return new Promise((resolve, reject) => {
    request({ ...place, method: 'PUT', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end(body);
  });
}

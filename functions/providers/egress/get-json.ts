import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { arrayBuffer } from 'node:stream/consumers';
import type { Way } from './egress.ts';

/**
 * Gets a JSON document along a way, for what has no SDK that would make the call. One request: no redirect is
 * followed, and nothing compressed is asked for, so that the way's limits count all the bytes.
 *
 * @param url http or https
 * @returns the body as it came, or undefined when the status was another than 200
 * @throws what the connection or the answer failed with; why the egress said no is in the way's signal
 */
export const getDocument = (url: URL, way: Way): Promise<ArrayBuffer | undefined> =>
  new Promise((resolve, reject) => {
    const { signal, httpAgent, httpsAgent } = way;
    const asked = { signal, headers: { accept: 'application/json' } };
    const sent =
      url.protocol === 'https:'
        ? tlsRequest(url, { ...asked, agent: httpsAgent })
        : plainRequest(url, { ...asked, agent: httpAgent });
    // Stays, so that an error at a time when nobody else listens is not thrown.
    sent.on('error', reject);
    sent.once('response', (answer) => {
      if (answer.statusCode === 200) {
        arrayBuffer(answer).then(resolve, reject);
      } else {
        resolve(undefined);
        sent.destroy();
      }
    });
    sent.end();
  });

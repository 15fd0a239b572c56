import type { PortName, Ports } from '../../core/ports.ts';
import { parseBody } from '../body/parse-json.ts';
import { served } from '../gateway.ts';
import { Refused } from '../problem.ts';
import { type SenderEndpoint, type senderNeeds, sentLimitBytes } from './webhook-endpoint.ts';

/** Makes a Lambda handler of a sender's endpoint and the adapters of its ports. */
export const senderLambda = <Needs extends PortName>(
  endpoint: SenderEndpoint<Needs>,
  ports: Pick<Ports, Needs | (typeof senderNeeds)[number]>,
) =>
  served(endpoint, async ({ headers, body }) => {
    const token = /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '')?.[1];
    const sender = token === undefined ? undefined : await ports['senders.verify'](endpoint.service, token);
    // Nothing of the request is looked at before its sender is known.
    if (!sender) throw new Refused({ kind: 'unauthenticated' });
    return endpoint.run({ sender, body: parseBody(body.text, body.isBase64, sentLimitBytes) }, ports);
  });

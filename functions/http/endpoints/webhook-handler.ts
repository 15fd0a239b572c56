import type { PortName, Ports } from '../../core/ports.ts';
import { parseJsonBody } from '../body/parse-json.ts';
import { handleApiEvent } from '../gateway.ts';
import { Refused } from '../problem.ts';
import { maxWebhookBytes, type WebhookEndpoint, type webhookNeeds } from './webhook-endpoint.ts';

/** Makes a Lambda handler of a sender's endpoint and the adapters of its ports. */
export const webhookHandler = <Needs extends PortName>(
  endpoint: WebhookEndpoint<Needs>,
  ports: Pick<Ports, Needs | (typeof webhookNeeds)[number]>,
) =>
  handleApiEvent(endpoint, async ({ headers, body }) => {
    const token = /^Bearer +(\S+) *$/i.exec(headers['authorization'] ?? '')?.[1];
    const sender = token === undefined ? undefined : await ports['webhookSenders.verify'](endpoint.service, token);
    // Nothing of the request is looked at before its sender is known.
    if (!sender) throw new Refused({ kind: 'unauthenticated' });
    return endpoint.run({ sender, body: parseJsonBody(body.text, body.isBase64, maxWebhookBytes) }, ports);
  });

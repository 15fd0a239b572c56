import type { Ports } from '../../core/ports.ts';
import type { Notice } from '../../core/records/check-ports.ts';
import { senderEndpoint } from '../../http/endpoints/webhook-endpoint.ts';
import { Refused } from '../../http/problem.ts';
import type { Answer } from '../../http/response.ts';
import { mostEvents, readDelivery } from './azure-event-grid/wire.ts';
import { notices } from './dialect.ts';
import { readPush } from './google-pubsub/wire.ts';
import { noticesOf } from './storage-change.ts';

export const azureEventGrid = senderEndpoint({
  dialect: notices,
  name: 'azure-event-grid',
  path: '/notices/azure-event-grid',
  service: 'azure-event-grid',
  needs: ['notices.send'],
  async run({ body }, ports) {
    const delivery = readDelivery(body);
    switch (delivery.kind) {
      case 'handshake':
        return { status: 200, body: { validationResponse: delivery.code } };
      case 'changes':
        return handOn(noticesOf('azure.storage', delivery.changes), ports);
      case 'unreadable':
        throw new Refused({
          kind: 'malformed',
          message: `The request body must be an array of at most ${mostEvents} events in the Event Grid schema.`,
        });
    }
  },
});

export const googlePubSub = senderEndpoint({
  dialect: notices,
  name: 'google-pubsub',
  path: '/notices/google-pubsub',
  service: 'google-pubsub',
  needs: ['notices.send'],
  async run({ body }, ports) {
    const changes = readPush(body);
    if (!changes) {
      throw new Refused({ kind: 'malformed', message: 'The request body must be a wrapped message of Pub/Sub.' });
    }
    return handOn(noticesOf('google.storage', changes), ports);
  },
});

/** Either service takes 204 for an end of it, and comes back when this throws. */
async function handOn(told: readonly Notice[], ports: Pick<Ports, 'notices.send'>): Promise<Answer> {
  if (told.length > 0) await ports['notices.send'](told);
  return { status: 204 };
}

export const endpoints = [azureEventGrid, googlePubSub] as const;

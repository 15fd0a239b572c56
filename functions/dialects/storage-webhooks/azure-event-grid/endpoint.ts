import { senderEndpoint } from '../../../http/endpoints/webhook-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { notices } from '../dialect.ts';
import { handOn } from '../send-events.ts';
import { noticesOf } from '../storage-change.ts';
import { mostEvents, readDelivery } from './wire.ts';

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

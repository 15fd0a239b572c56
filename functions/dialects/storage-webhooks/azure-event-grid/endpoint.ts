import { webhookEndpoint } from '../../../http/endpoints/webhook-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { storageWebhooks } from '../dialect.ts';
import { sendEvents } from '../send-events.ts';
import { toStorageEvents } from '../storage-change.ts';
import { mostEvents, readDelivery } from './wire.ts';

export const azureEventGrid = webhookEndpoint({
  dialect: storageWebhooks,
  name: 'azure-event-grid',
  path: '/notices/azure-event-grid',
  service: 'azure-event-grid',
  needs: ['storageEvents.send'],
  async run({ body }, ports) {
    const delivery = readDelivery(body);
    switch (delivery.kind) {
      case 'handshake':
        return { status: 200, body: { validationResponse: delivery.code } };
      case 'changes':
        return sendEvents(toStorageEvents('azure.storage', delivery.changes), ports);
      case 'unreadable':
        throw new Refused({
          kind: 'malformed',
          message: `The request body must be an array of at most ${mostEvents} events in the Event Grid schema.`,
        });
    }
  },
});

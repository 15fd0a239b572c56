import { webhookEndpoint } from '../../../http/endpoints/webhook-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { storageWebhooks } from '../dialect.ts';
import { sendEvents } from '../send-events.ts';
import { toStorageEvents } from '../storage-change.ts';
import { readPush } from './wire.ts';

export const googlePubSub = webhookEndpoint({
  dialect: storageWebhooks,
  name: 'google-pubsub',
  path: '/notices/google-pubsub',
  service: 'google-pubsub',
  needs: ['storageEvents.send'],
  async run({ body }, ports) {
    const changes = readPush(body);
    if (!changes) {
      throw new Refused({ kind: 'malformed', message: 'The request body must be a wrapped message of Pub/Sub.' });
    }
    return sendEvents(toStorageEvents('google.storage', changes), ports);
  },
});

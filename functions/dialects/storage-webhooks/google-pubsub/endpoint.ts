import { senderEndpoint } from '../../../http/endpoints/webhook-endpoint.ts';
import { Refused } from '../../../http/problem.ts';
import { notices } from '../dialect.ts';
import { handOn } from '../send-events.ts';
import { noticesOf } from '../storage-change.ts';
import { readPush } from './wire.ts';

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

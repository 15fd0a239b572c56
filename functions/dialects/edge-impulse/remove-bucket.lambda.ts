import { lambda } from '../../http/lambda.ts';
import { apiKeys } from '../../platform/api-keys.ts';
import { deleteConnectionCredential } from '../../platform/connection-credentials.ts';
import { writeConnections } from '../../platform/connection-writes.ts';
import { removeBucket } from './endpoints.ts';

export const handler = lambda(removeBucket, {
  'keys.read': apiKeys(),
  'connections.write': writeConnections(),
  'credentials.delete': deleteConnectionCredential,
});

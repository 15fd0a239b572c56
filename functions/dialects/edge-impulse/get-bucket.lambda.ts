import { lambda } from '../../http/lambda.ts';
import { apiKeys } from '../../platform/api-keys.ts';
import { readConnections } from '../../platform/connections.ts';
import { getBucket } from './endpoints.ts';

export const handler = lambda(getBucket, {
  'keys.read': apiKeys(),
  'connections.read': readConnections(),
});

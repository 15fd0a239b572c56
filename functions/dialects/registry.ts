import { declareAdminEndpoint } from '../http/endpoints/admin-endpoint.ts';
import { type DeclaredEndpoint, declareEndpoint } from '../http/endpoints/endpoint.ts';
import { declareWebhookEndpoint } from '../http/endpoints/webhook-endpoint.ts';
import { endpoints as admin } from './admin/endpoints.ts';
import { endpoints as avala } from './avala/endpoints.ts';
import { endpoints as cval } from './cval/endpoints.ts';
import { endpoints as edgeImpulse } from './edge-impulse/endpoints.ts';
import { endpoints as nodeum } from './nodeum/endpoints.ts';
import { endpoints as notices } from './storage-webhooks/endpoints.ts';

/** Every endpoint there is: the one list from which routes, functions and grants are made. */
export const endpoints: readonly DeclaredEndpoint[] = [
  ...[...edgeImpulse, ...avala, ...cval, ...nodeum].map(declareEndpoint),
  ...admin.map(declareAdminEndpoint),
  ...notices.map(declareWebhookEndpoint),
];

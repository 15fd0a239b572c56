import { declaredForOperator } from '../http/endpoints/admin-endpoint.ts';
import { type Declared, declared } from '../http/endpoints/endpoint.ts';
import { declaredForSender } from '../http/endpoints/webhook-endpoint.ts';
import { endpoints as admin } from './admin/endpoints.ts';
import { endpoints as avala } from './avala/endpoints.ts';
import { endpoints as cval } from './cval/endpoints.ts';
import { endpoints as edgeImpulse } from './edge-impulse/endpoints.ts';
import { endpoints as nodeum } from './nodeum/endpoints.ts';
import { endpoints as notices } from './storage-webhooks/endpoints.ts';

/** Every endpoint there is: the one list from which routes, functions and grants are made. */
export const endpoints: readonly Declared[] = [
  ...[...edgeImpulse, ...avala, ...cval, ...nodeum].map(declared),
  ...admin.map(declaredForOperator),
  ...notices.map(declaredForSender),
];

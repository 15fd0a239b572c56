import { createKey } from './create-key/endpoint.ts';
import { createOrganization } from './create-organization/endpoint.ts';
import { disableOrganization } from './disable-organization/endpoint.ts';
import { enableOrganization } from './enable-organization/endpoint.ts';
import { getOrganization } from './get-organization/endpoint.ts';
import { listConnections } from './list-connections/endpoint.ts';
import { listEvents } from './list-events/endpoint.ts';
import { listKeys } from './list-keys/endpoint.ts';
import { listOrganizations } from './list-organizations/endpoint.ts';
import { readAudit } from './read-audit/endpoint.ts';
import { readHistory } from './read-history/endpoint.ts';
import { reverify } from './reverify/endpoint.ts';
import { revokeKey } from './revoke-key/endpoint.ts';
import { showForwarding } from './show-forwarding/endpoint.ts';

export const endpoints = [
  createOrganization,
  listOrganizations,
  getOrganization,
  disableOrganization,
  enableOrganization,
  createKey,
  listKeys,
  revokeKey,
  readAudit,
  listConnections,
  readHistory,
  reverify,
  listEvents,
  showForwarding,
] as const;

import { listConnections, readHistory } from './connections.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { listEvents } from './list-events/endpoint.ts';
import {
  createOrganization,
  disableOrganization,
  enableOrganization,
  getOrganization,
  listOrganizations,
} from './organizations.ts';
import { readAudit } from './read-audit/endpoint.ts';
import { reverify } from './reverify/endpoint.ts';
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

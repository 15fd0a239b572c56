import { readAudit } from './audit.ts';
import { listConnections, readHistory } from './connections.ts';
import { listEvents } from './events.ts';
import { showForwarding } from './forwarding.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import {
  createOrganization,
  disableOrganization,
  enableOrganization,
  getOrganization,
  listOrganizations,
} from './organizations.ts';
import { reverify } from './reverify.ts';

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

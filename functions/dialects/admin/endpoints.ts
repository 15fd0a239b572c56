import { readAudit } from './audit.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import {
  createOrganization,
  disableOrganization,
  enableOrganization,
  getOrganization,
  listOrganizations,
} from './organizations.ts';

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
] as const;

import type { Ports } from '../core/ports.ts';
import { apiKeys } from './api-keys.ts';
import { writeAudit } from './audit-trail.ts';
import { keyUse } from './key-use.ts';
import { organizations } from './organizations.ts';
import { verifyToken } from './tokens.ts';

/** The adapters of what every request uses: finding out who is calling, and saying so. */
export const requestPorts = (): Pick<
  Ports,
  'keys.read' | 'organizations.read' | 'tokens.verify' | 'keyUse.note' | 'audit.write'
> => ({
  'keys.read': apiKeys(),
  'organizations.read': organizations(),
  'tokens.verify': verifyToken,
  'keyUse.note': keyUse(),
  'audit.write': writeAudit(),
});

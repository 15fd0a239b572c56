import type { Ports } from '../../core/ports.ts';
import { apiKeys } from '../access/api-keys.ts';
import { keyUse } from '../access/key-use.ts';
import { organizations } from '../access/organizations.ts';
import { writeAudit } from '../access/write-audit.ts';
import { verifyToken } from '../tokens/verify-token.ts';

/** The adapters of what every request uses: finding out who is calling, and saying so. */
export const requestPorts = (): Pick<
  Ports,
  'keys.read' | 'organizations.read' | 'tokens.verify' | 'keyUse.record' | 'audit.write'
> => ({
  'keys.read': apiKeys(),
  'organizations.read': organizations(),
  'tokens.verify': verifyToken,
  'keyUse.record': keyUse(),
  'audit.write': writeAudit(),
});

import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { readKeyUse } from '../../platform/key-use.ts';
import { operatorKeys } from '../../platform/operator-keys.ts';
import { revokeKey } from './keys.ts';

export const handler = operatorLambda(revokeKey, {
  'audit.write': writeAudit(),
  'keys.write': operatorKeys(),
  'keyUse.read': readKeyUse,
});

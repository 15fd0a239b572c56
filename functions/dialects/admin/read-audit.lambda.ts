import { operatorLambda } from '../../http/operator-lambda.ts';
import { readAudit as readTrail } from '../../platform/audit-reading.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { readAudit } from './audit.ts';

export const handler = operatorLambda(readAudit, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'audit.read': readTrail(),
});

import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { operatorOrganizations } from '../../platform/operator-organizations.ts';
import { createOrganization } from './organizations.ts';

export const handler = operatorLambda(createOrganization, {
  'audit.write': writeAudit(),
  'organizations.write': operatorOrganizations(),
});

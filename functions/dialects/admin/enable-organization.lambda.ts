import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { operatorOrganizations } from '../../platform/operator-organizations.ts';
import { enableOrganization } from './organizations.ts';

export const handler = operatorLambda(enableOrganization, {
  'audit.write': writeAudit(),
  'organizations.write': operatorOrganizations(),
});

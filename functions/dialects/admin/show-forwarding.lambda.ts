import { operatorLambda } from '../../http/operator-lambda.ts';
import { readAccount } from '../../platform/account.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { readBusArn } from '../../platform/bus-arn.ts';
import { currentOrganizations } from '../../platform/organizations.ts';
import { showForwarding } from './forwarding.ts';

export const handler = operatorLambda(showForwarding, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'account.read': readAccount(),
  'events.busArn': readBusArn(),
});

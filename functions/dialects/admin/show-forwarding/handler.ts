import { adminHandler } from '../../../http/endpoints/admin-handler.ts';
import { currentOrganizations } from '../../../platform/access/organizations.ts';
import { writeAudit } from '../../../platform/access/write-audit.ts';
import { readBusArn } from '../../../platform/events/bus-arn.ts';
import { readAccount } from '../../../platform/runtime/aws-account.ts';
import { showForwarding } from './endpoint.ts';

export const handler = adminHandler(showForwarding, {
  'audit.write': writeAudit(),
  'organizations.read': currentOrganizations,
  'account.read': readAccount(),
  'events.busArn': readBusArn(),
});

import { operatorLambda } from '../../http/operator-lambda.ts';
import { writeAudit } from '../../platform/audit-trail.ts';
import { readHistory } from '../../platform/history-reading.ts';
import { listEvents } from './events.ts';

export const handler = operatorLambda(listEvents, { 'audit.write': writeAudit(), 'history.read': readHistory() });

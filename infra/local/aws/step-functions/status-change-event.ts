import { type BusEvent, formatEventTime, toBusEvent } from '../eventbridge/envelope.ts';
import type { AwsEnvironment } from '../service.ts';
import type { ExecutionRecord } from './journal.ts';

/**
 * Builds the event that Step Functions publishes when an execution starts and when it ends. Dates are milliseconds
 * since 1970, and missing values are null
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
 */
export function toStatusChangeEvent(record: ExecutionRecord, env: AwsEnvironment): BusEvent {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause } = record;
  return toBusEvent({
    ...env,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    time: formatEventTime(stopDate ?? startDate),
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name,
      status,
      startDate,
      stopDate: stopDate ?? null,
      input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: status === 'RUNNING' || status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
      redriveStatusReason: null,
    },
  });
}

import { randomUUID } from 'node:crypto';
import type { AwsEnvironment } from '../service.ts';
import type { ExecutionRecord } from './journal.ts';

/** An event of the default bus, as EventBridge hands it to its targets. */
export type BusEvent = Readonly<Record<string, unknown>> & { readonly id: string };

/**
 * The event that Step Functions publishes when an execution starts and when it ends (Step Functions Developer Guide,
 * "EventBridge events"). Dates are milliseconds; what an execution does not have is null.
 */
export function statusChange(record: ExecutionRecord, env: AwsEnvironment): BusEvent {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, input, output, error, cause } = record;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: env.account,
    time: `${new Date(stopDate ?? startDate).toISOString().slice(0, 19)}Z`,
    region: env.region,
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
  };
}

import { type EventContent, formatEventTime } from '../aws/eventbridge/envelope.ts';
import type { ManagementCall } from '../storage/s3/store/model.ts';
import { demoAccount, demoUser } from './demo-keys.ts';

export interface DemoAccountOptions {
  /** Takes an event to the deployment's bus, which says by itself that it refuses one. */
  readonly forward: (event: EventContent) => Promise<unknown>;
  /** Told in one line that an event could not be forwarded. */
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Of the demo's buckets. IAM, which has no regions, records its calls there too. */
const region = 'us-east-1';

/**
 * The demo's customer: what changes permissions in the account is recorded by its CloudTrail, and a rule of its default
 * event bus forwards that (EventBridge User Guide, "Sending and receiving events between AWS accounts").
 *
 * @returns what is to be told of every such call. It returns at once and never throws
 */
export function newDemoAccount({ forward, log, now = Date.now }: DemoAccountOptions): (call: ManagementCall) => void {
  return (call) => {
    forward(eventOf(call, now())).catch(() => log(`${call.eventName} of the demo's account could not be forwarded.`));
  };
}

/** As CloudTrail puts the call in an event ("CloudTrail record contents"), as far as a rule or the service may look. */
function eventOf(call: ManagementCall, now: number): EventContent {
  const time = formatEventTime(now);
  const service = call.eventName === 'UpdateAccessKey' ? 'iam' : 's3';
  return {
    source: `aws.${service}`,
    'detail-type': 'AWS API Call via CloudTrail',
    account: demoAccount,
    region,
    time,
    resources: [],
    detail: {
      eventVersion: '1.11',
      eventSource: `${service}.amazonaws.com`,
      eventName: call.eventName,
      awsRegion: region,
      recipientAccountId: demoAccount,
      requestParameters: parametersOf(call),
      eventTime: time,
      readOnly: false,
      managementEvent: true,
    },
  };
}

function parametersOf(call: ManagementCall): Readonly<Record<string, string>> {
  switch (call.eventName) {
    case 'PutBucketPolicy':
    case 'DeleteBucketPolicy':
      return { bucketName: call.bucket };
    case 'UpdateAccessKey':
      return { accessKeyId: call.accessKey, status: call.status, userName: demoUser };
  }
}

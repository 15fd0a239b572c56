import { CfnParameter, type Stack } from 'aws-cdk-lib/core';

/** How often saved connections are looked at, and how long what was found is kept; as CloudFormation hands it on. */
export interface ScheduleParameters {
  readonly healthyMinutes: string;
  readonly failingMinutes: string;
  readonly settleMinutes: string;
  readonly historyRetentionDays: string;
  /** Checks at a time. */
  readonly workers: number;
}

/** Parameters, so that an operator can look more or less often without a synthesis. */
export function scheduleParameters(stack: Stack): ScheduleParameters {
  const parameter = (name: string, fallback: number, [least, most]: readonly [number, number], description: string) =>
    new CfnParameter(stack, name, {
      type: 'Number',
      default: fallback,
      minValue: least,
      maxValue: most,
      description,
    });
  return {
    healthyMinutes: parameter(
      'RecheckHealthyMinutes',
      1_440,
      [5, 44_640],
      'Minutes between two checks of a connection that works.',
    ).valueAsString,
    failingMinutes: parameter(
      'RecheckFailingMinutes',
      15,
      [1, 1_440],
      'Minutes after the first check that failed; each further one doubles them, up to RecheckHealthyMinutes.',
    ).valueAsString,
    settleMinutes: parameter(
      'AnnounceSettleMinutes',
      15,
      [1, 1_440],
      'A connection that changed again within so many minutes is told of once it has stayed as it is for as long.',
    ).valueAsString,
    historyRetentionDays: parameter(
      'HistoryRetentionDays',
      365,
      [1, 3_650],
      'Days that the history of a connection is kept.',
    ).valueAsString,
    // Lambda takes no smaller and no larger maximum for a queue.
    workers: parameter('CheckWorkers', 10, [2, 1_000], 'Checks that may run at a time.').valueAsNumber,
  };
}

/** Who may tell of changes at a storage through the webhooks. Where one's is empty, nobody of its kind is listened to. */
export interface SenderParameters {
  readonly azureTenants: string;
  readonly azureAudience: string;
  readonly googleAudience: string;
  readonly googleSenders: string;
}

import { Alarm, ComparisonOperator, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { checkTimes } from '../../functions/core/records/timeouts.ts';
import type { ServiceFunction } from '../functions/service-function.ts';

interface Watched {
  readonly checks: Queue;
  readonly deadLetters: Queue;
  readonly sweep: ServiceFunction;
  readonly check: ServiceFunction;
  readonly notice: ServiceFunction;
  readonly janitor: ServiceFunction;
}

/** Of the metrics that log lines are counted into. */
const metricNamespace = 'StorageConnections';

/**
 * What an operator wants to hear of. The alarms do nothing by themselves: whom they tell is the account's to say.
 */
export function reverificationAlarms(
  scope: Construct,
  { checks, deadLetters, sweep, check, notice, janitor }: Watched,
): void {
  const alarm = (name: string, alarmDescription: string, metric: IMetric, threshold: number) =>
    new Alarm(scope, `${name}Alarm`, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  alarm(
    'DeadLetters',
    'Something could not be worked on three times, or not be delivered: look into the queue of dead letters.',
    deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
    1,
  );
  // A check is handed over anew after a quarter of an hour: whatever waits longer is dropped when its turn comes.
  alarm(
    'Backlog',
    'Checks wait for workers longer than they may: raise CheckWorkers, or read the log of the check.',
    checks.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
    checkTimes.lease / 1000,
  );
  // Lambda repeats a failed call twice within minutes: three are one that failed for good.
  const errors = ({ lambda }: ServiceFunction) => lambda.metricErrors({ period: Duration.minutes(15) });
  alarm('Sweep', 'Checks that are due are not handed over: read the log of the sweep.', errors(sweep), 3);
  alarm('Janitor', 'The janitor fails: read its log.', errors(janitor), 3);

  counted(janitor, 'JanitorFailures', 'janitor', '$.message.failed');
  // Of a check and of a notice: what cannot be worked on is one line each time it comes.
  counted(check, 'FailedChecks', 'unexpected', '1');
  counted(notice, 'FailedNotices', 'unexpected', '1');
}

/** Counts the lines of one event in a function's log, or what they say. Lambda puts what is logged under `message`. */
function counted(task: ServiceFunction, metricName: string, event: string, metricValue: string): void {
  new MetricFilter(task, metricName, {
    logGroup: task.lambda.logGroup,
    filterPattern: FilterPattern.stringValue('$.message.event', '=', event),
    metricNamespace,
    metricName,
    metricValue,
  });
}

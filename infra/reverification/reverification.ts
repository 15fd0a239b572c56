import { type EventBus, type EventPattern, type IRuleTarget, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { eventSource } from '../../functions/core/events/events.ts';
import { ownerCalls } from '../../functions/core/reverification/cloudtrail-calls.ts';
import type { SecretPlace } from '../data/secrets.ts';
import type { ServiceFunction } from '../functions/service-function.ts';
import type { ScheduleParameters } from '../parameters/schedule.ts';
import { reverificationAlarms } from './alarms.ts';
import { ownerBus } from './event-bus.ts';
import { CheckQueues, takes } from './queues.ts';

export interface ReverificationTasks {
  /** Hands over what is due. */
  readonly sweep: ServiceFunction;
  /** Looks at one connection. */
  readonly check: ServiceFunction;
  /** Brings forward the checks that an event asks for. */
  readonly notice: ServiceFunction;
  /** Mends what crashes left behind. */
  readonly janitor: ServiceFunction;
}

interface ReverificationProps {
  readonly tasks: ReverificationTasks;
  readonly credentials: SecretPlace;
  readonly workers: ScheduleParameters['workers'];
}

/** The re-verification of saved connections: what runs by schedule, what events cause, and the queues between. */
export class Reverification extends Construct {
  readonly checks: Queue;
  readonly notices: Queue;
  readonly events: EventBus;

  constructor(scope: Construct, id: string, { tasks, credentials, workers }: ReverificationProps) {
    super(scope, id);
    const { sweep, check, notice, janitor } = tasks;
    const queues = new CheckQueues(this, 'Queues');
    this.checks = queues.checks;
    this.notices = queues.notices;
    this.events = ownerBus(this, 'Events');

    takes(check, queues.checks, { batch: 1, atOnce: workers });
    takes(notice, queues.notices, { batch: 10, atOnce: 2 });

    const deadLetterQueue = queues.deadLetters;
    const clock = (name: string, description: string, every: Duration, task: ServiceFunction) =>
      new Rule(this, name, {
        description,
        schedule: Schedule.rate(every),
        targets: [new LambdaFunction(task.lambda, { deadLetterQueue })],
      });
    clock('Sweep', 'Hands over the checks that are due.', Duration.minutes(1), sweep);
    clock('Janitor', 'Mends what crashes left behind.', Duration.hours(1), janitor);

    const noticed: IRuleTarget = new SqsQueue(queues.notices, { deadLetterQueue });
    const event = (name: string, description: string, eventPattern: EventPattern, eventBus?: EventBus) =>
      new Rule(this, name, { description, eventPattern, targets: [noticed], ...(eventBus && { eventBus }) });
    event('SecretChanged', 'Checks connections whose secret was changed.', {
      source: ['aws.secretsmanager'],
      detailType: ['Secret Label Updated'],
      detail: { labelUpdated: ['AWSCURRENT'], name: [{ prefix: credentials.prefix }] },
    });
    const calls = Object.values(ownerCalls).flatMap((byName) => Object.keys(byName));
    event(
      'OwnerEvents',
      'Checks connections whose owner changed something about them.',
      {
        source: Object.keys(ownerCalls),
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: ['s3.amazonaws.com', 'iam.amazonaws.com'], eventName: calls },
      },
      this.events,
    );
    // The bus's policy lets no other account say so; the rule does not hang on that.
    event(
      'Requested',
      'Checks what somebody in this account asks for.',
      { source: [eventSource], detailType: ['ReverifyRequested'], account: [Stack.of(this).account] },
      this.events,
    );

    const { checks, deadLetters } = queues;
    reverificationAlarms(this, { checks, deadLetters, sweep, check, notice, janitor });
  }
}

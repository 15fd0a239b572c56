import type { LocalTemplate, Queue, QueueMapping } from '../../template/model.ts';
import { refuse } from '../../template/start-refused.ts';
import { createCaller } from '../iam/authorize.ts';
import type { Invoke, Log } from '../invoke.ts';
import { type AwsEnvironment, type JsonService, ServiceError } from '../service.ts';
import { type RunningMapping, startMapping } from './poller/event-source-mapping.ts';
import type { OpenQueue } from './queue.ts';
import { type ObservedQueue, openQueues, type Queues } from './queues.ts';
import { createSendFromRule, type SendFromRule } from './rule-target.ts';
import { createSqsService } from './service.ts';

/** How long a visibility time-out or a delay takes here, in milliseconds. */
export type Wait = (seconds: number) => number;

export interface Sqs {
  readonly service: JsonService;
  readonly sendFromRule: SendFromRule;
  readonly observe: () => readonly ObservedQueue[];
  /** Begins to invoke functions with messages. */
  readonly start: () => void;
  /** Answers receivers that wait, and stops the mappings (see `RunningMapping.stop`); queues still take messages. */
  readonly drain: (graceMs: number) => Promise<void>;
  /** Nothing is taken or kept after this. */
  readonly close: () => void;
}

export interface SqsOptions {
  readonly template: LocalTemplate;
  readonly env: AwsEnvironment;
  /** Path of the journal's file. */
  readonly journal: string;
  readonly invoke: Invoke;
  /** Where the wire is, once it is. */
  readonly endpoint: () => string;
  readonly wait?: Wait;
  readonly log: Log;
}

/** What a function's role needs for a mapping: Lambda refuses to make one otherwise. */
const neededActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * The queues of a template with what they held, and their mappings.
 * @throws StartRefused for a mapping that Lambda would not make, and for an unknown dead letter queue
 */
export function openSqs(options: SqsOptions): Sqs {
  const { template, env, invoke, endpoint, wait = (seconds) => seconds * 1000, log } = options;
  for (const mapping of template.mappings) checkRights(mapping, template, env);
  const queues = openQueues(template.queues, options.journal, log);
  const polls = createPolls();
  let mappings: readonly RunningMapping[] = [];
  let draining = false;
  return {
    service: createSqsService({
      ...{ queues, env, wait },
      urlOf: ({ queue }) => atTheWire(queue.url, [queue], endpoint()),
      visible: polls.visible,
    }),
    sendFromRule: createSendFromRule(queues, env.account, wait, log),
    observe: queues.observe,
    start: () => {
      if (draining) return;
      mappings = template.mappings
        .filter(({ enabled }) => enabled)
        .map((mapping) => startMapping(mapping, mappedQueue(queues, mapping), invoke, wait));
    },
    drain: async (graceMs) => {
      draining = true;
      polls.end();
      await Promise.all(mappings.map(({ stop }) => stop(graceMs)));
    },
    close: queues.close,
  };
}

/**
 * A text in which URLs of queues lead to the wire. The SDK sends a call to the host of its QueueUrl, whatever
 * `AWS_ENDPOINT_URL_SQS` says.
 */
export function atTheWire(text: string, queues: readonly Queue[], endpoint: string): string {
  return queues.reduce(
    (changed, { url }) => changed.replaceAll(url, () => `${endpoint}${new URL(url).pathname}`),
    text,
  );
}

function checkRights(mapping: QueueMapping, { functions, roles, queues }: LocalTemplate, env: AwsEnvironment) {
  const fn = functions.find(({ arn }) => arn === mapping.functionArn);
  const role = roles.find(({ arn }) => arn === fn?.role);
  const known = queues.some(({ arn }) => arn === mapping.queueArn);
  if (role === undefined || !known) {
    refuse(`The mapping of ${mapping.queueArn} to ${mapping.functionArn} lacks its queue, function or role.`);
  }
  const { require } = createCaller({ kind: 'role', role }, env, () => undefined);
  for (const action of neededActions) {
    try {
      require(action, mapping.queueArn);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      refuse(`${role.logicalId} is not allowed ${action} on ${mapping.queueArn}, so Lambda would refuse its mapping.`);
    }
  }
}

function mappedQueue(queues: Queues, { queueArn }: QueueMapping): OpenQueue {
  return queues.find(queueArn) ?? refuse(`A mapping names the unknown queue ${queueArn}.`);
}

/** Receivers that wait for a message. */
function createPolls() {
  const waiting = new Set<() => void>();
  let ended = false;
  return {
    /** Waits until the queue may have something visible, or for so long. False when nobody is to wait any more. */
    visible: async (queue: OpenQueue, ms: number): Promise<boolean> => {
      if (ended) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      const unwatch = queue.onVisible(resolve);
      waiting.add(resolve);
      await promise;
      clearTimeout(timer);
      unwatch();
      waiting.delete(resolve);
      return !ended;
    },
    end: (): void => {
      ended = true;
      for (const resolve of waiting) resolve();
    },
  };
}

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
import type { ToMilliseconds } from './timers.ts';

/** The local SQS with its queues and event source mappings. */
export interface Sqs {
  readonly service: JsonService;
  readonly sendFromRule: SendFromRule;
  readonly observe: () => readonly ObservedQueue[];
  /** Starts the event source mappings. */
  readonly start: () => void;
  /** Ends long polls and stops the mappings (see `RunningMapping.stop`). Queues still accept messages. */
  readonly drain: (graceMs: number) => Promise<void>;
  /** Closes the queues and their journal. */
  readonly close: () => void;
}

export interface SqsOptions {
  readonly template: LocalTemplate;
  readonly env: AwsEnvironment;
  /** The path of the journal. */
  readonly journal: string;
  readonly invoke: Invoke;
  /** Gives the server's endpoint; it is called once the server runs. */
  readonly endpoint: () => string;
  readonly toMs?: ToMilliseconds;
  readonly log: Log;
}

/** Lambda refuses to create a mapping when the function's role lacks one of these permissions. */
const requiredActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * Opens the queues of a template with their stored messages, and the event source mappings.
 * @throws StartRefused for a mapping that Lambda would refuse, and for an unknown dead-letter queue
 */
export function openSqs(options: SqsOptions): Sqs {
  const { template, env, invoke, endpoint, toMs = (seconds) => seconds * 1000, log } = options;
  for (const mapping of template.mappings) checkMapping(mapping, template, env);
  const queues = openQueues(template.queues, options.journal, log);
  const longPolls = createLongPolls();
  let mappings: readonly RunningMapping[] = [];
  let draining = false;
  return {
    service: createSqsService({
      ...{ queues, env, toMs },
      toLocalUrl: ({ queue }) => rewriteQueueUrls(queue.url, [queue], endpoint()),
      waitForVisible: longPolls.waitForVisible,
    }),
    sendFromRule: createSendFromRule(queues, env.account, toMs, log),
    observe: queues.observe,
    start: () => {
      if (draining) return;
      mappings = template.mappings
        .filter(({ enabled }) => enabled)
        .map((mapping) => startMapping(mapping, findMappedQueue(queues, mapping), invoke, toMs));
    },
    drain: async (graceMs) => {
      draining = true;
      longPolls.end();
      await Promise.all(mappings.map(({ stop }) => stop(graceMs)));
    },
    close: queues.close,
  };
}

/**
 * Replaces the queues' URLs in a text by URLs of this server. The SDK sends a call to the host of its QueueUrl,
 * whatever `AWS_ENDPOINT_URL_SQS` says.
 */
export function rewriteQueueUrls(text: string, queues: readonly Queue[], endpoint: string): string {
  return queues.reduce(
    (rewritten, { url }) => rewritten.replaceAll(url, () => `${endpoint}${new URL(url).pathname}`),
    text,
  );
}

/** Checks that queue, function and role exist and that Lambda would accept the mapping. @throws StartRefused */
function checkMapping(mapping: QueueMapping, { functions, roles, queues }: LocalTemplate, env: AwsEnvironment) {
  const fn = functions.find(({ arn }) => arn === mapping.functionArn);
  const role = roles.find(({ arn }) => arn === fn?.role);
  const hasQueue = queues.some(({ arn }) => arn === mapping.queueArn);
  if (role === undefined || !hasQueue) {
    refuse(
      `The event source mapping of ${mapping.queueArn} to ${mapping.functionArn} lacks its queue, function or role.`,
    );
  }
  const { require } = createCaller({ kind: 'role', role }, env, () => undefined);
  for (const action of requiredActions) {
    try {
      require(action, mapping.queueArn);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      refuse(
        `${role.logicalId} is not allowed ${action} on ${mapping.queueArn}, so Lambda would refuse its event source mapping.`,
      );
    }
  }
}

function findMappedQueue(queues: Queues, { queueArn }: QueueMapping): OpenQueue {
  return queues.find(queueArn) ?? refuse(`An event source mapping names the unknown queue ${queueArn}.`);
}

/** Creates the long polls: receivers that wait for a message. */
function createLongPolls() {
  const waiting = new Set<() => void>();
  let ended = false;
  return {
    /** Waits until the queue may have a visible message, for at most `ms`. False once polls have been ended. */
    waitForVisible: async (queue: OpenQueue, ms: number): Promise<boolean> => {
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

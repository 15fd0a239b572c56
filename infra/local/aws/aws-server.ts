import { join } from 'node:path';
import type { LocalTemplate } from '../template/model.ts';
import { openDatabase } from './dynamodb/database.ts';
import { createDynamoDb, readRows } from './dynamodb/service.ts';
import type { PublishedEvent } from './eventbridge/bus.ts';
import { type Forward, openEventBridge } from './eventbridge/event-bridge.ts';
import type { Schedules } from './eventbridge/schedules.ts';
import { startServer } from './http-server.ts';
import { authenticate } from './iam/authenticate.ts';
import { createCaller } from './iam/authorize.ts';
import { createIssuer, type WireCredentials } from './iam/credentials.ts';
import { createSignerOf, type SignerOf } from './iam/verify-signature.ts';
import type { Invoke, Log } from './invoke.ts';
import { type ObservedSecret, openSecretsManager } from './secrets-manager/service.ts';
import type { Faults } from './service.ts';
import { atTheWire, openSqs, type Wait as QueueWait } from './sqs/open-sqs.ts';
import type { ObservedQueue } from './sqs/queues.ts';
import type { Waits } from './step-functions/definition.ts';
import { type ObservedExecution, openStepFunctions } from './step-functions/start.ts';
import { type AssumedSession, type CustomerRole, createSts } from './sts/service.ts';

export type { Invoke, InvokeOutcome } from './invoke.ts';

export interface AwsWireOptions {
  readonly template: LocalTemplate;
  /** Where tables, secrets, executions and messages are kept between runs; made when it is not there. */
  readonly dataDir: string;
  /**
   * Runs a function. It may be called as soon as `startAwsWire` has resolved (events that the last run left
   * undelivered, messages), so it waits by itself for whatever runs functions.
   */
  readonly invoke: Invoke;
  readonly log?: Log;
  /** Roles in accounts of customers, which functions may assume as far as their own rights and the roles' trust go. */
  readonly customerRoles?: readonly CustomerRole[];
  /** Shortens waits and retry intervals of the state machines; tests need not wait. */
  readonly waits?: Waits;
  /** Milliseconds for the seconds of queues' visibility time-outs and delays; tests need not wait. */
  readonly visibility?: QueueWait;
  /** Milliseconds before the repetitions of a failed asynchronous invocation; 1000 and 2000 when absent. */
  readonly asyncRetryDelays?: readonly [number, number];
  /** Whether rules that go by the clock do, or wait for `trigger`; `by hand` when absent. */
  readonly schedules?: 'running' | 'by hand';
  /** Answers calls with errors in the place of the services: throttling, and what else AWS has moments of. */
  readonly faults?: Faults;
}

export interface AwsWire {
  /** `http://127.0.0.1:<port>`, for every service. */
  readonly endpoint: string;
  /** Random per start. @throws Error when the template has no such role */
  readonly credentialsFor: (roleArn: string) => WireCredentials;
  /** Allowed everything: for seeding and for the operator, never for a function. */
  readonly administrator: () => WireCredentials;
  /** Who signed a request to an endpoint that is not on the wire (an API's), and what they may do. */
  readonly signerOf: SignerOf;
  /** What an SDK needs in its environment to find the wire; credentials not included. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** A function's variables, in which URLs of queues lead to the wire: the SDK calls the host of a QueueUrl. */
  readonly variables: (declared: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Lets a rule of another account send an event to a bus of this one. */
  readonly forward: Forward;
  /** Runs a scheduled rule now. */
  readonly trigger: Schedules['trigger'];
  readonly observe: {
    readonly rows: () => Promise<readonly unknown[]>;
    readonly secrets: () => readonly ObservedSecret[];
    readonly executions: () => readonly ObservedExecution[];
    readonly events: () => readonly PublishedEvent[];
    readonly queues: () => readonly ObservedQueue[];
    readonly sessions: () => readonly AssumedSession[];
  };
  /**
   * Aborts running executions, lets their events be delivered and messages under way be dealt with (functions must still
   * run, for at most `graceMs`), then closes the server and the data.
   */
  readonly stop: (graceMs?: number) => Promise<void>;
}

/**
 * Starts the AWS that the functions of a template see: one loopback endpoint for DynamoDB, Secrets Manager, STS,
 * Step Functions, EventBridge and SQS, every call checked against the statements of the role whose credentials signed it.
 * @throws StartRefused with one sentence, when the data is in use or does not fit the template, or a definition cannot
 *   be run as AWS would
 */
export async function startAwsWire(options: AwsWireOptions): Promise<AwsWire> {
  const { template, dataDir, invoke, log = () => undefined, asyncRetryDelays = [1000, 2000] } = options;
  const { account = '000000000000', region = 'us-east-1', tables, roles } = template;
  const place = { account, region };
  const issuer = createIssuer(roles);
  const sts = createSts(options.customerRoles ?? [], place);
  // The lock on the tables is what keeps a second start away from the other files too: it comes first.
  const database = await openDatabase(dataDir, tables, place);
  try {
    const sqs = openSqs({
      ...{ template, place, invoke, log },
      journal: join(dataDir, 'queues.jsonl'),
      endpoint: () => server.endpoint,
      ...(options.visibility === undefined ? {} : { wait: options.visibility }),
    });
    const eventBridge = openEventBridge({
      ...{ template, place, invoke, log, retryDelays: asyncRetryDelays },
      sendFromRule: sqs.sendFromRule,
    });
    const secretsManager = await openSecretsManager(
      dataDir,
      template.secrets,
      place,
      (event) => void eventBridge.publish(event),
    );
    const stepFunctions = openStepFunctions({
      ...{ template, place, invoke, log, publish: eventBridge.publish },
      journal: join(dataDir, 'executions.jsonl'),
      ...(options.waits === undefined ? {} : { waits: options.waits }),
    });
    const server = await startServer({
      queryServices: [sts.service],
      services: [
        createDynamoDb(database, tables, place),
        secretsManager.service,
        stepFunctions.service,
        eventBridge.service,
        sqs.service,
      ],
      authenticate: (request, signingName) => authenticate(request, signingName, issuer),
      caller: (principal) => createCaller(principal, place, log),
      ...(options.faults === undefined ? {} : { faults: options.faults }),
      log,
    });
    setImmediate(() => void stepFunctions.recover());
    setImmediate(sqs.start);
    if (options.schedules === 'running') eventBridge.startSchedules();

    let stopping: Promise<void> | undefined;
    const stop = async (graceMs: number): Promise<void> => {
      const stopsAt = performance.now() + graceMs;
      const drained = sqs.drain(graceMs);
      await stepFunctions.close(graceMs);
      await eventBridge.close(Math.max(stopsAt - performance.now(), 0));
      await drained;
      await server.close();
      sqs.close();
      await database.close();
    };
    return {
      endpoint: server.endpoint,
      // Copies, because the SDK's clients write into what they are given.
      credentialsFor: (roleArn) => ({ ...issuer.forRole(roleArn) }),
      administrator: () => ({ ...issuer.administrator }),
      signerOf: createSignerOf(issuer, place, log),
      environment: () => ({
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
        AWS_ENDPOINT_URL_EVENTBRIDGE: server.endpoint,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: server.endpoint,
        AWS_ENDPOINT_URL_SFN: server.endpoint,
        AWS_ENDPOINT_URL_SQS: server.endpoint,
        AWS_ENDPOINT_URL_STS: server.endpoint,
      }),
      variables: (declared) =>
        Object.fromEntries(
          Object.entries(declared).map(([name, value]) => [name, atTheWire(value, template.queues, server.endpoint)]),
        ),
      forward: eventBridge.forward,
      trigger: eventBridge.trigger,
      observe: {
        rows: () => readRows(database, tables),
        secrets: secretsManager.observe,
        executions: stepFunctions.observe,
        events: eventBridge.observe,
        queues: sqs.observe,
        sessions: sts.observe,
      },
      stop: (graceMs = 10_000) => {
        stopping ??= stop(graceMs);
        return stopping;
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

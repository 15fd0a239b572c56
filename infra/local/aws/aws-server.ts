import { join } from 'node:path';
import type { LocalTemplate } from '../template/model.ts';
import { openDatabase } from './dynamodb/database.ts';
import { createDynamoDbService, readRows } from './dynamodb/service.ts';
import type { PublishedEvent } from './eventbridge/buses.ts';
import { type ForwardEvent, openEventBridge } from './eventbridge/event-bridge.ts';
import type { Schedules } from './eventbridge/schedules.ts';
import { startHttpServer } from './http-server.ts';
import { authenticate } from './iam/authenticate.ts';
import { createCaller } from './iam/authorize.ts';
import { createCredentialIssuer, type TemporaryCredentials } from './iam/credentials.ts';
import { createIdentifySigner, type IdentifySigner } from './iam/verify-signature.ts';
import type { Invoke, Log } from './invoke.ts';
import { type ObservedSecret, openSecretsManager } from './secrets-manager/service.ts';
import type { AwsEnvironment, FaultInjector } from './service.ts';
import { openSqs, rewriteQueueUrls } from './sqs/open-sqs.ts';
import type { ObservedQueue } from './sqs/queues.ts';
import type { ToMilliseconds } from './sqs/timers.ts';
import { type ObservedExecution, openStepFunctions } from './step-functions/open-step-functions.ts';
import type { ToWaitMs } from './step-functions/prepare-machine.ts';
import { type AssumedSession, type CustomerRole, createStsService } from './sts/service.ts';

export type { Invoke, InvokeOutcome } from './invoke.ts';

export interface AwsServerOptions {
  readonly template: LocalTemplate;
  /** The folder that stores tables, secrets, executions and messages between runs. It is created when missing. */
  readonly dataDir: string;
  /**
   * Invokes a function. Undelivered events and messages of the last run may call it as soon as `startAwsServer` has
   * resolved, so the implementation waits until functions can run.
   */
  readonly invoke: Invoke;
  readonly log?: Log;
  /** Roles in customers' accounts. A function may assume one if its own policy and the role's trust policy allow it. */
  readonly customerRoles?: readonly CustomerRole[];
  /** Replaces the state machines' waits and retry intervals; tests shorten them. */
  readonly waits?: ToWaitMs;
  /** Converts the seconds of queues' visibility timeouts and delays to milliseconds; tests shorten them. */
  readonly visibility?: ToMilliseconds;
  /** Milliseconds before the first and second retry of a failed asynchronous invocation; 1000 and 2000 when absent. */
  readonly asyncRetryDelays?: readonly [number, number];
  /** Whether scheduled rules run on their schedule, or only by `trigger`; `by hand` when absent. */
  readonly schedules?: 'running' | 'by hand';
  /** Makes calls fail before the service performs them, as AWS does when it throttles. */
  readonly faults?: FaultInjector;
}

export interface AwsServer {
  /** `http://127.0.0.1:<port>`, the same for every service. */
  readonly endpoint: string;
  /** Gives a role's credentials, which are random for each start. @throws Error when the template has no such role */
  readonly credentialsFor: (roleArn: string) => TemporaryCredentials;
  /** Gives credentials that are allowed everything: for seeding and for the operator, never for a function. */
  readonly administrator: () => TemporaryCredentials;
  /** Verifies the signature of a request to another endpoint, such as the API's, and identifies its signer. */
  readonly identifySigner: IdentifySigner;
  /** Gives the environment variables that point an SDK at this server, without credentials. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Rewrites queue URLs in a function's variables to this server, because the SDK calls the host of a QueueUrl. */
  readonly toLocalVariables: (declared: Readonly<Record<string, string>>) => Readonly<Record<string, string>>;
  /** Sends an event to a bus of this account, as a rule of another account does. */
  readonly forward: ForwardEvent;
  /** Runs a scheduled rule immediately. */
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
   * Aborts running executions, waits until their events and the messages in flight are handled, and closes everything.
   * Functions must still run meanwhile, for at most `graceMs`.
   */
  readonly stop: (graceMs?: number) => Promise<void>;
}

/**
 * Starts a loopback server that emulates the AWS services a template's functions use: DynamoDB, Secrets Manager, STS,
 * Step Functions, EventBridge and SQS. Every call is authorized by the policies of the role that signed it.
 * @throws StartRefused with one sentence, when the data is in use or does not fit the template, or when a definition
 *   would run differently on AWS
 */
export async function startAwsServer(options: AwsServerOptions): Promise<AwsServer> {
  const { template, dataDir, invoke, log = () => undefined, asyncRetryDelays = [1000, 2000] } = options;
  const { account = '000000000000', region = 'us-east-1', tables, roles } = template;
  const env: AwsEnvironment = { account, region };
  const issuer = createCredentialIssuer(roles);
  const sts = createStsService(options.customerRoles ?? [], env);
  // Opened first: its lock also keeps a second process away from the other files.
  const database = await openDatabase(dataDir, tables, env);
  try {
    const sqs = openSqs({
      ...{ template, env, invoke, log },
      journal: join(dataDir, 'queues.jsonl'),
      endpoint: () => server.endpoint,
      ...(options.visibility === undefined ? {} : { toMs: options.visibility }),
    });
    const eventBridge = openEventBridge({
      ...{ template, env, invoke, log, retryDelays: asyncRetryDelays },
      sendFromRule: sqs.sendFromRule,
    });
    const secretsManager = await openSecretsManager(
      dataDir,
      template.secrets,
      env,
      (event) => void eventBridge.publish(event),
    );
    const stepFunctions = openStepFunctions({
      ...{ template, env, invoke, log, publish: eventBridge.publish },
      journal: join(dataDir, 'executions.jsonl'),
      ...(options.waits === undefined ? {} : { waits: options.waits }),
    });
    const server = await startHttpServer({
      queryServices: [sts.service],
      services: [
        createDynamoDbService(database, tables, env),
        secretsManager.service,
        stepFunctions.service,
        eventBridge.service,
        sqs.service,
      ],
      authenticate: (request, signingName) => authenticate(request, signingName, issuer),
      createCaller: (principal) => createCaller(principal, env, log),
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
      // Copies, because the SDK's clients modify the credentials they are given.
      credentialsFor: (roleArn) => ({ ...issuer.forRole(roleArn) }),
      administrator: () => ({ ...issuer.administrator }),
      identifySigner: createIdentifySigner(issuer, env, log),
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
      toLocalVariables: (declared) =>
        Object.fromEntries(
          Object.entries(declared).map(([name, value]) => [
            name,
            rewriteQueueUrls(value, template.queues, server.endpoint),
          ]),
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

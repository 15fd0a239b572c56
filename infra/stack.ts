import { Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { DeclaredEndpoint } from '../functions/http/endpoints/endpoint.ts';
import type { DeclaredTask } from '../functions/workflows/registry.ts';
import { Api } from './api/api.ts';
import type { FunctionCode } from './bundle/bundle.ts';
import { Secrets } from './data/secrets.ts';
import { Records } from './data/tables.ts';
import { type DeclaredFunction, endpointFunction, taskFunction } from './functions/declarations.ts';
import { grantNeeds, type Resources } from './functions/grants.ts';
import { ServiceFunction } from './functions/service-function.ts';
import { egressParameters } from './parameters/egress.ts';
import { limitParameters } from './parameters/limits.ts';
import { scheduleParameters } from './parameters/schedule.ts';
import { tokenVariables } from './parameters/tokens.ts';
import { senderParameters } from './parameters/webhooks.ts';
import { Reverification } from './reverification/reverification.ts';
import type { Settings } from './settings.ts';
import { VerificationLoop } from './verification/verification-loop.ts';

/** Everything the service is made of. */
export interface Service {
  readonly endpoints: readonly DeclaredEndpoint[];
  readonly tasks: readonly DeclaredTask[];
  /** Code by function name. */
  readonly code: ReadonlyMap<string, Pick<FunctionCode, 'directory' | 'hash'>>;
}

/**
 * Shorter than the 29 seconds API Gateway waits, and than the time a loop looks for the credential that an endpoint
 * writes (`jobTimes.credential`); longer than the 8 seconds a storage gets and the service's own calls around it.
 */
const endpointTimeout = Duration.seconds(15);
/**
 * Nobody waits for a task but its state machine, which waits longer than this (`verification-loop.asl.json`), and its
 * queue, which keeps the messages it was given to itself for six times as long (`check-queues.ts`).
 */
const taskTimeout = Duration.seconds(30);

/** The whole deployment: one stack. */
export class StorageConnections extends Stack {
  constructor(scope: Construct, id: string, service: Service, settings: Settings, props?: StackProps) {
    super(scope, id, props);

    const deployed = (declared: DeclaredFunction, timeout: Duration): Deployed => {
      const code = service.code.get(declared.name);
      if (!code) throw new Error(`There is no code for ${declared.name}.`);
      const { name, needs } = declared;
      return {
        name,
        needs,
        function: new ServiceFunction(this, constructId(name), { name, code, timeout, settings }),
      };
    };
    const endpoints = service.endpoints.map((endpoint) => ({
      ...deployed(endpointFunction(endpoint), endpointTimeout),
      method: endpoint.method,
      paths: endpoint.paths,
      authorization: endpoint.authorization,
    }));
    const tasks = service.tasks.map((task) => deployed(taskFunction(task), taskTimeout));

    const egress = egressParameters(this);
    const records = new Records(this, 'Records', settings);
    const secrets = new Secrets(this, 'Secrets', settings);
    const verificationLoop = new VerificationLoop(this, 'VerificationLoop', {
      probe: named('verification/probe', tasks),
      conclude: named('verification/conclude', tasks),
    });
    const schedule = scheduleParameters(this);
    const reverification = new Reverification(this, 'Reverification', {
      tasks: {
        sweep: named('reverification/sweep', tasks),
        check: named('reverification/check', tasks),
        notice: named('reverification/storage-event', tasks),
        janitor: named('reverification/janitor', tasks),
      },
      credentials: secrets.credentials,
      workers: schedule.workers,
    });

    const resources: Resources = {
      access: records.access,
      connections: records.connections,
      unsavedCredentials: secrets.unsavedCredentials,
      credentials: secrets.credentials,
      fingerprintKey: secrets.fingerprintKey,
      verificationLoop,
      reverification,
      schedule,
      senders: senderParameters(this),
      egress,
      limits: limitParameters(this),
      tokens: tokenVariables(this, settings),
      accountId: this.account,
      customerRoles: { arns: `arn:${this.partition}:iam::*:role/*`, notOf: this.account },
    };
    for (const { function: to, needs } of [...endpoints, ...tasks]) grantNeeds(to, needs, resources);

    new Api(this, 'Api', endpoints, settings);
  }
}

type Deployed = Pick<DeclaredFunction, 'name' | 'needs'> & { readonly function: ServiceFunction };

function named(name: string, among: readonly Deployed[]): ServiceFunction {
  const found = among.find((deployed) => deployed.name === name);
  if (!found) throw new Error(`No task is called ${name}.`);
  return found.function;
}

/** `edge-impulse/verify-bucket` → `EdgeImpulseVerifyBucket`, which CloudFormation makes the function's name of. */
const constructId = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

import { readFileSync } from 'node:fs';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { jobTimes } from '../../functions/core/records/timeouts.ts';
import type { ServiceFunction } from '../functions/service-function.ts';

/** The polling loop as Step Functions reads it, but for the two functions' ARNs: it ends when a job does. */
export const verificationLoopDefinition = JSON.stringify({
  ...JSON.parse(readFileSync(new URL('./verification-loop.asl.json', import.meta.url), 'utf8')),
  TimeoutSeconds: jobTimes.execution / 1000,
});

interface LoopTasks {
  readonly probe: ServiceFunction;
  /** Also told when an execution dies before it reaches its last state. */
  readonly conclude: ServiceFunction;
}

/**
 * The verification loop: a machine that outlives requests, and the rule that cleans up after one that died.
 *
 * It logs nothing: delivering logs takes rights on every log delivery of the account (IAM has no names there), and
 * the history that Step Functions keeps for 90 days says the same. Ids only pass through it, never a secret.
 */
export class VerificationLoop extends Construct {
  readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, { probe, conclude }: LoopTasks) {
    super(scope, id);
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: {
        Rights: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'OwnTasks',
              actions: ['lambda:InvokeFunction'],
              resources: [probe.lambda.functionArn, conclude.lambda.functionArn],
            }),
          ],
        }),
      },
    });
    const machine = new StateMachine(this, 'Machine', {
      // Standard: a loop outlives the five minutes of an express one, and must not run twice.
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(verificationLoopDefinition),
      definitionSubstitutions: {
        ProbeArn: probe.lambda.functionArn,
        ConcludeArn: conclude.lambda.functionArn,
      },
      role,
      tracingEnabled: false,
    });
    this.stateMachineArn = machine.stateMachineArn;

    // Not every end passes a Catch: a time-out of the whole execution, a stop by hand and a few errors do not.
    // Lambda itself repeats a failed asynchronous call twice; what is lost after that, readers of the job know by its
    // deadline, so there is no queue for dead letters.
    new Rule(this, 'Died', {
      description: 'Concludes verifications whose execution ended before its last state.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [this.stateMachineArn], status: ['FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [new LambdaFunction(conclude.lambda, { retryAttempts: 20, maxEventAge: Duration.hours(1) })],
    });
  }
}

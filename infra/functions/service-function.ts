import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FunctionCode } from '../bundle/bundle.ts';
import type { Settings } from '../settings.ts';
import { assetOf } from './function-code.ts';

export interface ServiceFunctionProps {
  /** Shown in the console: the construct's own id is not readable there. */
  readonly name: string;
  readonly code: Pick<FunctionCode, 'directory' | 'hash'>;
  readonly timeout: Duration;
  readonly settings: Pick<Settings, 'functionMemoryMb' | 'logRetentionDays'>;
}

/** One right, as IAM writes it. */
export interface Right {
  /** Says in the policy what the statement is for. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/**
 * A Lambda function with its own role and its own log group. It may write its log and nothing else; rights and
 * environment come from grants (`grants.ts`). The rights are part of the role and not a policy beside it, so that
 * the function never runs without them, and the stack has a resource less for each function.
 */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly #rights = new PolicyDocument();

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    // Kept when the function goes: who read which credential outlives the code that read it. It ages out by itself.
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { Rights: this.#rights },
    });
    this.allow({
      sid: 'OwnLog',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: assetOf(props.code),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      memorySize: props.settings.functionMemoryMb,
      timeout: props.timeout,
    });
  }

  allow({ sid, actions, resources, conditions }: Right): void {
    this.#rights.addStatements(
      new PolicyStatement({
        sid,
        actions: [...actions],
        resources: [...resources],
        ...(conditions && { conditions }),
      }),
    );
  }

  environment(variables: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(variables)) this.lambda.addEnvironment(name, value);
  }
}

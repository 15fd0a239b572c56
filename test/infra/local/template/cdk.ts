import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';

/**
 * Synthesizes a small stack of what the service is made of (an API, functions, a table, a secret, a state machine that
 * a rule listens to) and gives the cloud assembly's directory, under `folder`.
 */
export async function synthesize(folder: string): Promise<string> {
  const code = await mkdtemp(join(folder, 'code-'));
  await writeFile(join(code, 'index.mjs'), 'export const handler = async (event) => event;\n');
  const outdir = join(folder, 'cdk.out');
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Small', { stackName: 'small-dev' });
  const stage = new CfnParameter(stack, 'Stage', { default: 'dev', allowedValues: ['dev', 'prod'] });

  const table = new dynamodb.TableV2(stack, 'Connections', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
    globalSecondaryIndexes: [
      { indexName: 'byDue', partitionKey: { name: 'due', type: dynamodb.AttributeType.STRING } },
    ],
  });
  const pepper = new secretsmanager.Secret(stack, 'Pepper', {
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
  });

  const newFunction = (id: string, environment: Record<string, string> = {}) =>
    new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(code),
      environment,
      timeout: Duration.seconds(20),
      logGroup: new logs.LogGroup(stack, `${id}Logs`, { retention: logs.RetentionDays.ONE_MONTH }),
    });
  const step = newFunction('Step');
  const listen = newFunction('Listen');
  listen.configureAsyncInvoke({ retryAttempts: 1 });

  const machine = new sfn.StateMachine(stack, 'Loop', {
    definitionBody: sfn.DefinitionBody.fromChainable(
      new sfn.Wait(stack, 'Pause', { time: sfn.WaitTime.duration(Duration.seconds(5)) }).next(
        new tasks.LambdaInvoke(stack, 'Run', { lambdaFunction: step, payloadResponseOnly: true }),
      ),
    ),
    timeout: Duration.minutes(10),
  });
  new events.Rule(stack, 'Ends', {
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: [machine.stateMachineArn], status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
    },
    targets: [new targets.LambdaFunction(listen)],
  });

  const verify = newFunction('Verify', {
    TABLE: table.tableName,
    PEPPER: pepper.secretArn,
    LOOP: machine.stateMachineArn,
    STAGE: stage.valueAsString,
  });
  machine.grantStartExecution(verify);
  pepper.grantRead(verify);
  table.grant(verify, 'dynamodb:PutItem', 'dynamodb:Query');
  verify.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['JOB#*'] } },
    }),
  );
  verify.addToRolePolicy(
    new iam.PolicyStatement({
      actions: ['secretsmanager:CreateSecret'],
      resources: [`arn:aws:secretsmanager:${stack.region}:${stack.account}:secret:${stage.valueAsString}/conn/*`],
    }),
  );

  const api = new apigateway.RestApi(stack, 'Api', {
    endpointTypes: [apigateway.EndpointType.REGIONAL],
    cloudWatchRole: true,
    deployOptions: { stageName: 'v' },
  });
  const integration = new apigateway.LambdaIntegration(verify, { allowTestInvoke: false });
  const organization = api.root.resourceForPath('/v1/api/organizations/{organizationId}');
  organization.resourceForPath('buckets/verify').addMethod('POST', integration);
  organization.addMethod('GET', integration, { authorizationType: apigateway.AuthorizationType.IAM });
  api.addGatewayResponse('NotFound', {
    type: apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: '404',
    responseHeaders: { 'cache-control': "'no-store'" },
    templates: { 'application/json': '{"error":"not found"}' },
  });
  new cloudwatch.Alarm(stack, 'Errors', { metric: verify.metricErrors(), threshold: 1, evaluationPeriods: 1 });

  app.synth();
  return outdir;
}

/** The template of an assembly, for a test to change and write back. */
export async function openTemplate(assembly: string) {
  const name = (await readdir(assembly)).find((file) => file.endsWith('.template.json')) ?? '';
  const path = join(assembly, name);
  return {
    text: await readFile(path, 'utf8'),
    write: (template: unknown) => writeFile(path, JSON.stringify(template)),
  };
}

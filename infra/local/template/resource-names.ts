import { gatewayId, mappingId, physicalName, roleId, secretName, secretSuffix } from './generated-names.ts';
import { inertTypes } from './ignored-types.ts';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface Origin {
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  readonly logicalId: string;
  /** The value of a naming property, already resolved; undefined when the template leaves it out. */
  readonly named: (property: string) => string | undefined;
}

type Identify = (origin: Origin) => Identity;

/** `Ref` gives a name of CloudFormation's making, and there is nothing to get. */
const anonymous: Identify = ({ stack, logicalId }) => ({ ref: physicalName(stack, logicalId, 128), attributes: {} });

/** A type whose `Ref` is its name, and whose ARN ends in `<before><name><after>`. */
function named(property: string, limit: number, service: string, before: string, after = ''): Identify {
  return ({ stack, logicalId, account, region, named: given }) => {
    const ref = given(property) ?? physicalName(stack, logicalId, limit);
    return { ref, attributes: { Arn: `arn:aws:${service}:${region}:${account}:${before}${ref}${after}` } };
  };
}

/** The bus that a template names by its name or its ARN; the default one when by neither. */
export function busNameOf(given: string | undefined): string {
  return given?.startsWith('arn:') ? given.slice(given.indexOf('/') + 1) : (given ?? 'default');
}

const gatewayPart: Identify = ({ stack, logicalId }) => {
  const ref = gatewayId(stack, logicalId, 6);
  return { ref, attributes: { ResourceId: ref, DeploymentId: ref, Id: ref } };
};

const identify: Readonly<Record<string, Identify>> = {
  'AWS::Lambda::Function': named('FunctionName', 64, 'lambda', 'function:'),
  'AWS::DynamoDB::Table': named('TableName', 255, 'dynamodb', 'table/'),
  'AWS::DynamoDB::GlobalTable': named('TableName', 255, 'dynamodb', 'table/'),
  'AWS::Events::EventBus': ({ stack, logicalId, account, region, named: given }) => {
    const ref = given('Name') ?? physicalName(stack, logicalId, 256);
    return { ref, attributes: { Arn: `arn:aws:events:${region}:${account}:event-bus/${ref}`, Name: ref } };
  },
  'AWS::Events::EventBusPolicy': anonymous,
  'AWS::Events::Rule': ({ stack, logicalId, account, region, named: given }) => {
    const ref = given('Name') ?? physicalName(stack, logicalId, 64);
    const bus = busNameOf(given('EventBusName'));
    const path = bus === 'default' ? ref : `${bus}/${ref}`;
    return { ref, attributes: { Arn: `arn:aws:events:${region}:${account}:rule/${path}` } };
  },
  'AWS::Logs::LogGroup': named('LogGroupName', 512, 'logs', 'log-group:', ':*'),
  'AWS::CloudWatch::Alarm': named('AlarmName', 255, 'cloudwatch', 'alarm:'),
  'AWS::CloudWatch::CompositeAlarm': named('AlarmName', 255, 'cloudwatch', 'alarm:'),
  'AWS::IAM::Role': ({ stack, logicalId, account, named: given }) => {
    const ref = given('RoleName') ?? physicalName(stack, logicalId, 64);
    const arn = `arn:aws:iam::${account}:role${given('Path') ?? '/'}${ref}`;
    return { ref, attributes: { Arn: arn, RoleId: roleId(stack, logicalId) } };
  },
  'AWS::SecretsManager::Secret': ({ stack, logicalId, account, region, named: given }) => {
    const name = given('Name') ?? secretName(stack, logicalId);
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${secretSuffix(stack, logicalId)}`;
    return { ref: arn, attributes: { Id: arn } };
  },
  'AWS::StepFunctions::StateMachine': ({ stack, logicalId, account, region, named: given }) => {
    const name = given('StateMachineName') ?? physicalName(stack, logicalId, 80);
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  },
  'AWS::SQS::Queue': ({ stack, logicalId, account, region, named: given }) => {
    const name = given('QueueName') ?? physicalName(stack, logicalId, 80);
    const ref = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    const arn = `arn:aws:sqs:${region}:${account}:${name}`;
    return { ref, attributes: { Arn: arn, QueueName: name, QueueUrl: ref } };
  },
  'AWS::Lambda::EventSourceMapping': ({ stack, logicalId, account, region }) => {
    const ref = mappingId(stack, logicalId);
    const arn = `arn:aws:lambda:${region}:${account}:event-source-mapping:${ref}`;
    return { ref, attributes: { Id: ref, EventSourceMappingArn: arn } };
  },
  'AWS::ApiGateway::RestApi': ({ stack, logicalId }) => {
    const ref = gatewayId(stack, logicalId, 10);
    return { ref, attributes: { RestApiId: ref, RootResourceId: gatewayId(stack, `${logicalId}/`, 10) } };
  },
  'AWS::ApiGateway::Stage': ({ named: given }) => ({ ref: given('StageName') ?? '', attributes: {} }),
  'AWS::ApiGateway::Resource': gatewayPart,
  'AWS::ApiGateway::Deployment': gatewayPart,
  'AWS::ApiGateway::Account': gatewayPart,
  'AWS::ApiGateway::Method': anonymous,
  'AWS::ApiGateway::GatewayResponse': anonymous,
  'AWS::Lambda::Permission': anonymous,
  'AWS::Lambda::EventInvokeConfig': anonymous,
  'AWS::IAM::Policy': anonymous,
  'AWS::SQS::QueuePolicy': anonymous,
};

/** The types the readers of this folder understand, besides the inert ones. */
export const understoodTypes: readonly string[] = Object.keys(identify).filter((type) => !inertTypes.has(type));

/** Names a resource as CloudFormation would. A type with no row of its own only has a `Ref`. */
export function identityOf(type: string, origin: Origin): Identity {
  return (identify[type] ?? anonymous)(origin);
}

import * as z from 'zod/mini';

/** As much of a template as a test changes. */
export const templateSchema = z.looseObject({
  Parameters: z.record(z.string(), z.unknown()),
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.optional(z.record(z.string(), z.unknown())) }),
  ),
});
export type Template = z.infer<typeof templateSchema>;

/** The properties of the first resource of a type, to be changed. */
export function first(template: Template, type: string): Record<string, unknown> {
  const found = Object.values(template.Resources).find((resource) => resource.Type === type);
  if (found?.Properties === undefined) throw new Error(`The test's template has no ${type}.`);
  return found.Properties;
}

/** What would run differently on AWS, or would be ignored here: the change, and the sentence that stops the start. */
export const refused: readonly (readonly [string, (template: Template) => void, RegExp])[] = [
  [
    'an unknown resource type',
    ({ Resources }) => {
      Resources['Topic'] = { Type: 'AWS::SNS::Topic' };
    },
    /^AWS::SNS::Topic Topic is of a type the local target does not understand\.$/,
  ],
  [
    'an unknown intrinsic',
    (template) => {
      first(template, 'AWS::Lambda::Function')['Handler'] = { 'Fn::ImportValue': 'x' };
    },
    /^AWS::Lambda::Function Step\w+: Handler uses Fn::ImportValue/,
  ],
  [
    'an attribute it cannot give',
    (template) => {
      first(template, 'AWS::Lambda::Function')['Handler'] = { 'Fn::GetAtt': ['Pepper2B9638F2', 'Secret'] };
    },
    /needs the attribute Secret of Pepper2B9638F2/,
  ],
  [
    'a reference to nothing',
    (template) => {
      first(template, 'AWS::Lambda::Function')['Handler'] = { Ref: 'Nothing' };
    },
    /refers to Nothing/,
  ],
  [
    'a layer',
    (template) => {
      first(template, 'AWS::Lambda::Function')['Layers'] = ['arn'];
    },
    /^AWS::Lambda::Function Step\w+: Layers is not understood/,
  ],
  [
    'another runtime',
    (template) => {
      first(template, 'AWS::Lambda::Function')['Runtime'] = 'python3.13';
    },
    /runs python3\.13/,
  ],
  [
    'a bundle that is not there',
    (template) => {
      first(template, 'AWS::Lambda::Function')['Code'] = { S3Bucket: 'b', S3Key: 'other.zip' };
    },
    /its bundle is not in the assembly/,
  ],
  [
    'a role that Lambda may not assume',
    (template) => {
      first(template, 'AWS::IAM::Role')['AssumeRolePolicyDocument'] = {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'states.amazonaws.com' } }],
      };
    },
    /that Lambda may not assume/,
  ],
  [
    'an unknown managed policy',
    (template) => {
      first(template, 'AWS::IAM::Role')['ManagedPolicyArns'] = ['arn:aws:iam::aws:policy/AdministratorAccess'];
    },
    /unknown managed policy arn:aws:iam::aws:policy\/AdministratorAccess/,
  ],
  [
    'a permissions boundary',
    (template) => {
      first(template, 'AWS::IAM::Role')['PermissionsBoundary'] = 'arn';
    },
    /PermissionsBoundary is not understood/,
  ],
  ...(
    [
      [
        'an unknown condition operator',
        { Condition: { NumericEquals: { 'dynamodb:LeadingKeys': 1 } } },
        /NumericEquals/,
      ],
      ['an unknown condition key', { Condition: { StringEquals: { 'aws:SourceIp': 'x' } } }, /aws:SourceIp/],
      ['a policy variable', { Resource: `arn:\${aws:PrincipalTag/x}` }, /policy variable/],
      ['NotAction', { NotAction: 'x' }, /NotAction is not understood/],
      ['NotResource', { NotResource: 'x' }, /NotResource is not understood/],
    ] as const
  ).map(
    ([what, change, sentence]) =>
      [
        what,
        (template: Template) => {
          first(template, 'AWS::IAM::Policy')['PolicyDocument'] = {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'a:b', Resource: '*', ...change }],
          };
        },
        sentence,
      ] as const,
  ),
  [
    'a stream',
    (template) => {
      first(template, 'AWS::DynamoDB::GlobalTable')['StreamSpecification'] = { StreamViewType: 'NEW_IMAGE' };
    },
    /^AWS::DynamoDB::GlobalTable Connections\w+: StreamSpecification is not understood/,
  ],
  [
    'a replica elsewhere',
    (template) => {
      first(template, 'AWS::DynamoDB::GlobalTable')['Replicas'] = [{ Region: 'eu-west-1' }];
    },
    /replica outside us-east-1/,
  ],
  [
    'a secret with a value in the template',
    (template) => {
      first(template, 'AWS::SecretsManager::Secret')['SecretString'] = 'x';
    },
    /SecretString is not understood/,
  ],
  [
    'a secret generated in another way',
    (template) => {
      first(template, 'AWS::SecretsManager::Secret')['GenerateSecretString'] = { ExcludeCharacters: 'x' };
    },
    /GenerateSecretString\.ExcludeCharacters is not understood/,
  ],
  [
    'an integration without a function',
    (template) => {
      first(template, 'AWS::ApiGateway::Method')['Integration'] = { Type: 'MOCK' };
    },
    /^AWS::ApiGateway::Method \w+: Integration\.Type/,
  ],
  [
    'another authorizer',
    (template) => {
      first(template, 'AWS::ApiGateway::Method')['AuthorizationType'] = 'CUSTOM';
    },
    /AuthorizationType/,
  ],
  [
    'binary media types',
    (template) => {
      first(template, 'AWS::ApiGateway::RestApi')['BinaryMediaTypes'] = ['*/*'];
    },
    /BinaryMediaTypes is not understood/,
  ],
  [
    'a header looked up in the request',
    (template) => {
      first(template, 'AWS::ApiGateway::GatewayResponse')['ResponseParameters'] = {
        'gatewayresponse.header.x': 'method.request.header.Origin',
      };
    },
    /is not a literal header/,
  ],
  [
    'a second API',
    ({ Resources }) => {
      Resources['Second'] = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'x' } };
    },
    /RestApi Second is one too many/,
  ],
  [
    'a schedule beside a pattern',
    (template) => {
      first(template, 'AWS::Events::Rule')['ScheduleExpression'] = 'rate(1 day)';
    },
    /^AWS::Events::Rule Ends\w+ needs either a pattern or a schedule/,
  ],
  [
    'an input transformer',
    (template) => {
      first(template, 'AWS::Events::Rule')['Targets'] = [{ Arn: 'a', Id: 'b', InputPath: '$.detail' }];
    },
    /Targets\.0\.InputPath is not understood/,
  ],
  [
    'an unknown event matcher',
    (template) => {
      first(template, 'AWS::Events::Rule')['EventPattern'] = { source: [{ wildcard: '*' }] };
    },
    /^AWS::Events::Rule Ends\w+: source: the matcher wildcard is not supported/,
  ],
  [
    'an express state machine',
    (template) => {
      first(template, 'AWS::StepFunctions::StateMachine')['StateMachineType'] = 'EXPRESS';
    },
    /^AWS::StepFunctions::StateMachine Loop\w+: StateMachineType/,
  ],
  [
    'a destination of asynchronous invocations',
    (template) => {
      first(template, 'AWS::Lambda::EventInvokeConfig')['DestinationConfig'] = {};
    },
    /DestinationConfig is not understood/,
  ],
  [
    'a transform',
    (template) => {
      template['Transform'] = 'AWS::Serverless-2016-10-31';
    },
    /Transform is not understood/,
  ],
];

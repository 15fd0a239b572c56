import * as z from 'zod/mini';
import type { GatewayResponse, Route } from '../model.ts';
import type { Stack } from '../stack.ts';
import { refuse } from '../start-refused.ts';
import type { Source } from './functions.ts';

const apiSchema = z.strictObject({
  Name: z.optional(z.string()),
  DisableExecuteApiEndpoint: z.optional(z.literal(false)),
});
const apiInert = ['ApiKeySourceType', 'Description', 'EndpointConfiguration', 'FailOnWarnings', 'Tags'];

const stageSchema = z.strictObject({
  RestApiId: z.string(),
  StageName: z.string(),
  CacheClusterEnabled: z.optional(z.literal(false)),
});
/** Throttling (`MethodSettings`) protects the account's neighbours; nobody shares the local target. */
const stageInert = ['AccessLogSetting', 'DeploymentId', 'Description', 'MethodSettings', 'Tags', 'TracingEnabled'];

const resourceSchema = z.strictObject({ ParentId: z.string(), PathPart: z.string(), RestApiId: z.string() });

const methodSchema = z.strictObject({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  RestApiId: z.string(),
  AuthorizationType: z.enum(['NONE', 'AWS_IAM']),
  ApiKeyRequired: z.optional(z.literal(false)),
  Integration: z.strictObject({
    Type: z.literal('AWS_PROXY'),
    IntegrationHttpMethod: z.literal('POST'),
    Uri: z.string(),
  }),
});
/** A proxy integration passes the function's answer through, whatever responses are declared. */
const methodInert = ['MethodResponses', 'OperationName'];

const gatewayResponseSchema = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.optional(z.string()),
  ResponseParameters: z.optional(z.record(z.string(), z.string())),
  ResponseTemplates: z.optional(z.record(z.string(), z.string())),
});

const lambdaUri = /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(arn:[^/]+)\/invocations$/;

export interface Gateway {
  readonly apiId?: string;
  readonly stage?: string;
  readonly routes: readonly Route[];
  readonly responses: readonly GatewayResponse[];
  /** One per route, as the functions' permissions see it. */
  readonly sources: readonly Source[];
}

/** The REST API of the stack: at most one, with one stage. @throws StartRefused for more, or for any other integration */
export function readGateway(stack: Stack): Gateway {
  const [api, secondApi] = stack.of('AWS::ApiGateway::RestApi');
  const [stageResource, secondStage] = stack.of('AWS::ApiGateway::Stage');
  for (const extra of [secondApi, secondStage]) {
    if (extra !== undefined) refuse(`${extra.title} is one too many: the local target serves one API with one stage.`);
  }
  if (api === undefined) return { routes: [], responses: [], sources: [] };
  stack.read(api, apiSchema, apiInert);
  const stage = stageResource === undefined ? undefined : stack.read(stageResource, stageSchema, stageInert).StageName;
  const { ref: apiId, attributes } = stack.identity(api);
  const path = readPaths(stack, attributes['RootResourceId'] ?? '');

  const methods = stack.of('AWS::ApiGateway::Method').map((resource) => {
    const method = stack.read(resource, methodSchema, methodInert);
    const [, functionArn] = lambdaUri.exec(method.Integration.Uri) ?? [];
    if (functionArn === undefined) refuse(`${resource.title} is not integrated with a Lambda function.`);
    const route: Route = {
      method: method.HttpMethod,
      resource: path(method.ResourceId, resource.title),
      functionArn,
      authorization: method.AuthorizationType,
    };
    return route;
  });

  return {
    apiId,
    ...(stage === undefined ? {} : { stage }),
    routes: methods,
    responses: stack.of('AWS::ApiGateway::GatewayResponse').map((resource): GatewayResponse => {
      const read = stack.read(resource, gatewayResponseSchema);
      return {
        type: read.ResponseType,
        ...(read.StatusCode === undefined ? {} : { status: Number(read.StatusCode) }),
        headers: readHeaders(read.ResponseParameters ?? {}, resource.title),
        templates: read.ResponseTemplates ?? {},
      };
    }),
    sources: methods.map(({ method, resource, functionArn }) => ({
      principal: 'apigateway.amazonaws.com',
      arn: `arn:aws:execute-api:${stack.region}:${stack.account}:${apiId}/${stage ?? ''}/${method}${resource}`,
      functionArn,
    })),
  };
}

function readPaths(stack: Stack, rootId: string): (resourceId: string, title: string) => string {
  const parts = new Map(
    stack.of('AWS::ApiGateway::Resource').map((resource) => {
      const { ParentId, PathPart } = stack.read(resource, resourceSchema);
      return [stack.identity(resource).ref, { parent: ParentId, part: PathPart }] as const;
    }),
  );
  const path = (resourceId: string, title: string): string => {
    if (resourceId === rootId) return '/';
    const found = parts.get(resourceId) ?? refuse(`${title} belongs to a resource the template does not have.`);
    const parent = path(found.parent, title);
    return `${parent === '/' ? '' : parent}/${found.part}`;
  };
  return path;
}

/** Only literal headers (`'value'` in single quotes) are understood: the others are looked up in the request. */
function readHeaders(parameters: Readonly<Record<string, string>>, title: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([parameter, value]) => {
      const [, header] = /^gatewayresponse\.header\.(.+)$/.exec(parameter) ?? [];
      const [, literal] = /^'(.*)'$/s.exec(value) ?? [];
      if (header === undefined || literal === undefined) refuse(`${title}: ${parameter} is not a literal header.`);
      return [header, literal];
    }),
  );
}

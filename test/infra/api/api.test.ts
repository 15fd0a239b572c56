import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { endpoints } from '../../../functions/dialects/registry.ts';
import { endpointFunction } from '../../../infra/functions/declarations.ts';
import { functionsOf, logicalIdIn, resourceOf, resourcesOf, synthesize, textOf } from '../template.ts';

const template = synthesize({ throttleRate: '7', throttleBurst: '9' });
const functions = functionsOf(template);

/** The path of a resource of the API, from its parents. */
function pathOf(id: string): string {
  const resource = template.Resources[id];
  if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
  const { PathPart, ParentId } = resource.Properties;
  return `${pathOf(logicalIdIn(ParentId))}/${textOf(PathPart)}`;
}

const methods = resourcesOf(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => {
  const integration = z.object({ Type: z.string(), Uri: z.unknown() }).parse(Properties['Integration']);
  return {
    route: `${textOf(Properties['HttpMethod'])} ${pathOf(logicalIdIn(Properties['ResourceId']))}`,
    authorization: Properties['AuthorizationType'],
    type: integration.Type,
    uri: textOf(integration.Uri),
  };
});

describe('routes', () => {
  it('are exactly those of the declared endpoints, each to its own function', () => {
    const expected = endpoints.flatMap((endpoint) =>
      endpoint.paths.map((path) => [
        `${endpoint.method} ${path.replace(/\/$/, '')}`,
        functions.get(endpointFunction(endpoint).name)?.id,
      ]),
    );
    const found = methods.map(({ route, uri }) => [route, uri.match(/functions\/<(\w+)\.Arn>\/invocations$/)?.[1]]);
    expect(found.sort()).toEqual(expected.sort());
  });

  it('hand the request over whole', () => {
    for (const { type } of methods) expect(type).toBe('AWS_PROXY');
  });

  it('leave authentication to the function, but for the operator’s, which take an AWS signature', () => {
    for (const { route, authorization } of methods) {
      expect([route, authorization]).toEqual([route, route.includes(' /admin/') ? 'AWS_IAM' : 'NONE']);
    }
    expect(methods.some(({ route }) => route.includes(' /admin/'))).toBe(true);
  });

  it('may each call their function, in the stage that is served', () => {
    const [stage] = resourceOf(template, 'AWS::ApiGateway::Stage');
    const [api] = resourceOf(template, 'AWS::ApiGateway::RestApi');
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'apigateway.amazonaws.com')
      .map(([, { Properties }]) => `${textOf(Properties['FunctionName'])} ${textOf(Properties['SourceArn'])}`);
    const account = 'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>';
    expect(permissions.sort()).toEqual(
      endpoints
        .flatMap((endpoint) => endpoint.paths.map((path) => ({ endpoint, path })))
        .map(({ endpoint, path }) => {
          const resource = path.replace(/\/$/, '').replace(/\{\w+\}/g, '*');
          const id = functions.get(endpointFunction(endpoint).name)?.id;
          return `<${id}.Arn> ${account}:<${api}>/<${stage}>/${endpoint.method}${resource}`;
        })
        .sort(),
    );
  });
});

describe('the API', () => {
  it('is regional', () => {
    const [, api] = resourceOf(template, 'AWS::ApiGateway::RestApi');
    expect(api.Properties['EndpointConfiguration']).toEqual({ Types: ['REGIONAL'] });
  });

  it('is told where it is by the output that the README names', () => {
    expect(Object.keys(template.Outputs)).toContain('ApiUrl');
  });

  it('logs no requests, and throttles as the settings say', () => {
    const [, stage] = resourceOf(template, 'AWS::ApiGateway::Stage');
    expect(stage.Properties['MethodSettings']).toEqual([
      {
        ResourcePath: '/*',
        HttpMethod: '*',
        LoggingLevel: 'OFF',
        DataTraceEnabled: false,
        ThrottlingRateLimit: 7,
        ThrottlingBurstLimit: 9,
      },
    ]);
    expect(stage.Properties['AccessLogSetting']).toBeUndefined();
  });

  it('leaves the settings that the whole account shares alone', () => {
    expect(Object.values(template.Resources).map(({ Type }) => Type)).not.toContain('AWS::ApiGateway::Account');
  });
});

describe("the gateway's own answers", () => {
  const answers = new Map(
    resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => [
      textOf(Properties['ResponseType']),
      z
        .object({
          StatusCode: z.optional(z.string()),
          ResponseParameters: z.optional(z.record(z.string(), z.string())),
          ResponseTemplates: z.strictObject({ 'application/json': z.string() }),
        })
        .parse(Properties),
    ]),
  );

  it('cover every error of which it can be the author', () => {
    expect(answers.get('DEFAULT_4XX')?.StatusCode).toBeUndefined();
    expect(answers.get('DEFAULT_5XX')?.StatusCode).toBeUndefined();
    expect(answers.get('MISSING_AUTHENTICATION_TOKEN')?.StatusCode).toBe('404');
    expect(answers.get('REQUEST_TOO_LARGE')?.StatusCode).toBe('413');
    expect(answers.get('INTEGRATION_TIMEOUT')?.StatusCode).toBe('504');
    expect(answers.get('THROTTLED')).toMatchObject({
      StatusCode: '429',
      ResponseParameters: { 'gatewayresponse.header.Retry-After': "'5'" },
    });
  });

  it('say the same under the keys of all four APIs, and nothing of the inside', () => {
    expect(answers.size).toBeGreaterThan(0);
    for (const { ResponseTemplates } of answers.values()) {
      const json = ResponseTemplates['application/json'];
      // What begins with $ is filled in by API Gateway, from the request or from an error within.
      expect(json).not.toContain('$');
      const { error } = z.object({ error: z.string() }).parse(JSON.parse(json));
      expect(JSON.parse(json)).toEqual({ success: false, error, detail: error, details: {}, messages: [error] });
      expect(error).toMatch(/^[A-Z][^"]+\.$/);
    }
  });
});

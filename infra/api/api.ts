import {
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DeclaredEndpoint } from '../../functions/http/endpoints/endpoint.ts';
import type { ServiceFunction } from '../functions/service-function.ts';
import type { Settings } from '../settings.ts';
import { gatewayAnswers, gatewayBody } from './gateway-responses.ts';
import { routesOf } from './routes.ts';

interface ServedEndpoint extends Pick<DeclaredEndpoint, 'method' | 'paths' | 'authorization'> {
  readonly function: ServiceFunction;
}

const authorizations: Readonly<Record<DeclaredEndpoint['authorization'], AuthorizationType>> = {
  code: AuthorizationType.NONE,
  iam: AuthorizationType.IAM,
};

/**
 * The one API through which all dialects are served: a route for each path of an endpoint, and behind it the endpoint's
 * own function, which authenticates by itself but for the operator's.
 *
 * Regional, because an edge-optimised one answers 403 to a GET with a body, which one client sends. It writes no logs
 * of its own: execution logs hold requests, secrets included, and even an access log needs the one role for
 * CloudWatch that the whole account shares, which is not this stack's to set. Functions log each request; what never
 * reaches one is counted in the API's 4XXError and 5XXError metrics.
 */
export class Api extends Construct {
  constructor(
    scope: Construct,
    id: string,
    endpoints: readonly ServedEndpoint[],
    settings: Pick<Settings, 'stage' | 'throttleRate' | 'throttleBurst'>,
  ) {
    super(scope, id);
    const api = new RestApi(this, 'Rest', {
      restApiName: Stack.of(this).stackName,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: {
        stageName: settings.stage,
        throttlingRateLimit: settings.throttleRate,
        throttlingBurstLimit: settings.throttleBurst,
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
      },
    });
    // What a person looks for after deploying, under a name that can be told them beforehand.
    const address = api.node.findChild('Endpoint');
    if (address instanceof CfnOutput) address.overrideLogicalId('ApiUrl');
    for (const { endpoint, resource } of routesOf(endpoints)) {
      // The console's test button would cost each method one more resource of the stack's 500.
      const integration = new LambdaIntegration(endpoint.function.lambda, { proxy: true, allowTestInvoke: false });
      api.root
        .resourceForPath(resource)
        .addMethod(endpoint.method, integration, { authorizationType: authorizations[endpoint.authorization] });
    }
    for (const { type, status, text, retryAfterSeconds } of gatewayAnswers) {
      api.addGatewayResponse(type.responseType, {
        type,
        ...(status !== undefined && { statusCode: String(status) }),
        ...(retryAfterSeconds !== undefined && { responseHeaders: { 'Retry-After': `'${retryAfterSeconds}'` } }),
        templates: { 'application/json': JSON.stringify(gatewayBody(text)) },
      });
    }
  }
}

/**
 * What the local target understands of a synthesized template: every value here is already resolved (no intrinsics
 * left), with the ARNs and names the local account gives out. `read.ts` makes it; gateway, workers and the wire
 * stand-ins live on it and never look at CloudFormation themselves.
 */

export interface LocalTemplate {
  readonly functions: readonly LocalFunction[];
  readonly routes: readonly Route[];
  readonly gatewayResponses: readonly GatewayResponse[];
  readonly roles: readonly Role[];
  readonly tables: readonly Table[];
  readonly secrets: readonly GeneratedSecret[];
  readonly stateMachines: readonly StateMachine[];
  readonly rules: readonly EventRule[];
  /** Twelve digits; `000000000000` when absent. */
  readonly account?: string;
  /** `us-east-1` when absent. */
  readonly region?: string;
  /** The API's id and its stage's name, when the template deploys an API. */
  readonly apiId?: string;
  readonly stage?: string;
}

export interface LocalFunction {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Absolute directory of the function's bundled asset. */
  readonly code: string;
  /** As Lambda spells it: `index.handler` is the export `handler` of index.mjs (or .js) in `code`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  /** ARN of the role the function runs as. */
  readonly role: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Who may invoke it (from AWS::Lambda::Permission), e.g. `apigateway.amazonaws.com`, `events.amazonaws.com`. */
  readonly invokers: readonly string[];
  /** How often a failed asynchronous invocation is repeated (AWS::Lambda::EventInvokeConfig): 0 to 2, 2 when absent. */
  readonly asyncRetries?: number;
}

export interface Route {
  readonly method: string;
  /** As API Gateway names it, e.g. `/v1/api/organizations/{organizationId}/buckets/verify`; may end in `/`. */
  readonly resource: string;
  /** ARN of the function behind it. */
  readonly functionArn: string;
  /** `NONE` or `AWS_IAM`. */
  readonly authorization: 'NONE' | 'AWS_IAM';
}

/** The re-worded answers API Gateway itself gives (unmatched path, too large a body, a failing integration). */
export interface GatewayResponse {
  /** e.g. `MISSING_AUTHENTICATION_TOKEN`, `DEFAULT_4XX`. */
  readonly type: string;
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** By content type. */
  readonly templates: Readonly<Record<string, string>>;
}

export interface Role {
  readonly logicalId: string;
  /** IAM's unique id (`AROA…`). */
  readonly id: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Operator → key → values, e.g. `{'ForAllValues:StringLike': {'dynamodb:LeadingKeys': ['JOB#*']}}`. */
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface Table {
  readonly name: string;
  readonly arn: string;
  /** The CreateTable input, made from the template's properties. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly timeToLiveAttribute?: string;
}

/** A secret the template itself creates; its value is generated on the first start and kept. */
export interface GeneratedSecret {
  readonly arn: string;
  readonly name: string;
  readonly length: number;
  readonly excludePunctuation: boolean;
}

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly role: string;
  /** The ASL document, parsed, definition substitutions applied. */
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface EventRule {
  readonly name: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly string[];
}

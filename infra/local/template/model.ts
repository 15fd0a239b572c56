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
  /** The template's own buses; the bus `default` is there besides. */
  readonly buses: readonly EventBus[];
  readonly rules: readonly EventRule[];
  readonly queues: readonly Queue[];
  readonly mappings: readonly QueueMapping[];
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

/** A bus takes events of this account by the rights of who puts them; `admits` is about other accounts. */
export interface EventBus {
  readonly name: string;
  readonly arn: string;
  /** The statements of its resource policy (AWS::Events::EventBusPolicy): who may put events, of which sources. */
  readonly admits: readonly BusGrant[];
}

export interface BusGrant {
  /** Twelve digits each. */
  readonly accounts: readonly string[];
  /** Any source when absent. */
  readonly sources?: readonly string[];
}

/** An enabled rule: by what it sees on its bus, or by the clock. */
export type EventRule = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Name of its bus. */
  readonly bus: string;
  readonly targets: readonly EventTarget[];
} & ({ readonly pattern: Readonly<Record<string, unknown>> } | { readonly everySeconds: number });

export interface EventTarget {
  readonly arn: string;
  readonly kind: 'function' | 'queue';
  /** Queue that is given what the target would not take. */
  readonly deadLetterArn?: string;
}

export interface Queue {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>`. */
  readonly url: string;
  /** How long a received message is hidden from other receivers: 0 to 43,200. */
  readonly visibilitySeconds: number;
  /** How long a message is kept, from when it was first sent: 60 to 1,209,600. */
  readonly retentionSeconds: number;
  /** How long a new message is hidden, when its sender does not say: 0 to 900. */
  readonly delaySeconds: number;
  /** How long a receiver waits for a message, when it does not say: 0 to 20. */
  readonly receiveWaitSeconds: number;
  /** Of body and attributes: 1,024 to 1,048,576. */
  readonly maxMessageBytes: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
  /** What its AWS::SQS::QueuePolicy allows services (EventBridge); rights of roles are the roles' own. */
  readonly policy: readonly ServiceStatement[];
}

/** A statement of a resource's policy whose principals are services, e.g. `events.amazonaws.com`. */
export interface ServiceStatement extends Statement {
  readonly services: readonly string[];
}

/** A queue whose messages a function is invoked with (AWS::Lambda::EventSourceMapping). */
export interface QueueMapping {
  readonly uuid: string;
  readonly queueArn: string;
  readonly functionArn: string;
  /** 1 to 10 messages per invocation. */
  readonly batchSize: number;
  /** The most invocations at a time: 2 to 1,000. */
  readonly maxConcurrency?: number;
  /** Whether the function's answer names the messages that failed (`ReportBatchItemFailures`). */
  readonly reportsFailures: boolean;
  readonly enabled: boolean;
}

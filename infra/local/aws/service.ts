import * as z from 'zod/mini';
import { describeIssue } from '../template/document.ts';
import type { Principal } from './iam/credentials.ts';

/** The account and region that every emulated resource belongs to; CDK calls the pair an environment. */
export interface AwsEnvironment {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** An emulated service that speaks the AWS JSON protocol, in which the header X-Amz-Target names the operation. */
export interface JsonService {
  /** The part of X-Amz-Target before the dot. */
  readonly target: string;
  /** The service name in the client's signature. */
  readonly signingName: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** An emulated service that speaks the AWS query protocol: a form names the operation, and the response is XML. */
export interface QueryService {
  /** The form's `Version`, which identifies the service. */
  readonly version: string;
  readonly signingName: string;
  /** @throws ServiceError with the code and message that AWS would return */
  readonly operations: Readonly<Record<string, (form: URLSearchParams, caller: Caller) => Promise<string>>>;
}

/** Performs one operation. @throws ServiceError with the code and message that AWS would return */
export type Operation = (input: unknown, caller: Caller) => Promise<unknown>;

/** The signer of a call: a role of the template, or the local administrator. */
export interface Caller {
  /** IAM's `aws:userid`: `<unique id>:<session>` for a role, the account for the administrator. */
  readonly id: string;
  /**
   * Checks one permission.
   * @throws ServiceError AccessDeniedException when the caller's statements do not allow the action
   */
  readonly require: (action: string, resource: string, keys?: Readonly<Record<string, readonly string[]>>) => void;
}

/** An error response: `code` becomes its `__type`, and the fields of `more` go beside the message. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, more: Readonly<Record<string, unknown>> = {}, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.more = more;
  }
}

/** An authenticated call that is about to be performed, as a fault injector sees it. */
export interface ServiceCall {
  /** The service's signing name. */
  readonly service: string;
  readonly operation: string;
  /** As it was sent. */
  readonly input: unknown;
  readonly by: Principal['kind'];
}

/** Decides whether a call fails, as AWS does when it throttles; undefined lets the service perform the call. */
export type FaultInjector = (call: ServiceCall) => ServiceError | undefined;

/**
 * Parses an operation's input. An unsupported parameter is refused, because ignoring it would hide a difference from
 * AWS.
 * @throws ServiceError ValidationException with the parameter's name, and never its value
 */
export function parseInput<S extends z.ZodMiniType>(schema: S, input: unknown): z.infer<S> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  throw new ServiceError('ValidationException', `1 validation error detected: ${describeIssue(parsed.error)}.`);
}

import * as z from 'zod/mini';
import { describeIssue } from '../template/document.ts';
import type { Principal } from './iam/credentials.ts';

/** One AWS service on the wire (AWS JSON protocol: the operation is named by X-Amz-Target). */
export interface WireService {
  /** What stands before the dot in X-Amz-Target. */
  readonly target: string;
  /** The service name that clients sign for. */
  readonly signingName: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** One AWS service by the older query protocol: a form that names the operation, answered in XML. */
export interface QueryService {
  /** What clients send as `Version`. */
  readonly version: string;
  readonly signingName: string;
  /** @throws ServiceError with the code and message the service would answer */
  readonly operations: Readonly<Record<string, (form: URLSearchParams, caller: Caller) => Promise<string>>>;
}

/** @throws ServiceError with the name and message the service would answer */
export type Operation = (input: unknown, caller: Caller) => Promise<unknown>;

/** Who calls: a role of the template, or the administrator of the local target. */
export interface Caller {
  /** As IAM identifies it (`aws:userid`): of a role `<unique id>:<session>`, of the administrator the account. */
  readonly id: string;
  /** @throws ServiceError AccessDeniedException when the caller's statements do not allow the action */
  readonly require: (action: string, resource: string, keys?: Readonly<Record<string, readonly string[]>>) => void;
}

/** An error that the service answers: `code` is its `__type`, `more` goes beside the message. */
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

/** A call on the wire, signed and about to be served, as something that is to fail it sees it. */
export interface WireCall {
  /** The service's signing name. */
  readonly service: string;
  readonly operation: string;
  /** As it was sent. */
  readonly input: unknown;
  readonly by: Principal['kind'];
}

/** What a call is answered instead of being served, as AWS answers what it cannot serve now; undefined: it is served. */
export type Faults = (call: WireCall) => ServiceError | undefined;

/**
 * Parses an operation's input. A parameter that the stand-in does not serve is refused rather than ignored.
 * @throws ServiceError ValidationException, naming the parameter and never its value
 */
export function parseInput<S extends z.ZodMiniType>(schema: S, input: unknown): z.infer<S> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  throw new ServiceError('ValidationException', `1 validation error detected: ${describeIssue(parsed.error)}.`);
}

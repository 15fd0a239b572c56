/** What an endpoint answers, before it is put into an API Gateway event. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent for an answer without a body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

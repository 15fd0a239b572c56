/** One request to the operator's API. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  /** Below the API's address, as it is sent: what the caller of this puts in needs no escape. */
  readonly path: `/admin/${string}`;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Why the egress ended a conversation; all are codes of `core/diagnosis.ts`. */
export type RefusalCode =
  | 'address-not-allowed'
  | 'answer-too-large'
  | 'proxy-not-allowed'
  | 'proxy-unreachable'
  | 'proxy-failed'
  | 'proxy-credentials-wrong';

/**
 * What a way's signal is aborted with, and what its sockets fail with, when the egress itself said no or the proxy on
 * the way did. SDKs wrap and rename errors, so drivers are told by the signal.
 */
export class EgressRefusal extends Error {
  override readonly name = 'EgressRefusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}

/** Why the egress ended a conversation; both are codes of `core/diagnosis.ts`. */
export type RefusalCode = 'address-not-allowed' | 'answer-too-large';

/** What a way's signal is aborted with, and what its sockets fail with, when the egress itself said no. */
export class EgressRefusal extends Error {
  override readonly name = 'EgressRefusal';
  readonly code: RefusalCode;

  constructor(code: RefusalCode) {
    super(code);
    this.code = code;
  }
}

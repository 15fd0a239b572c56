/** Changes at a storage's side that its owner's events tell of. */
export const ownerEvents = [
  'bucket-policy',
  'bucket-cors',
  'bucket-encryption',
  'bucket-access',
  'bucket-deleted',
  'access-key',
  'user-policy',
  'role-policy',
  'storage-changed',
] as const;
export type OwnerEvent = (typeof ownerEvents)[number];

/** Why a connection was looked at. */
export type Cause =
  /** Its time had come. */
  | { readonly kind: 'schedule' }
  /** Something happened to its secret, or to its storage. */
  | { readonly kind: 'event'; readonly event: 'secret' | OwnerEvent }
  /** `ReverifyRequested` on the bus. */
  | { readonly kind: 'request' }
  /** A caller of one of the APIs added, changed or tested it. */
  | { readonly kind: 'user' };

/** A cause in one text, as histories and events say it. */
export const describeCause = (cause: Cause): string => (cause.kind === 'event' ? `event: ${cause.event}` : cause.kind);

import type { AuditEntry, AuditQuery, KeptAuditEntry } from './access/audit.ts';
import type {
  KeyUse,
  ListKeys,
  ListOrganizations,
  ReadKeys,
  ReadKeyUse,
  ReadOrganizations,
  VerifyToken,
  WriteKeys,
  WriteOrganizations,
} from './access/ports.ts';
import type { RateLimitStatus, TakeFromRateLimit } from './access/rate-limit.ts';
import type { VerifySender } from './access/webhook-sender.ts';
import type {
  CreateCredential,
  DeleteCredential,
  MarkCredential,
  ReadCredential,
  ReadCurrentCredential,
  RotateCredential,
} from './connections/credential-ports.ts';
import type { PublishEvents, ReadBusArn, ReadHistory, WriteAnnouncements } from './events/ports.ts';
import type {
  FindStale,
  JanitorCursorStore,
  ListSecrets,
  RepairConnections,
  RetireCredential,
} from './janitor/ports.ts';
import type {
  CreateUnsavedCredential,
  DeleteUnsavedCredential,
  Jobs,
  ReadFingerprintKey,
  ReadUnsavedCredential,
  ReleaseJobSlot,
  StartLoop,
  TakeJobSlot,
} from './jobs/ports.ts';
import type { Page } from './page.ts';
import type {
  FindDue,
  ReadScheduleSettings,
  SendChecks,
  SendStorageEvents,
  WriteChecks,
} from './records/check-ports.ts';
import type {
  FindWatched,
  LocateConnection,
  ReadConnections,
  VerifiedConnections,
  WriteConnections,
} from './records/connection-ports.ts';
import type { Storage } from './storage/storage.ts';

/**
 * What the service needs of the world, one entry per right. An endpoint or a task names the entries it needs; the
 * type checker holds its code to them, and the deployment grants its function exactly what they stand for.
 */
export interface Ports {
  'keys.read': ReadKeys;
  'organizations.read': ReadOrganizations;
  'tokens.verify': VerifyToken;
  'keyUse.record': KeyUse;
  'audit.write': WriteAudit;
  'rateLimits.take': TakeFromRateLimit;
  'jobs.write': Jobs;
  'jobSlots.take': TakeJobSlot;
  'jobSlots.release': ReleaseJobSlot;
  'unsavedCredentials.create': CreateUnsavedCredential;
  'unsavedCredentials.read': ReadUnsavedCredential;
  'unsavedCredentials.delete': DeleteUnsavedCredential;
  'fingerprintKey.read': ReadFingerprintKey;
  'loop.start': StartLoop;
  'storage.reach': Storage;
  'connections.read': ReadConnections;
  'connections.write': WriteConnections;
  'verdicts.write': VerifiedConnections;
  'connections.locate': LocateConnection;
  'connections.watched': FindWatched;
  'schedule.read': ReadScheduleSettings;
  'checks.due': FindDue;
  'checks.write': WriteChecks;
  'checks.send': SendChecks;
  'storageEvents.send': SendStorageEvents;
  'webhookSenders.verify': VerifySender;
  'history.read': ReadHistory;
  'announcements.write': WriteAnnouncements;
  'events.publish': PublishEvents;
  'events.busArn': ReadBusArn;
  'credentials.create': CreateCredential;
  'credentials.mark': MarkCredential;
  'credentials.rotate': RotateCredential;
  'credentials.read': ReadCredential;
  'credentials.current': ReadCurrentCredential;
  'credentials.delete': DeleteCredential;
  'credentials.retire': RetireCredential;
  'secrets.list': ListSecrets;
  'stale.find': FindStale;
  'connections.repair': RepairConnections;
  'janitor.cursor': JanitorCursorStore;
  'account.read': ReadAccount;
  /** From here on, the operator's. */
  'organizations.list': ListOrganizations;
  'organizations.write': WriteOrganizations;
  'keys.list': ListKeys;
  'keys.write': WriteKeys;
  'keyUse.read': ReadKeyUse;
  'audit.read': ReadAudit;
}

export type PortName = keyof Ports;

/** Puts an entry into the trail, in the place of the one with its id; kept for as long as the deployment says. */
export type WriteAudit = (entry: AuditEntry) => Promise<void>;

/** Part of an organization's trail; entries that are older than the deployment keeps them are not there. */
export type ReadAudit = (query: AuditQuery) => Promise<Page<KeptAuditEntry>>;

/** Thrown when a limit was met, the account's own or the deployment's: the caller is asked to come back. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
  readonly retryAfterSeconds: number;
  /** What was met, where it is one of the deployment's limits. */
  readonly allowance: RateLimitStatus | undefined;
  constructor(what: string, retryAfterSeconds = 5, allowance?: RateLimitStatus) {
    super(what);
    this.retryAfterSeconds = retryAfterSeconds;
    this.allowance = allowance;
  }
}

/** The AWS account that this deployment runs in, which customers' roles are to trust: twelve digits. */
export type ReadAccount = () => string;

import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import type { DiagnosisCode } from '../../../functions/core/diagnosis/catalogue.ts';
import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { Bucket, ListPage, StorageAnswer } from '../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { newCertificate } from '../../../infra/local/storage/certificate.ts';
import type { TlsIdentity } from '../../../infra/local/storage/loopback-server.ts';
import { canary, type Harness, type Lead, type Stage } from './harness.ts';
import type { Conduct, HostileServer } from './hostile.ts';
import { serverThat } from './server-that.ts';

/** What the cases of the suite are written with. */
export interface Scene {
  readonly harness: Harness;
  /** The provider's honest service; there only while tests run. */
  stage(): Stage;
  /** A certificate with the right names; whoever is to trust it has to be told. */
  readonly trusted: TlsIdentity;
  /** One listing, whose outcome is checked for what must never be in one. */
  list(lead: Lead, credential?: Credential, deadline?: number): Promise<StorageAnswer<ListPage>>;
  /** Expects a listing to fail for this reason, within `deadline` milliseconds. */
  expectDiagnosis(lead: Lead, code: DiagnosisCode, credential?: Credential, deadline?: number): Promise<void>;
  /** A bucket of the honest service. */
  opened(bucket: string, more?: Partial<StorageTarget>, credential?: Credential): Promise<Bucket>;
  /** A server that is stopped after the test; without `tls`, as the provider's servers usually are. */
  serverThat(conduct: Conduct, tls?: Partial<TlsIdentity>): Promise<HostileServer>;
  /** As `serverThat`, but without TLS whatever is usual. */
  plainServerThat(conduct: Conduct): Promise<HostileServer>;
  /** Leads to a server that behaves so, reached as usual. */
  leadTo(conduct: Conduct): Promise<Lead>;
}

/** Sets the scene in the test file that calls this: starts and stops the honest service and cleans up after tests. */
export function setScene(harness: Harness): Scene {
  const { credentials, usual } = harness;
  const trusted = newCertificate(harness.certificateNames);
  let started: Stage | undefined;
  let passed = 0;

  beforeAll(async () => {
    started = await harness.start();
  }, 30_000);
  afterAll(async () => {
    await started?.stop();
    // A suite that ran nothing, because every test was filtered out, has shown nothing.
    expect(passed).toBeGreaterThan(0);
  });
  beforeEach(() => {
    // Chance is how long an SDK waits before it tries again.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    for (const channel of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      vi.spyOn(console, channel).mockImplementation((...said) => {
        throw new Error(`Something was logged: ${said.length} values`);
      });
    }
  });
  afterEach(({ task }) => {
    vi.restoreAllMocks();
    if (task.result?.state === 'pass') passed++;
  });

  const stage = (): Stage => {
    if (!started) throw new Error('The honest service is there only while tests run.');
    return started;
  };
  const open = ({ storage, target }: Lead, credential: Credential, deadline: number) =>
    storage.open(target, credential, AbortSignal.timeout(deadline));
  const list: Scene['list'] = async (lead, credential = credentials.good, deadline = 5_000) => {
    const opened = await open(lead, credential, deadline);
    const answer = opened.ok ? await opened.value.list() : opened;
    const shown = JSON.stringify(answer);
    expect(shown).not.toContain(canary);
    expect(shown).not.toContain(secretOf(credential));
    return answer;
  };
  const usualServerThat: Scene['serverThat'] = (conduct, tls = usual === 'https' ? trusted : undefined) =>
    serverThat(conduct, tls);
  return {
    harness,
    stage,
    trusted,
    list,
    serverThat: usualServerThat,
    plainServerThat: (conduct) => serverThat(conduct),
    async expectDiagnosis(lead, code, credential, deadline) {
      const answer = await list(lead, credential, deadline);
      expect(answer.ok ? 'connected' : answer.diagnosis.code).toBe(code);
    },
    async opened(bucket, more, credential = credentials.good) {
      const answer = await open(stage().at(bucket, more), credential, 10_000);
      if (!answer.ok) throw new Error(answer.diagnosis.code);
      return answer.value;
    },
    async leadTo(conduct) {
      return stage().towards((await usualServerThat(conduct)).port, usual, [trusted.cert]);
    },
  };
}

/** What nobody may see of a credential. */
function secretOf(credential: Credential): string {
  switch (credential.kind) {
    case 'access-key-pair':
      return credential.secretKey;
    case 'account-key':
      return credential.key;
    case 'service-account-key':
      return credential.privateKey.split('\n')[1] ?? credential.privateKey;
    case 'assumed-role':
      return credential.externalId;
  }
}

/** The keys of a bucket, page by page. */
export async function pagesOf(bucket: Bucket): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  let next: string | undefined;
  do {
    const page = await bucket.list(next);
    if (!page.ok) throw new Error(page.diagnosis.code);
    pages.push(page.value.objects.map(({ key }) => key));
    next = page.value.next;
  } while (next !== undefined && pages.length < 20);
  return pages;
}

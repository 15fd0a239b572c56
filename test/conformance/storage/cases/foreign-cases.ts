import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../../../functions/core/diagnosis/catalogue.ts';
import { canary } from '../harness.ts';
import { answering, type CannedAnswer, endless, speakingSsh } from '../hostile.ts';
import type { Scene } from '../scene.ts';

const html = `<html><head><title>${canary}</title></head><body><br><p>${canary}</body></html>`;
const [page, xml, json] = ['text/html', 'application/xml', 'application/json'].map((type) => ({
  'content-type': type,
}));

/** What a server can answer that is not this provider's storage, or not in order. */
export function foreignCases({ harness, stage, trusted, leadTo, serverThat, ...scene }: Scene): void {
  const { usual } = harness;
  const { expectDiagnosis } = scene;

  describe('what answers, but not as a storage', () => {
    test.each<[string, CannedAnswer, DiagnosisCode]>([
      ['a web page', { status: 200, headers: { ...page }, body: html }, 'not-a-storage-api'],
      ['a web page that is called XML', { status: 200, headers: { ...xml }, body: html }, 'not-a-storage-api'],
      ['nothing', { status: 200 }, 'not-a-storage-api'],
      ['no content', { status: 204 }, 'not-a-storage-api'],
      [
        'JSON',
        { status: 200, headers: { ...json }, body: `{"error":{"code":"ENOTFOUND","message":"${canary}"}}` },
        'not-a-storage-api',
      ],
      ['a list of buckets', harness.listOfBuckets, 'not-a-storage-api'],
      ['a page that is not there', { status: 404, headers: { ...page }, body: html }, 'not-a-storage-api'],
      ['a page that is forbidden', { status: 403, headers: { ...xml }, body: html }, 'not-a-storage-api'],
      ['a refusal without a word', { status: 403 }, 'not-a-storage-api'],
      [
        'bytes that claim to be compressed',
        { status: 200, headers: { ...xml, 'content-encoding': 'gzip' }, body: canary },
        'not-a-storage-api',
      ],
      ['a code nobody knows, and a code of ours', harness.unknownRefusal, 'request-refused'],
      ['its own failure', { status: 500, body: canary }, 'storage-failed'],
      ['a gateway’s failure', { status: 502, headers: { ...page }, body: html }, 'storage-failed'],
      ['that it cannot do that', { status: 501, headers: { ...page }, body: html }, 'not-a-storage-api'],
      ['that it is out of order', { status: 503, headers: { ...page }, body: html }, 'storage-failed'],
      ['too many requests', { status: 429, body: canary }, 'storage-busy'],
    ])('%s', async (_, answer, code) => expectDiagnosis(await leadTo(answering(answer)), code));

    test.each([301, 302, 303, 307, 308])('a redirect (%d), which is not followed', async (status) => {
      const elsewhere = await serverThat(answering(harness.listing));
      const locations = [`${usual}://127.0.0.1:${elsewhere.port}/`, '/elsewhere', `//169.254.169.254/${canary}`];
      for (const location of locations) {
        const server = await serverThat(answering({ status, headers: { location }, body: canary }));
        await expectDiagnosis(stage().towards(server.port, usual, [trusted.cert]), 'redirected');
        expect(server.requests).toHaveLength(1);
      }
      expect(elsewhere.reached()).toBe(0);
    });

    test('an answer without end', async () =>
      expectDiagnosis(await leadTo(endless(...harness.endlessListing)), 'answer-too-large'));

    test('an error without end', async () => {
      const lead = await leadTo(endless({ status: 403, body: '<Error>' }, `<Message>${canary}</Message>`));
      await expectDiagnosis(lead, 'answer-too-large');
    });

    test('something other than HTTP', async () => {
      const server = await scene.plainServerThat(speakingSsh);
      await expectDiagnosis(stage().towards(server.port, 'http', []), harness.says.plainHttp ?? 'not-http');
    });
  });
}

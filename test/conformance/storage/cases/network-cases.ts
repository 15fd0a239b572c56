import { describe, expect, test } from 'vitest';
import type { DiagnosisCode } from '../../../../functions/core/diagnosis/catalogue.ts';
import type { Lookup } from '../../../../functions/providers/egress/resolve-route.ts';
import { newCertificate } from '../../../../infra/local/storage/certificate.ts';
import type { TlsIdentity } from '../../../../infra/local/storage/loopback-server.ts';
import { canary } from '../harness.ts';
import { answering, breakingOff, type Conduct, hanging, hostileServer, resetting, trickling } from '../hostile.ts';
import type { Scene } from '../scene.ts';

/** What can happen between the service and a storage. */
export function networkCases({ harness, stage, trusted, list, leadTo, serverThat, ...scene }: Scene): void {
  const { usual, certificateNames } = harness;
  const { expectDiagnosis } = scene;
  const listing = answering(harness.listing);

  describe('a connection', () => {
    test.each<[string, Conduct]>([
      ['that says nothing', hanging],
      ['that trickles', trickling(harness.listing)],
    ])('%s ends with the deadline', async (_, conduct) => {
      const lead = await leadTo(conduct);
      const began = performance.now();
      await expectDiagnosis(lead, 'connection-timed-out', undefined, 150);
      expect(performance.now() - began).toBeLessThan(5_000);
    });

    test('that is reset', async () => expectDiagnosis(await leadTo(resetting), 'connection-reset'));
    test('that breaks off in an answer', async () =>
      expectDiagnosis(await leadTo(breakingOff(harness.listing)), 'connection-reset'));

    test('that is refused', async () => {
      const server = await hostileServer(hanging);
      await server.stop();
      await expectDiagnosis(stage().towards(server.port, usual, []), 'connection-refused');
    });

    test('to an address that is not allowed is never made', async () => {
      const server = await serverThat(listing);
      await expectDiagnosis(stage().forbidden(server.port), 'address-not-allowed');
      expect(server.reached()).toBe(0);
      expect((await list(stage().towards(server.port, usual, [trusted.cert]))).ok).toBe(true);
      expect(server.reached()).toBe(1);
    });

    test.each<[string, DiagnosisCode]>([
      ['ENOTFOUND', harness.says.unknownHost],
      ['EAI_AGAIN', 'name-lookup-failed'],
    ])('to a host whose name cannot be looked up: %s', (code, diagnosis) => {
      const failing: Lookup = (_host, _options, callback) => callback(Object.assign(new Error(canary), { code }), []);
      return expectDiagnosis(stage().lookedUp(failing), diagnosis);
    });
  });

  describe('TLS', () => {
    const expired = newCertificate(certificateNames, -1 / 48);
    const misnamed = newCertificate(['*.other.test']);

    test('with a certificate that is trusted', async () => {
      const server = await serverThat(listing, trusted);
      expect((await list(stage().towards(server.port, 'https', [trusted.cert]))).ok).toBe(true);
    });

    test.each<[string, TlsIdentity, readonly string[], DiagnosisCode]>([
      ['of an authority nobody knows', newCertificate(certificateNames), [], 'certificate-untrusted'],
      ['for another name', misnamed, [misnamed.cert], 'certificate-name-mismatch'],
      ['that has expired', expired, [expired.cert], 'certificate-expired'],
    ])('with a certificate %s', async (_, identity, authorities, code) => {
      const server = await serverThat(listing, identity);
      await expectDiagnosis(stage().towards(server.port, 'https', authorities), code);
      expect(server.requests).toEqual([]);
    });

    test('with nothing in common', async () => {
      // A server without a certificate has no cipher to offer.
      const server = await serverThat(listing, {});
      await expectDiagnosis(stage().towards(server.port, 'https', []), 'tls-handshake-failed');
    });

    test('asked for where there is none', async () => {
      const server = await scene.plainServerThat(answering({ status: 400 }));
      await expectDiagnosis(stage().towards(server.port, 'https', []), 'not-tls');
    });

    test('not asked for where there is', async () => {
      const server = await serverThat(listing, trusted);
      await expectDiagnosis(stage().towards(server.port, 'http', []), harness.says.plainHttp ?? 'connection-reset');
      expect(server.requests).toEqual([]);
    });
  });
}

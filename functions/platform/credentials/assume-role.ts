import type { AssumeRole } from '../../core/connections/credential-ports.ts';
import type { DiagnosisCode } from '../../core/diagnosis/catalogue.ts';
import { diagnose } from '../../core/diagnosis/diagnosis.ts';
import type { AssumedRole } from '../../core/storage/credential.ts';
import { isRoleArn } from '../../core/storage/parse-assumed-role.ts';
import { loadOnce } from '../runtime/load-once.ts';
import { isNamed } from './secrets-manager.ts';

/** Seconds; the shortest session there is. A verification takes a few, and the loop assumes the role anew. */
const sessionSeconds = 900;

/** The function's own identity, asked of the STS of its own region, which is what the SDK does by itself. */
const sts = loadOnce(async () => {
  const sdk = await import('@aws-sdk/client-sts');
  return { sdk, client: new sdk.STSClient({}) };
});

/**
 * Temporary credentials of a customer's role. They are in nobody's hands but the caller's, and nowhere kept.
 *
 * @throws Error for what is wrong on this side: the function's own credentials, or STS out of reach
 */
export const assumeRole: AssumeRole = async (role, how) => {
  if (!isRoleArn(role.roleArn)) return failed('role-malformed');
  const { sdk, client } = await sts();
  const command = new sdk.AssumeRoleCommand({
    RoleArn: role.roleArn,
    RoleSessionName: 'storage-connections',
    DurationSeconds: sessionSeconds,
    ...externalIdOf(role, how),
  });
  try {
    const { Credentials: given } = await client.send(command);
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken)
      throw new Error('STS gave no credentials.');
    return {
      ok: true,
      value: {
        kind: 'access-key-pair',
        accessKey: given.AccessKeyId,
        secretKey: given.SecretAccessKey,
        sessionToken: given.SessionToken,
      },
    };
  } catch (error) {
    const known = Object.entries(codes).find(([name]) => isNamed(error, name));
    if (known) return failed(known[1]);
    throw error;
  }
};

const externalIdOf = ({ externalId }: AssumedRole, how: Parameters<AssumeRole>[1]) =>
  how === 'as trusted' ? { ExternalId: externalId } : {};

/**
 * What STS refuses because of the role. That it is not there, does not trust us, or wants another external id is one
 * answer, so that nobody learns of roles that are not theirs.
 */
const codes: Readonly<Record<string, Exclude<DiagnosisCode, 'region-wrong'>>> = {
  AccessDenied: 'role-not-assumable',
  ValidationError: 'role-malformed',
  Throttling: 'storage-busy',
  ThrottlingException: 'storage-busy',
};

const failed = (code: Exclude<DiagnosisCode, 'region-wrong'>) => ({ ok: false, diagnosis: diagnose(code) }) as const;

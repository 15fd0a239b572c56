import type { ServiceFile } from './service-file.ts';

/**
 * What a newcomer sees: where the service is, the key, and commands to paste.
 *
 * @param log path of the log
 * @param styled whether the terminal shows bold and dim text
 */
export function welcome(service: ServiceFile, { log, styled }: { log: string; styled: boolean }): string {
  const bold = (text: string): string => (styled ? `\u001b[1m${text}\u001b[22m` : text);
  const dim = (text: string): string => (styled ? `\u001b[2m${text}\u001b[22m` : text);
  const { s3, azure } = service.demo;
  const s3Body = { storageProvider: 's3', ...s3 };
  return [
    '',
    `${bold('Storage Connections')} is listening at ${bold(service.url)}`,
    '',
    `  API key       ${service.key}`,
    `  organization  ${service.organizationId} (${service.organizationSlug})`,
    '',
    dim('# an S3 bucket: connected'),
    command(service, s3Body),
    '',
    dim('# an Azure container: paste it twice, connecting → connected'),
    command(service, { storageProvider: 'azure', ...azure }),
    '',
    dim('# a wrong key: the field at fault and what to do'),
    command(service, { ...s3Body, secretKey: 'wrong' }),
    '',
    dim('# keep it: from now on it is verified again'),
    command(service, { ...s3Body, endpoint: service.demo.own.s3 }, ''),
    '',
    dim('# what that is good for, in two other terminals'),
    'npm run admin -- events tail',
    'npm run demo -- break',
    '',
    dim(`Ctrl-C stops it. The log is in ${log}.`),
    '',
  ].join('\n');
}

/** As a POSIX shell takes it. */
function command(
  { url, organizationId, key }: ServiceFile,
  body: Readonly<Record<string, string>>,
  call = '/verify',
): string {
  return [
    `curl -s ${url}/v1/api/organizations/${organizationId}/buckets${call} \\`,
    `  -H 'x-api-key: ${key}' -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
  ].join('\n');
}

/**
 * The condition keys that the wire fills in as AWS would, in small letters. A policy that tests another one cannot be
 * decided here, and stops the start.
 */
export const conditionKeys: ReadonlySet<string> = new Set([
  'aws:principalarn',
  'aws:requestedregion',
  'aws:resourceaccount',
  'dynamodb:enclosingoperation',
  'dynamodb:leadingkeys',
  'events:detail-type',
  'events:source',
  'secretsmanager:forcedeletewithoutrecovery',
  'secretsmanager:name',
  'secretsmanager:secretid',
  'secretsmanager:versionid',
  'secretsmanager:versionstage',
  'sts:externalid',
]);

/**
 * The condition keys that the local AWS fills in as AWS does, in lower case. A policy that tests any other key cannot
 * be evaluated here, and is refused at start-up.
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

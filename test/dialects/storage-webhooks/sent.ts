/** What Event Grid and Pub/Sub send, with all that counts. */

/** The id of a storage account, or of what is below it. */
export const resourceId = (account = 'holidays', below = ''): string =>
  `/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/group/providers/Microsoft.Storage/storageAccounts/${account}${below}`;

/** @param type without `Microsoft.Resources.` @param operation without `Microsoft.Storage/storageAccounts/` */
export const resourceEvent = (type: string, subject: string, operation = 'write') => ({
  id: '4db48cba-50a2-455a-93b4-de41a3b5b7f6',
  subject,
  eventType: `Microsoft.Resources.${type}`,
  eventTime: '2026-11-20T12:00:00.0000000Z',
  data: { operationName: `Microsoft.Storage/storageAccounts/${operation}`, status: 'Succeeded', claims: {} },
  dataVersion: '2',
  metadataVersion: '1',
});

/** The event that a subscription begins with. */
export const validation = (validationCode: string) => ({
  id: '2d1781af-3a4c-4d7c-bd0c-e34b19da4e66',
  subject: '',
  eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
  data: { validationCode, validationUrl: 'https://rp-eastus.eventgrid.azure.net/validate' },
});

/** An entry of the audit log about a bucket. */
export const auditEntry = (methodName: string, bucket = 'photos', more: Readonly<Record<string, unknown>> = {}) => ({
  logName: 'projects/project/logs/cloudaudit.googleapis.com%2Factivity',
  resource: { type: 'gcs_bucket', labels: { bucket_name: bucket, location: 'eu', project_id: 'project' } },
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    serviceName: 'storage.googleapis.com',
    methodName,
    resourceName: `projects/_/buckets/${bucket}`,
    status: {},
    ...more,
  },
});

/** A message as it is pushed. */
export const pushOf = (data: unknown) => ({
  message: {
    data: Buffer.from(JSON.stringify(data) ?? '').toString('base64'),
    messageId: '2070443601311540',
    attributes: { 'logging.googleapis.com/timestamp': '2026-11-20T12:00:00Z' },
  },
  subscription: 'projects/project/subscriptions/changes',
});

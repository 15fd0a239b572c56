import type { OwnerEvent } from '../records/check-cause.ts';

/**
 * The calls in an AWS account, as CloudTrail names them, after which a bucket or an access key of it may work no longer,
 * or again; by the source of their events. The deployment's rule and the template that a bucket's owner deploys ask for
 * these and no others.
 */
export const ownerCalls: Readonly<Record<'aws.s3' | 'aws.iam', Readonly<Record<string, OwnerEvent>>>> = {
  'aws.s3': {
    PutBucketPolicy: 'bucket-policy',
    DeleteBucketPolicy: 'bucket-policy',
    PutBucketAcl: 'bucket-access',
    PutBucketPublicAccessBlock: 'bucket-access',
    DeleteBucketPublicAccessBlock: 'bucket-access',
    PutBucketOwnershipControls: 'bucket-access',
    PutBucketCors: 'bucket-cors',
    DeleteBucketCors: 'bucket-cors',
    PutBucketEncryption: 'bucket-encryption',
    DeleteBucketEncryption: 'bucket-encryption',
    CreateBucket: 'bucket-access',
    DeleteBucket: 'bucket-deleted',
  },
  'aws.iam': {
    UpdateAccessKey: 'access-key',
    DeleteAccessKey: 'access-key',
    PutUserPolicy: 'user-policy',
    DeleteUserPolicy: 'user-policy',
    AttachUserPolicy: 'user-policy',
    DetachUserPolicy: 'user-policy',
    PutRolePolicy: 'role-policy',
    DeleteRolePolicy: 'role-policy',
    AttachRolePolicy: 'role-policy',
    DetachRolePolicy: 'role-policy',
    UpdateAssumeRolePolicy: 'role-policy',
    DeleteRole: 'role-policy',
  },
};

import { s3VendorNames, s3Vendors } from './vendors.ts';

/** Azure's blob services: those of its clouds (public, China, US government), and accounts with a DNS zone endpoint. */
const azure = /(?:^|\.)(?:core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)|blob\.storage\.azure\.net)$/;

/** Whether a host name (lower case) is a provider's or vendor's own, which all customers share. */
export const isProvidersOwnHost = (host: string): boolean =>
  azure.test(host) || s3VendorNames.some((vendor) => s3Vendors[vendor].hosts?.test(host));

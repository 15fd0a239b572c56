/** Every carrier that one of the four documents or its clients names, with a credential in it. */
export const carriersOf = (credential: string): readonly (readonly [string, Record<string, string>])[] => [
  ['x-api-key', { 'x-api-key': credential }],
  ['x-api-key without ei_', { 'x-api-key': credential.replace(/^ei_/, '') }],
  ['X-Avala-Api-Key', { 'x-avala-api-key': credential }],
  ['x-jwt-token', { 'x-jwt-token': credential }],
  ['Basic', { authorization: `Basic ${basic(credential)}` }],
  ['Basic without ei_', { authorization: `Basic ${basic(credential.replace(/^ei_/, ''))}` }],
  ['Bearer', { authorization: `Bearer ${credential}` }],
  ['bearer in lower case', { authorization: `bearer ${credential}` }],
  ['Authorization without a scheme', { authorization: credential }],
  ['user_api_key', { authorization: `user_api_key:${credential}` }],
  ['cookie', { cookie: `theme=dark; jwt=${encodeURIComponent(credential)}; x=1`, 'content-type': 'application/json' }],
];

/** A key's two halves as user and password. */
const basic = (key: string): string => {
  const cut = key.lastIndexOf('_');
  return Buffer.from(`${key.slice(0, cut)}:${key.slice(cut + 1)}`).toString('base64');
};

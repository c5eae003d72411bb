/**
 * AlterUserScramCredentials (api key 51): SCRAM credentials set or removed. Brokers pass the request on to the
 * controller (KIP-554).
 *
 * The client salts the password: the password itself never travels, yet what does is enough to log in with. The
 * controller keeps salt, stored key and server key. Errors are per user; a user named twice answers DUPLICATE_RESOURCE.
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bytes, int16, int32, int8, string } from '../schema/field.ts';

export const alterUserScramCredentials = api(
  'AlterUserScramCredentials',
  { key: 51, versions: '0', flexible: '0+' },
  {
    request: () => ({
      deletions: array('0+', {
        name: string('0+'),
        mechanism: int8('0+', '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.'),
      }),
      upsertions: array('0+', {
        name: string('0+'),
        mechanism: int8('0+', '1 SCRAM-SHA-256, 2 SCRAM-SHA-512.'),
        iterations: int32('0+', 'Between 4096 and 16384.'),
        salt: bytes('0+'),
        saltedPassword: bytes('0+', "PBKDF2 of the password with this salt and count (RFC 5802's SaltedPassword)."),
      }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      results: array('0+', {
        user: string('0+'),
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
      }),
    }),
  },
);

export type AlterUserScramCredentialsRequest = ApiRequest<typeof alterUserScramCredentials>;
export type AlterUserScramCredentialsResponse = ApiResponse<typeof alterUserScramCredentials>;

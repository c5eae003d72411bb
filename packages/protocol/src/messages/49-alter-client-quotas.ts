/**
 * AlterClientQuotas (api key 49): quotas of users, client ids and addresses set or removed. Brokers pass the request on
 * to the controller (KIP-546).
 *
 * Errors are per entity.
 *
 * v1 flexible
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, float64, int16, int32, string } from '../schema/field.ts';

export const alterClientQuotas = api(
  'AlterClientQuotas',
  { key: 49, versions: '0-1', flexible: '1+' },
  {
    request: () => ({
      entries: array('0+', {
        entity: array('0+', {
          entityType: string('0+', '`user`, `client-id` or `ip`; `user` and `client-id` may stand together.'),
          entityName: string('0+', 'Null for the default.', { nullable: '0+' }),
        }),
        ops: array('0+', {
          key: string('0+'),
          value: float64('0+', 'Ignored on removal.'),
          remove: bool('0+'),
        }),
      }),
      validateOnly: bool('0+', 'Check and answer, but change nothing.'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      entries: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        entity: array('0+', {
          entityType: string('0+'),
          entityName: string('0+', 'Null for the default.', { nullable: '0+' }),
        }),
      }),
    }),
  },
);

export type AlterClientQuotasRequest = ApiRequest<typeof alterClientQuotas>;
export type AlterClientQuotasResponse = ApiResponse<typeof alterClientQuotas>;

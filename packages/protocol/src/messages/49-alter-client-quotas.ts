/**
 * AlterClientQuotas (api key 49): @DOC
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
          entityType: string('0+'),
          entityName: string('0+', { nullable: '0+' }),
        }),
        ops: array('0+', {
          key: string('0+'),
          value: float64('0+'),
          remove: bool('0+'),
        }),
      }),
      validateOnly: bool('0+'),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      entries: array('0+', {
        errorCode: int16('0+'),
        errorMessage: string('0+', { nullable: '0+' }),
        entity: array('0+', {
          entityType: string('0+'),
          entityName: string('0+', { nullable: '0+' }),
        }),
      }),
    }),
  },
);

export type AlterClientQuotasRequest = ApiRequest<typeof alterClientQuotas>;
export type AlterClientQuotasResponse = ApiResponse<typeof alterClientQuotas>;

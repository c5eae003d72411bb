/**
 * UpdateFeatures (api key 57): @DOC
 *
 * v1 upgradeType, validateOnly, without allowDowngrade · v2 without results
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const updateFeatures = api(
  'UpdateFeatures',
  { key: 57, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      timeoutMs: int32('0+', { default: 60000 }),
      featureUpdates: array('0+', {
        feature: string('0+'),
        maxVersionLevel: int16('0+'),
        allowDowngrade: bool('0', { default: false }),
        upgradeType: int8('1+', { default: 1 }),
      }),
      validateOnly: bool('1+', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', { nullable: '0+' }),
      results: array(
        '0-1',
        {
          feature: string('0+'),
          errorCode: int16('0+'),
          errorMessage: string('0+', { nullable: '0+' }),
        },
        { ignorable: true },
      ),
    }),
  },
);

export type UpdateFeaturesRequest = ApiRequest<typeof updateFeatures>;
export type UpdateFeaturesResponse = ApiResponse<typeof updateFeatures>;

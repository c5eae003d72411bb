/**
 * UpdateFeatures (api key 57): feature levels of the cluster, such as metadata.version, go up or down (KIP-584,
 * KIP-778).
 *
 * Brokers pass the request on to the controller. All changes are made or none; every broker and controller must support
 * the new levels.
 *
 * v1 upgradeType, validateOnly, without allowDowngrade (KIP-778) · v2 without results (KIP-1022)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int8, string } from '../schema/field.ts';

export const updateFeatures = api(
  'UpdateFeatures',
  { key: 57, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      timeoutMs: int32('0+', 'How long the controller may take.', { default: 60000 }),
      featureUpdates: array('0+', {
        feature: string('0+'),
        maxVersionLevel: int16('0+', 'The new level; 0 switches the feature off, as a downgrade.'),
        allowDowngrade: bool('0', 'Replaced by `upgradeType`.', { default: false }),
        upgradeType: int8('1+', '1 up, 2 down without loss, 3 down even with loss of metadata.', { default: 1 }),
      }),
      validateOnly: bool('1+', 'Check and answer, but change nothing.', { default: false }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      errorMessage: string('0+', 'From v2 on about all updates.', { nullable: '0+' }),
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

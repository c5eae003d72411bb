/**
 * BrokerHeartbeat (api key 63): @DOC
 *
 * v1 offlineLogDirs · v2 cordonedLogDirs
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, uuid } from '../schema/field.ts';

export const brokerHeartbeat = api(
  'BrokerHeartbeat',
  { key: 63, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', { default: -1 }),
      currentMetadataOffset: int53('0+'),
      wantFence: bool('0+'),
      wantShutDown: bool('0+'),
      offlineLogDirs: array('1+', uuid, { tag: 0 }),
      cordonedLogDirs: array('2+', uuid, { nullable: '2+', default: null, tag: 1 }),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      isCaughtUp: bool('0+', { default: false }),
      isFenced: bool('0+', { default: true }),
      shouldShutDown: bool('0+'),
    }),
  },
);

export type BrokerHeartbeatRequest = ApiRequest<typeof brokerHeartbeat>;
export type BrokerHeartbeatResponse = ApiResponse<typeof brokerHeartbeat>;

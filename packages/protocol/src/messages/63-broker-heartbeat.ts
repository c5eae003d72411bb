/**
 * BrokerHeartbeat (api key 63): a broker says that it is alive, how far it has read, and asks to be unfenced, fenced or
 * let go (KIP-631).
 *
 * Without one for broker.session.timeout.ms the controller fences the broker. On controlled shutdown its leaderships
 * are moved first, and `shouldShutDown` then lets it go.
 *
 * v1 offlineLogDirs (KIP-858) · v2 cordonedLogDirs (KIP-1066)
 */
import { api, type ApiRequest, type ApiResponse } from '../message.ts';
import { array, bool, int16, int32, int53, uuid } from '../schema/field.ts';

export const brokerHeartbeat = api(
  'BrokerHeartbeat',
  { key: 63, versions: '0-2', flexible: '0+' },
  {
    request: () => ({
      brokerId: int32('0+'),
      brokerEpoch: int53('0+', 'From the registration; an older one answers STALE_BROKER_EPOCH.', { default: -1 }),
      currentMetadataOffset: int53('0+', 'Up to where the broker has replayed the metadata log.'),
      wantFence: bool('0+', 'True until the broker is ready to serve.'),
      wantShutDown: bool('0+'),
      offlineLogDirs: array(
        '1+',
        uuid,
        'Directories that have failed since the start; their leaders and in-sync replicas move.',
        { tag: 0 },
      ),
      cordonedLogDirs: array(
        '2+',
        uuid,
        'Directories that take no new replicas; null while the broker does not know yet.',
        { nullable: '2+', default: null, tag: 1 },
      ),
    }),
    response: () => ({
      throttleTimeMs: int32('0+'),
      errorCode: int16('0+'),
      isCaughtUp: bool('0+', 'The broker has replayed its own registration.', { default: false }),
      isFenced: bool('0+', { default: true }),
      shouldShutDown: bool('0+'),
    }),
  },
);

export type BrokerHeartbeatRequest = ApiRequest<typeof brokerHeartbeat>;
export type BrokerHeartbeatResponse = ApiResponse<typeof brokerHeartbeat>;

export { type ChannelCounts } from './channel.ts';
export {
  Connection,
  type Authenticate,
  type AuthenticationChannel,
  type ConnectionOptions,
  type SendOptions,
} from './connection.ts';
export {
  AuthenticationError,
  ConnectionClosedError,
  ConnectionFullError,
  InvalidResponseError,
  NegotiationError,
  NotKafkaError,
  OpenTimeoutError,
  RequestTimeoutError,
  UnsupportedVersionError,
  type RequestLabel,
  type RequestOutcome,
} from './errors.ts';
export { REQUEST_CHANNEL, type Answer, type RequestEvent } from './exchange.ts';
export { nameOldRelease, pickVersion, type FeatureLevel, type Offered } from './offered-versions.ts';
export { openConnection } from './open.ts';

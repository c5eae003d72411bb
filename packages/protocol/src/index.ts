export {
  API_ROWS,
  ApiKey,
  apiRow,
  formatApiKey,
  isServedVersion,
  type ApiKeyName,
  type ApiRow,
  type ListenerType,
} from './api-keys.ts';
export { ERROR_ACTIONS, type ErrorAction, type ErrorFamily } from './error-codes-table.ts';
export {
  describeErrorCode,
  ERROR_ROWS,
  ErrorCode,
  isErrorCode,
  parseErrorName,
  type ErrorName,
  type ErrorRow,
} from './error-codes.ts';
export {
  FRAME_LIMIT_BEFORE_AUTHENTICATION,
  FRAME_LIMIT_SASL,
  FrameSizeError,
  FrameSplitter,
  UNPOOLED_FRAME_MEMORY,
  type FrameLimit,
  type FrameMemory,
  type FrameSplitterOptions,
} from './frame-splitter.ts';
export {
  answerForeignClient,
  describeForeignServer,
  recogniseProtocol,
  WrongProtocolError,
  type ForeignAnswer,
  type ForeignProtocol,
  type ReachedListener,
} from './wrong-protocol.ts';

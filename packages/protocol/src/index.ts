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

import { httpErrorClass, type HttpErrorOptions } from '../errors/index.ts'

/** A port was called with an argument outside its contract (key, TTL, value…): an error in the calling code. */
export class PortArgumentError extends httpErrorClass(
  'ERR_CORE_PORT_ARGUMENT',
  500,
  'Invalid argument to a port',
) {}

/** The port was closed before the call, for example during shutdown. Behind what is closed the message says how to mend it. */
export class PortClosedError extends httpErrorClass('ERR_CORE_PORT_CLOSED', 503, 'The port is closed') {
  constructor(message = 'The port is closed.', options?: HttpErrorOptions) {
    super(`${message} ${STOP_USERS_FIRST}`, options)
  }
}

const STOP_USERS_FIRST =
  'It was used after its end, mostly while the app stops: end what uses it before it is closed, in the `stop` of a plugin, say, and await the work that was begun.'

/** The implementation lacks the operation, as its `capabilities` say. {@link requireCapabilities} reports that at start. */
export class PortUnsupportedError extends httpErrorClass(
  'ERR_CORE_PORT_UNSUPPORTED',
  500,
  'The port does not support this operation',
) {}

/** `increment` met a value that is not a whole number, or the sum would be outside of ±(2^53 − 1). */
export class StoreCounterError extends httpErrorClass(
  'ERR_CORE_STORE_COUNTER',
  500,
  'The value is not a counter',
) {}

/** A store that keeps every key until its time has no room: nothing was stored or forgotten. */
export class StoreFullError extends httpErrorClass('ERR_CORE_STORE_FULL', 503, 'The store is full') {}

/** A value is larger than the store can ever hold. */
export class StoreValueTooLargeError extends httpErrorClass(
  'ERR_CORE_STORE_VALUE_TOO_LARGE',
  500,
  'The value is too large',
) {}

/** A subscriber is too slow: a message to it was dropped. Passed to `onError`, never thrown. */
export class BusOverflowError extends httpErrorClass(
  'ERR_CORE_BUS_OVERFLOW',
  500,
  'A subscriber is too slow',
) {}

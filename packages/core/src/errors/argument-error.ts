import { httpErrorClass } from './http-error-class.ts'

/** A function of the framework was called with what it does not take, while the app runs: a mistake in the calling code. */
export class ArgumentError extends httpErrorClass('ERR_CORE_ARGUMENT', 500, 'Internal Server Error') {}

import { httpErrorClass } from './http-error-class.ts'

/** A function of the framework was called with an invalid argument while the app runs: an error of the calling code. */
export class ArgumentError extends httpErrorClass('ERR_CORE_ARGUMENT', 500, 'Internal Server Error') {}

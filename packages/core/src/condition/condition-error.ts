import { httpErrorClass } from '../errors/index.ts'

/**
 * A condition was written, read or asked in a way that has no answer: an unknown column, a value of another kind, a record
 * without its column. A mistake in the calling code; values are in no message.
 */
export class ConditionError extends httpErrorClass('ERR_CORE_CONDITION', 500, 'Wrong condition') {}

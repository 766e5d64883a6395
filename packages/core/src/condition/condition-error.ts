import { httpErrorClass } from '../errors/index.ts'

/**
 * 500: the calling code wrote, parsed or evaluated an invalid condition: an unknown column, a value of another kind, a record
 * without a column. No message holds a value.
 */
export class ConditionError extends httpErrorClass('ERR_CORE_CONDITION', 500, 'Invalid condition') {}

import { httpErrorClass } from './http-error-class.ts'

/**
 * `ERR_CORE_CURSOR`, 400: a cursor was not made for this list, or was changed. Name it in `errors` of a route that reads pages;
 * those of `@keelson/http` and of `@keelson/db` throw the same one.
 */
export class InvalidCursorError extends httpErrorClass('ERR_CORE_CURSOR', 400, 'Invalid Cursor') {}

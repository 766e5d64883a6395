import { httpErrorClass, type HttpErrorOptions } from './http-error-class.ts'

const MESSAGE = 'The cursor is of another list, order or filter, or was changed. Begin at the first page.'

/**
 * `ERR_CORE_CURSOR`, 400: a cursor was not made for this list, or was changed. Name it in `errors` of a route that reads pages;
 * those of `@keelson/http` and of `@keelson/db` throw the same one.
 */
export class InvalidCursorError extends httpErrorClass('ERR_CORE_CURSOR', 400, 'Invalid Cursor') {
  constructor(message: string = MESSAGE, options?: HttpErrorOptions) {
    super(message, options)
  }
}

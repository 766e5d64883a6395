/** Where a request carries its input, by the names of the typed client. */
export const PLACES = ['params', 'query', 'headers', 'cookies', 'body'] as const

/** Members of a call's input, as in the typed client. */
export const PLACES = ['params', 'query', 'headers', 'cookies', 'body'] as const

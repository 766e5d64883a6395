/** How responses are checked by their schemas: `check` in development and test, `filter` in production. */
export type ResponseMode = 'check' | 'filter'

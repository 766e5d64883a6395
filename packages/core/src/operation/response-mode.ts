/** How responses are held to their schemas: `check` in development and test, `filter` in production. */
export type ResponseMode = 'check' | 'filter'

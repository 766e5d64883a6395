/** Who calls this service. */
export interface User {
  readonly id: string
  readonly roles: readonly ('sales' | 'support')[]
}

/** Yours would be in a database. */
export const users: ReadonlyMap<string, User> = new Map([
  ['ada', { id: 'ada', roles: ['sales'] }],
  ['grace', { id: 'grace', roles: ['support'] }],
])

import type { Claims } from './stand-ins/auth.ts'

export interface User {
  readonly id: string
  readonly roles: readonly string[]
}

export function toUser({ sub, roles = [] }: Claims): User {
  return { id: sub, roles }
}

import { describe, expect, it } from 'vitest'
import { mysqlFailure } from './mysql-failure.ts'

function failureOf(errno: number, message: string): ReturnType<typeof mysqlFailure> {
  return mysqlFailure(Object.assign(new Error(message), { errno }))
}

describe('mysqlFailure', () => {
  it('reads what MySQL writes otherwise than MariaDB', () => {
    expect(failureOf(1062, "Duplicate entry 'x' for key 'y'' for key 'users.users_email'")).toMatchObject({
      kind: 'unique',
      table: 'users',
      constraint: 'users_email',
    })
    expect(failureOf(3819, "Check constraint 'users_age' is violated.")).toMatchObject({
      kind: 'check',
      constraint: 'users_age',
    })
    expect(failureOf(1364, "Field 'name' doesn't have a default value")).toMatchObject({
      kind: 'not-null',
      columns: ['name'],
    })
    expect(failureOf(3024, 'Query execution was interrupted')).toMatchObject({ kind: 'timeout' })
  })

  it('knows a key of MariaDB whose name has a point', () => {
    const error = Object.assign(new Error("Duplicate entry 'x' for key 't_a.b_key'"), { errno: 1062 })
    expect(mysqlFailure(error, 'mariadb')).toMatchObject({ kind: 'unique', constraint: 't_a.b_key' })
  })

  it('tells a deadlock, which ends the transaction, from a lock', () => {
    expect(failureOf(1213, 'Deadlock')).toMatchObject({ kind: 'conflict', endsTransaction: true })
    // The server closes the connection after one that is larger than it takes.
    expect(failureOf(1153, 'Got a packet bigger')).toMatchObject({ kind: 'value', breaksConnection: true })
    expect(failureOf(1205, 'Lock wait')).toMatchObject({ kind: 'busy', endsTransaction: false })
  })
})

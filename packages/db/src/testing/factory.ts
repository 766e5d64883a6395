import type { AnyTable } from '../table/index.ts'

/**
 * Makes rows to insert, each from defaults that know its number, with what a test says of it.
 *
 * @param _table - says what an insert takes
 * @param defaults - makes the row with this number, from 1 on
 * @example
 * const Users = table('users', { id: uuid().primary(), email: text({ maxLength: 254 }).unique() })
 * const user = factory(Users, (at) => ({ email: `user${at}@example.org` }))
 * user().email // => 'user1@example.org'
 * user({ email: 'ana@example.org' }).email // => 'ana@example.org'
 */
export function factory<T extends AnyTable>(
  _table: T,
  defaults: (at: number) => T['~insert'],
): (given?: Partial<T['~insert']>) => T['~insert'] {
  let count = 0
  return (given = {}) => Object.assign({}, defaults(++count), given)
}

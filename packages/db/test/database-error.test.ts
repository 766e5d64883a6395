import { ConflictError } from '@keelson/core'
import { expect, expectTypeOf, it } from 'vitest'
import * as errors from '../src/errors.ts'
import { isDatabaseError, type DatabaseError } from '../src/index.ts'

type Made = new (init: object) => Error & { readonly code: string }

const { isDatabaseError: _, ...classesByName } = errors
const classes = Object.values(classesByName) as readonly unknown[] as readonly Made[]

/** What `new` takes for any of them. */
const init = {
  message: 'It failed.',
  details: { property: 'email', expected: 'a text' },
  violation: { constraint: 'users_email_key', table: 'users', columns: ['email'] },
}

it('an error of each class is one of the package, and others are not', () => {
  expect(classes.length).toBeGreaterThan(15)
  for (const Class of classes) {
    const error = new Class(init)
    expect({ code: error.code, isOne: isDatabaseError(error) }).toEqual({ code: error.code, isOne: true })
  }
  for (const other of [new ConflictError(), new Error('no'), { code: 'ERR_DB_BUSY' }, undefined])
    expect(isDatabaseError(other)).toBe(false)
})

it('an error is narrowed by its code', () => {
  const toldBy = (error: DatabaseError): string => {
    switch (error.code) {
      case 'ERR_DB_VALUE':
        expectTypeOf(error.details).toEqualTypeOf<{ property: string; expected: string }>()
        return error.details.property
      case 'ERR_DB_UNIQUE':
        return error.violation.columns.join()
      default:
        // @ts-expect-error -- only violations have one
        return String(error.violation)
    }
  }
  expect(toldBy(new errors.InvalidValueError(init))).toBe('email')
  expect(toldBy(new errors.UniqueViolationError(init))).toBe('email')
})

import { describe, expect, it } from 'vitest'
import { enumValues, mariadbDefault, mysqlDefault, mysqlExpression } from './catalogue-literal.ts'

const of = (expression: string | null, extra = '', isNumber = false) => ({ expression, extra, isNumber })

describe('defaults of the catalogues', () => {
  it('are the words of DDL on MariaDB', () => {
    expect(mariadbDefault(of('NULL'))).toBeUndefined()
    expect(mariadbDefault(of(null))).toBeUndefined()
    expect(mariadbDefault(of("'it''s \\\\ \\n'"))?.value).toBe("it's \\ \n")
    expect(mariadbDefault(of('0.00'))).toEqual({ text: '0.00', value: '0' })
    expect(mariadbDefault(of('100'))?.value).toBe('100')
    expect(mariadbDefault(of('current_timestamp(3)'))?.value).toBeUndefined()
  })

  it('are bare values on MySQL, or expressions with their quotes escaped', () => {
    expect(mysqlDefault(of("it's \\"))).toEqual({ text: "'it''s \\\\'", value: "it's \\" })
    expect(mysqlDefault(of('0.00', '', true))).toEqual({ text: '0.00', value: '0' })
    expect(mysqlDefault(of('5'))).toEqual({ text: "'5'", value: '5' })
    expect(mysqlDefault(of("_utf8mb4\\'abc\\'", 'DEFAULT_GENERATED'))).toEqual({
      text: "('abc')",
      value: 'abc',
    })
    expect(mysqlDefault(of('CURRENT_TIMESTAMP(3)', 'DEFAULT_GENERATED'))).toEqual({
      text: 'CURRENT_TIMESTAMP(3)',
      value: undefined,
    })
    expect(mysqlDefault(of('uuid()', 'DEFAULT_GENERATED'))).toEqual({ text: '(uuid())', value: undefined })
    expect(mysqlDefault(of(null))).toBeUndefined()
  })

  it('read CHECKs and enum types of both', () => {
    expect(mysqlExpression("(`status` in (_utf8mb4\\'open\\',_utf8mb4\\'closed\\'))")).toBe(
      "`status` in ('open','closed')",
    )
    expect(enumValues("enum('a','it''s','x\\\\y,z')")).toEqual(['a', "it's", 'x\\y,z'])
  })
})
